#include "shims.h"

LUASHIM_JUMPS_BEGIN

int luashim_call(lua_State *L, int nargs, int nresults, uint64_t span) {
    luashim_state *state = luashim_of(L);
    int function = lua_gettop(L) - nargs;
    if (!lua_checkstack(L, 8)) {
        lua_settop(L, function - 1);
        lua_pushnil(L);
        return LUA_ERRMEM;
    }
    bool in_host = state->in_host;
    lua_State *barrier = state->barrier;
    luashim_interruption *interruption = state->interruption;
    // Within a call that has a deadline, that one governs.
    bool timed = span && atomic_load_explicit(&interruption->call, memory_order_relaxed) % 2 == 0;
    if (timed && !luashim_start_call(interruption, span)) {
        lua_settop(L, function - 1);
        lua_pushliteral(L, "no thread is to be had that would watch over the time");
        return LUA_ERRRUN;
    }

    lua_pushcfunction(L, luashim_traceback_handler);
    lua_insert(L, function);
    state->in_host = false;
    state->traced = false;
    if (barrier == NULL) state->barrier = L;
    lua_State *outer = luashim_enter(state, L);
    int status = lua_pcall(L, nargs, nresults, function);
    state->in_host = in_host;  // what is pushed from here on is the host's
    if (timed) luashim_end_call(interruption);
    if (state->unwinding == LUASHIM_UNWINDS_DEADLINE) {
        if (status == LUA_OK) {
            lua_settop(L, function);
            luashim_push_lateness(L);
        }
        status = LUASHIM_DEADLINE;
        if (timed) luashim_end_unwinding(state, L);
    }
    luashim_leave(state, L, outer);
    state->barrier = barrier;
    lua_remove(L, function);
    return status;
}

int luashim_load(lua_State *L, const char *bytes, size_t length, const char *name, const char *mode) {
    luashim_state *state = luashim_of(L);
    bool in_host = state->in_host;
    state->in_host = false;
    int status = luaL_loadbufferx(L, bytes, length, name, mode);
    state->in_host = in_host;
    return status;
}

static int protected_next(lua_State *L) { return lua_next(L, 1) ? 2 : 0; }

int luashim_next(lua_State *L, int index) {
    index = lua_absindex(L, index);
    int base = lua_gettop(L) - 1;  // below the key
    if (!lua_checkstack(L, 3)) {
        lua_pop(L, 1);
        return -1;
    }
    lua_pushcfunction(L, protected_next);
    lua_insert(L, -2);
    lua_pushvalue(L, index);
    lua_insert(L, -2);
    if (lua_pcall(L, 2, LUA_MULTRET, 0) != LUA_OK) {
        lua_settop(L, base);
        return -1;
    }
    return lua_gettop(L) > base;
}

static int protected_tostring(lua_State *L) {
    luaL_tolstring(L, 1, NULL);
    return 1;
}

bool luashim_tostring(lua_State *L, int index, uint64_t deadline) {
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 8)) return false;
    if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) {
        luaL_tolstring(L, index, NULL);  // runs no code then
        return true;
    }
    lua_pop(L, 1);
    const char *type = lua_typename(L, lua_type(L, index));
    lua_pushcfunction(L, protected_tostring);
    lua_pushvalue(L, index);
    luashim_state *state = luashim_of(L);
    bool was_raising = state->raising;
    if (luashim_call(L, 1, 1, deadline) == LUA_OK) return true;
    if (!was_raising) luashim_raise_again(state);
    lua_pop(L, 1);
    lua_pushfstring(L, "(a %s value whose __tostring fails)", type);
    return true;
}

LUASHIM_JUMPS_END
