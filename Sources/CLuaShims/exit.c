#include "shims.h"

#include <stdlib.h>
#include <string.h>

LUASHIM_JUMPS_BEGIN

// os.exit that ends a run in order. It raises nil, as lua_close does for the __close handlers of lua(1), and while
// that goes on no pcall, xpcall or coroutine keeps that nil. The tasks beside it end in the same way at their waits.

bool luashim_is_exit(lua_State *L) {
    luashim_state *state = luashim_of(L);
    return state->exiting && state->leaving && lua_isnil(L, -1);
}

bool luashim_exit_passes(lua_State *L, bool was_leaving) {
    luashim_state *state = luashim_of(L);
    return luashim_is_exit(L) || (state->exiting && state->leaving && !was_leaving);
}

static int keep_value(lua_State *L) {
    lua_settop(L, 1);
    return 1;
}

// A message handler has no business with an exit, and one that called os.exit itself would be called again for it. The
// handler of an xpcall that runs is the second value of its frame.
static void silence_handlers(lua_State *L) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "f", &frame);
        bool is_xpcall = lua_tocfunction(L, -1) == luashim_xpcall;
        lua_pop(L, 1);
        if (!is_xpcall) continue;
        lua_pushcfunction(L, keep_value);
        lua_setlocal(L, &frame, 2);
    }
}

static bool is_in_finalizer(lua_State *L) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "n", &frame);
        if (frame.name && strcmp(frame.name, "__gc") == 0 && strcmp(frame.namewhat, "metamethod") == 0) return true;
    }
    return false;
}

static void unwind_after_finalizer(lua_State *L, lua_Debug *frame) {
    (void)frame;
    lua_sethook(L, NULL, 0, 0);
    luashim_raise_exit(L);
}

int luashim_raise_exit(lua_State *L) {
    if (!lua_checkstack(L, 4)) lua_settop(L, 0);
    luashim_of(L)->leaving = true;
    silence_handlers(L);
    // The collector takes what a finalizer raises. No hook is called before the finalizer has returned.
    if (is_in_finalizer(L))
        lua_sethook(L, unwind_after_finalizer, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
    lua_pushnil(L);
    return lua_error(L);
}

void luashim_close_for_exit(lua_State *L, lua_State *co) {
    if (lua_checkstack(co, 1)) lua_pushnil(co);  // what its __close handlers get
    luashim_guarded_reset(L, co);
    lua_settop(co, 0);
}

static int os_exit(lua_State *L) {
    luashim_state *state = luashim_of(L);
    int code = lua_isboolean(L, 1) ? (lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE)
                                   : (int)luaL_optinteger(L, 1, EXIT_SUCCESS);
    if (state->is_interpreter && !lua_toboolean(L, 2)) exit(code);
    if (state->closing) {  // a finalizer at the very end: the others run, then the process ends
        lua_close(L);
        exit(code);
    }
    state->exiting = true;
    state->exit_code = code;
    return luashim_raise_exit(L);
}

int luashim_open_exit(lua_State *L) {
    lua_getglobal(L, LUA_OSLIBNAME);
    lua_pushcfunction(L, os_exit);
    lua_setfield(L, -2, "exit");
    lua_pop(L, 1);
    return 0;
}

LUASHIM_JUMPS_END
