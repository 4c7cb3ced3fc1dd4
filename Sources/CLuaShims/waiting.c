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
        {LUA_GNAME, "require", "at the top level of a required module"},
        {LUA_GNAME, "tostring", "inside __tostring"},
        {LUA_GNAME, "print", "inside __tostring"},
        {LUA_STRLIBNAME, "format", "inside __tostring"},
        {LUA_GNAME, "load", "inside a reader function of load"},
        {LUA_GNAME, "error", "inside a message handler"},
        {LUA_GNAME, "ipairs", "inside a metamethod that ipairs calls"},
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

const char *luashim_cannot_wait(lua_State *L) {
    luashim_state *state = luashim_of(L);
    if (state->root != NULL && state->barrier == NULL && lua_isyieldable(L)) return NULL;
    if (state->root == NULL) return "in a call that the host makes without a task";
    lua_State *blocked = lua_isyieldable(L) ? state->barrier : L;
    lua_Debug frame;
    if (!lua_checkstack(blocked, 8)) return "the stack is full";
    for (int level = 0; lua_getstack(blocked, level, &frame); level++) {
        lua_getinfo(blocked, "Sn", &frame);
        if (frame.name && strcmp(frame.name, "__gc") == 0) return "inside __gc";
        if (strcmp(frame.what, "C") != 0) continue;
        lua_getinfo(blocked, "f", &frame);
        const char *text = describe(blocked);
        lua_pop(blocked, 1);
        if (text) return text;
    }
    return "inside a C function, a message handler or a call that the host makes";
}
