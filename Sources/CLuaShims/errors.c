#include "shims.h"

#include <string.h>

LUASHIM_JUMPS_BEGIN

static const char traceback_key;
static const char traced_value_key;
static const char error_class_key;
static const char cancellation_class_key;

void luashim_push_traceback(lua_State *L, lua_State *from, int error, int level) {
    error = lua_absindex(L, error);
    luaL_checkstack(L, 16, NULL);  // luaL_traceback takes more than it asks for (fixed in Lua 5.4.7)
    luashim_state *state = luashim_of(L);
    bool known = state->traced && state->traced_root == state->root;
    if (known) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &traced_value_key);
        known = lua_rawequal(L, -1, error);
        lua_pop(L, 1);
    }
    state->traced = false;
    if (known && lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key) == LUA_TSTRING) {
        luaL_traceback(L, from, NULL, level);
        lua_concat(L, 2);
        return;
    }
    if (known) lua_pop(L, 1);
    luaL_traceback(L, from, NULL, level);
}

// Keeps the traceback on top of L, and pops it, for the error below it.
static void keep(lua_State *L) {
    luashim_state *state = luashim_of(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &traced_value_key);
    state->traced = true;
    state->traced_root = state->root;
}

void luashim_push_kept_traceback(lua_State *L, lua_State *co) {
    luashim_push_traceback(L, co, -1, 0);
    lua_pushliteral(L, "\nresumed from:\n");
    lua_concat(L, 2);
}

void luashim_keep_traceback(lua_State *L) { keep(L); }

int luashim_traceback_handler(lua_State *L) {
    lua_settop(L, 1);
    if (luashim_is_exit(L)) return 1;
    luashim_push_traceback(L, L, 1, 1);
    keep(L);
    return 1;
}

void luashim_carry_traceback(lua_State *L, const char *traceback, size_t length) {
    lua_pushlstring(L, traceback, length);
    keep(L);
}

// MARK: The function of a task

// The traceback is kept under the root's own address: other tasks may run, and fail, while __close handlers wait.
static int root_traceback(lua_State *L) {
    if (luashim_is_exit(L)) return 1;
    luashim_push_traceback(L, L, 1, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, luashim_of(L)->root);
    lua_settop(L, 1);
    return 1;
}

static int finish_root(lua_State *L, int status, lua_KContext context) {
    (void)context;
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;
    return lua_error(L);
}

// A protected call with a continuation: when it fails, pending __close handlers run where they may wait.
static int root_body(lua_State *L) {
    lua_pushcfunction(L, root_traceback);
    lua_insert(L, 1);
    return finish_root(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, finish_root), 0);
}

void luashim_push_root_body(lua_State *root) { lua_pushcfunction(root, root_body); }

static int interpreter_body(lua_State *L) {
    lua_pushcfunction(L, luashim_report_handler);
    lua_insert(L, 1);
    return finish_root(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, finish_root), 0);
}

void luashim_push_interpreter_body(lua_State *root) { lua_pushcfunction(root, interpreter_body); }

void luashim_root_traceback(lua_State *L, lua_State *root) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, root);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, root);
}

void luashim_last_traceback(lua_State *L) {
    luashim_state *state = luashim_of(L);
    if (!state->traced) {  // a memory error calls no message handler
        lua_pushnil(L);
        return;
    }
    state->traced = false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &traced_value_key);
}

int luashim_position(lua_State *L, lua_State *from, int level) {
    luashim_state *state = luashim_of(L);
    lua_Debug frame;
    for (; lua_getstack(from, level, &frame); level++) {
        lua_getinfo(from, "Sl", &frame);
        // The Lua that the host itself brings ("=[fal]") is no place that a script's author knows.
        if (frame.currentline <= 0 || strncmp(frame.source, "=[", 2) == 0) continue;
        if (state->last_line == frame.currentline && strcmp(state->last_source, frame.short_src) == 0)
            return LUASHIM_SAME_POSITION;
        if (!lua_checkstack(L, 3)) return LUASHIM_NO_POSITION;
        state->last_line = frame.currentline;
        memcpy(state->last_source, frame.short_src, sizeof state->last_source);
        // lua_pushfstring raises for a bad format, and for memory, which the host section rules out.
        lua_pushfstring(L, "%s:%d", frame.short_src, frame.currentline);
        return LUASHIM_NEW_POSITION;
    }
    return LUASHIM_NO_POSITION;
}

static int error_to_string(lua_State *L) {
    if (lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "an error value is a table");
    lua_pushliteral(L, "message");
    if (lua_rawget(L, 1) != LUA_TSTRING) lua_pushliteral(L, "unknown error");
    return 1;
}

static void push_error_class(lua_State *L, const void *key) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) != LUA_TNIL) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, error_to_string);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "error");
    lua_setfield(L, -2, "__name");
    lua_pushliteral(L, "error");
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void luashim_push_error(lua_State *L, const char *code, const char *message, size_t length, bool cancel) {
    lua_createtable(L, 0, 4);
    lua_pushstring(L, code);
    lua_setfield(L, -2, "code");
    lua_pushliteral(L, "runtime");
    lua_setfield(L, -2, "kind");
    lua_pushlstring(L, message, length);
    lua_setfield(L, -2, "message");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "retryable");
    push_error_class(L, cancel ? &cancellation_class_key : &error_class_key);
    lua_setmetatable(L, -2);
}

bool luashim_is_cancellation(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 2) || !lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &cancellation_class_key);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

LUASHIM_JUMPS_END
