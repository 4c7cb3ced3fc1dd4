#define _POSIX_C_SOURCE 199309L  // clock_gettime
#include "shims.h"

#include <time.h>

LUASHIM_JUMPS_BEGIN

// A deadline is looked at once in so many instructions: a few microseconds of Lua.
static const int instructions_between_looks = 1000;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// Once the deadline has passed every further instruction raises, so that pcall cannot keep the call alive.
static void look_at_deadline(lua_State *L, lua_Debug *frame) {
    (void)frame;
    luashim_state *state = luashim_of(L);
    if (!state->expired) {
        if (now() < state->deadline) return;
        state->expired = true;
        lua_sethook(L, look_at_deadline, LUA_MASKCOUNT, 1);
    }
    luaL_error(L, "the call took longer than %d ms", (int)(state->deadline_span / 1000000));
}

int luashim_call(lua_State *L, int nargs, int nresults, uint64_t span) {
    luashim_state *state = luashim_of(L);
    int function = lua_gettop(L) - nargs;
    if (!lua_checkstack(L, 8)) {
        lua_settop(L, function - 1);
        lua_pushnil(L);
        return LUA_ERRMEM;
    }
    bool in_host = state->in_host, expired = state->expired;
    lua_State *barrier = state->barrier;
    uint64_t deadline = state->deadline, deadline_span = state->deadline_span;
    lua_Hook hook = lua_gethook(L);
    int mask = lua_gethookmask(L), count = lua_gethookcount(L);

    lua_pushcfunction(L, luashim_traceback_handler);
    lua_insert(L, function);
    state->in_host = false;
    state->traced = false;
    if (barrier == NULL) state->barrier = L;
    if (span) {
        state->expired = false;
        state->deadline_span = span;
        state->deadline = now() + span;
        if (deadline && deadline < state->deadline) state->deadline = deadline;  // the outer call's comes first
        lua_sethook(L, look_at_deadline, LUA_MASKCOUNT, instructions_between_looks);
    }
    int status = lua_pcall(L, nargs, nresults, function);
    if (span) {
        if (state->expired) {
            if (status == LUA_OK) {
                lua_settop(L, function);
                lua_pushfstring(L, "the call took longer than %d ms", (int)(span / 1000000));
            }
            status = LUASHIM_DEADLINE;
        }
        lua_sethook(L, hook, mask, count);
        state->expired = expired;
        state->deadline = deadline;
        state->deadline_span = deadline_span;
    }
    state->barrier = barrier;
    state->in_host = in_host;
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

void luashim_tostring(lua_State *L, int index, uint64_t deadline) {
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 8)) return;
    const char *type = lua_typename(L, lua_type(L, index));
    lua_pushcfunction(L, protected_tostring);
    lua_pushvalue(L, index);
    if (luashim_call(L, 1, 1, deadline) == LUA_OK) return;
    lua_pop(L, 1);
    lua_pushfstring(L, "(a %s value whose __tostring fails)", type);
}

LUASHIM_JUMPS_END
