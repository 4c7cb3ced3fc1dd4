#include "shims.h"

#include <string.h>

static bool is_library_function(lua_State *L, const char *library, const char *name) {
    // By the name that the debug information has is not enough (local sort = table.sort): compare the function itself,
    // with the library tables as the registry has them, without metamethods.
    bool same = false;
    int top = lua_gettop(L);
    lua_pushstring(L, LUA_LOADED_TABLE);
    if (lua_rawget(L, LUA_REGISTRYINDEX) == LUA_TTABLE) {
        lua_pushstring(L, library);
        if (lua_rawget(L, -2) == LUA_TTABLE) {
            lua_pushstring(L, name);
            lua_rawget(L, -2);
            same = lua_rawequal(L, -1, top);
        }
    }
    lua_settop(L, top);
    return same;
}

// What holds up the function on top of the stack, which is C, or NULL when it lets waits through.
static const char *describe(lua_State *L) {
    static const struct { const char *library, *name, *text; } known[] = {
        {LUA_TABLIBNAME, "sort", "inside a table.sort comparator"},
        {LUA_STRLIBNAME, "gsub", "inside a string.gsub replacement"},
        {LUA_GNAME, "tostring", "inside __tostring"},
        {LUA_GNAME, "print", "inside __tostring"},
        {LUA_STRLIBNAME, "format", "inside __tostring"},
        {LUA_GNAME, "load", "inside a reader function of load"},
        {LUA_TABLIBNAME, "concat", "inside a metamethod that table.concat calls"},
        {LUA_TABLIBNAME, "unpack", "inside a metamethod that table.unpack calls"},
        {LUA_TABLIBNAME, "insert", "inside a metamethod that table.insert calls"},
        {LUA_TABLIBNAME, "remove", "inside a metamethod that table.remove calls"},
        {LUA_TABLIBNAME, "move", "inside a metamethod that table.move calls"},
        {LUA_COLIBNAME, "close", "inside __close while coroutine.close runs"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_library_function(L, known[i].library, known[i].name)) return known[i].text;
    return NULL;
}

// Whether the function of a level, which is on top of the stack, is the message handler of an xpcall further out.
static bool is_message_handler(lua_State *L, int level) {
    lua_Debug frame;
    int handler = lua_gettop(L);
    bool same = false;
    while (!same && lua_getstack(L, ++level, &frame)) {
        lua_getinfo(L, "f", &frame);
        bool is_xpcall = lua_tocfunction(L, -1) == luashim_xpcall;
        lua_pop(L, 1);
        if (!is_xpcall || lua_getlocal(L, &frame, 2) == NULL) continue;
        same = lua_rawequal(L, -1, handler);
        lua_pop(L, 1);
    }
    return same;
}

// What holds up the waits of a level, or NULL when it is not that level.
static const char *describe_level(lua_State *L, int level, lua_Debug *frame) {
    lua_getinfo(L, "Snf", frame);
    const char *text = NULL;
    bool is_c = strcmp(frame->what, "C") == 0;
    if (frame->name && strcmp(frame->name, "__gc") == 0) text = "inside __gc";
    else if (strcmp(frame->namewhat, "hook") == 0) text = "inside a debug hook";
    else if (is_c) text = describe(L);
    // ipairs returns a C function that calls __index; next has no metamethods.
    if (text == NULL && is_c && strcmp(frame->namewhat, "for iterator") == 0)
        text = "inside a metamethod that ipairs calls";
    // The host function that wants to wait may be a handler itself.
    if (text == NULL && is_message_handler(L, level)) text = "inside a message handler";
    lua_pop(L, 1);
    return text;
}

static const char *describe_stack(lua_State *L) {
    lua_Debug frame;
    if (!lua_checkstack(L, 8)) return "the stack is full";
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        const char *text = describe_level(L, level, &frame);
        if (text) return text;
    }
    return NULL;
}

const char *luashim_cannot_wait(lua_State *L) {
    luashim_state *state = luashim_of(L);
    if (state->root != NULL && state->barrier == NULL && lua_isyieldable(L)) return NULL;
    if (state->root == NULL) return "in a call that the host makes without a task";
    const char *text = lua_isyieldable(L) ? NULL : describe_stack(L);
    if (text == NULL && state->barrier != NULL) text = describe_stack(state->barrier);
    return text ? text : "inside a C function or a call that the host makes";
}
