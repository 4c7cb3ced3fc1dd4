#include "shims.h"

LUASHIM_JUMPS_BEGIN

// pcall and xpcall that know errors a script cannot keep: what unwinds the state and os.exit go on at once, and a task
// that catches its cancellation is told again at its next wait (in __close, before anything is caught, it may wait).

// The context of a call: how many values are below its results, and whether its task was leaving when it began.
enum { SKIPPED = 3, LEAVING = 4 };

static lua_KContext context_of(lua_State *L, int skipped) { return skipped | (luashim_of(L)->leaving ? LEAVING : 0); }

static int finish(lua_State *L, int status, lua_KContext context) {
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)(context & SKIPPED);
    luashim_state *state = luashim_of(L);
    if (state->unwinding) return lua_error(L);
    if (luashim_exit_passes(L, context & LEAVING)) return luashim_raise_exit(L);
    state->traced = false;
    state->raising = false;
    if (state->cancelled && luashim_is_cancellation(L, -1)) state->cancel_caught = true;
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
}

static int catching_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);  // the first result when there is no error
    lua_insert(L, 1);
    lua_KContext context = context_of(L, 0);
    return finish(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, context, finish), context);
}

// A handler that is called for a passed deadline would run inside the hook that raised it, where no hook stops it.
static int guarded_handler(lua_State *L) {
    if (luashim_of(L)->unwinding || luashim_of(L)->raising) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

int luashim_xpcall(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    if (luashim_of(L)->guards_handlers) {
        lua_pushvalue(L, 2);
        lua_pushcclosure(L, guarded_handler, 1);
        lua_replace(L, 2);
    }
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);  // f, handler, true, f, arguments
    lua_KContext context = context_of(L, 2);
    return finish(L, lua_pcallk(L, count - 2, LUA_MULTRET, 2, context, finish), context);
}

int luashim_open_catching(lua_State *L) {
    static const luaL_Reg functions[] = {{"pcall", catching_pcall}, {"xpcall", luashim_xpcall}, {NULL, NULL}};
    lua_pushglobaltable(L);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
    return 0;
}

LUASHIM_JUMPS_END
