#include "shims.h"

LUASHIM_JUMPS_BEGIN

// coroutine.resume and wrap that pass a host wait on: a child that waits for the host makes its resumer yield too, and
// the resumer's continuation resumes the child again. So a wait works at any depth of coroutines, and a coroutine that
// only talks to its resumer never notices. A child that waits keeps the marker on top of its stack.

static const char marker;

enum { FAILED = -1, WAITS = -2 };

// coroutine.close within __close within … is not counted by Lua 5.4.4 and would run over the C stack.
static const int close_depth_limit = 150;

void luashim_push_marker(lua_State *L) { lua_pushlightuserdata(L, (void *)&marker); }

bool luashim_is_waiting(lua_State *co) {
    return lua_status(co) == LUA_YIELD && lua_gettop(co) > 0 && lua_islightuserdata(co, -1) &&
           lua_touserdata(co, -1) == &marker;
}

static lua_State *coroutine_argument(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    return co;
}

// Resumes `co` with the top `count` values of L: the number of results, moved to L, or FAILED with the error on L.
static int advance(lua_State *L, lua_State *co, int count) {
    if (!lua_checkstack(co, count)) {
        lua_pushliteral(L, "too many arguments to resume");
        return FAILED;
    }
    luashim_state *state = luashim_of(L);
    lua_xmove(L, co, count);
    lua_State *barrier = state->barrier;
    if (barrier == NULL && !lua_isyieldable(L)) state->barrier = L;
    int results = 0;
    lua_State *outer = luashim_enter(state, co);
    int status = lua_resume(co, L, count, &results);
    luashim_leave(state, co, outer);
    state->barrier = barrier;
    if (status == LUA_YIELD && luashim_is_waiting(co)) return WAITS;
    if (status != LUA_OK && status != LUA_YIELD) {
        if (lua_checkstack(L, 1)) lua_xmove(co, L, 1);
        return FAILED;
    }
    if (!lua_checkstack(L, results + 1)) {
        lua_pop(co, results);
        lua_pushliteral(L, "too many results to resume");
        return FAILED;
    }
    lua_xmove(co, L, results);
    return results;
}

// A script's own resume of `co`, which must not be one that another task waits in.
static int advance_by_script(lua_State *L, lua_State *co, int count) {
    if (luashim_is_waiting(co)) {
        lua_pushfstring(L, "cannot resume a coroutine that waits for %s", luashim_awaited_name(co));
        return FAILED;
    }
    return advance(L, co, count);
}

static int continue_waiting(lua_State *L, lua_State *co) {
    lua_pop(co, 1);  // the marker
    return advance(L, co, 0);
}

// An exit goes on through the coroutine that it came out of, which is closed: a resume would leave that to
// coroutine.close.
static int exit_through(lua_State *L, lua_State *co) {
    luashim_close_for_exit(L, co);
    return luashim_raise_exit(L);
}

static int finish_resume(lua_State *L, int outcome, bool was_leaving);

static int after_resume_wait(lua_State *L, int status, lua_KContext was_leaving) {
    (void)status;
    return finish_resume(L, continue_waiting(L, lua_tothread(L, 1)), was_leaving);
}

static int finish_resume(lua_State *L, int outcome, bool was_leaving) {
    if (outcome == WAITS) {
        luashim_push_marker(L);
        return lua_yieldk(L, 1, was_leaving, after_resume_wait);
    }
    if (outcome == FAILED) {
        if (luashim_of(L)->unwinding) return lua_error(L);
        if (luashim_exit_passes(L, was_leaving)) return exit_through(L, lua_tothread(L, 1));
        luashim_of(L)->traced = false;
        luashim_of(L)->raising = false;
    }
    lua_pushboolean(L, outcome != FAILED);
    int count = outcome == FAILED ? 1 : outcome;
    lua_insert(L, -(count + 1));
    return count + 1;
}

static int resume(lua_State *L) {
    lua_State *co = coroutine_argument(L);
    bool was_leaving = luashim_of(L)->leaving;
    return finish_resume(L, advance_by_script(L, co, lua_gettop(L) - 1), was_leaving);
}

static int finish_wrapped(lua_State *L, lua_State *co, int outcome);

static int after_wrapped_wait(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    return finish_wrapped(L, co, continue_waiting(L, co));
}

static int finish_wrapped(lua_State *L, lua_State *co, int outcome) {
    if (outcome >= 0) return outcome;
    if (outcome == WAITS) {
        luashim_push_marker(L);
        return lua_yieldk(L, 1, 0, after_wrapped_wait);
    }
    if (luashim_is_exit(L)) return exit_through(L, co);
    int status = lua_status(co);
    bool failed = status != LUA_OK && status != LUA_YIELD;
    if (failed) {
        luashim_push_kept_traceback(L, co);
        lua_insert(L, -2);
        status = luashim_guarded_reset(L, co);
        lua_xmove(co, L, 1);
    }
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING && !luashim_of(L)->unwinding) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    if (failed && !luashim_of(L)->is_interpreter) {  // stack: traceback, the first error, the error as it goes on
        lua_pushvalue(L, -3);
        luashim_keep_traceback(L);
    }
    return lua_error(L);
}

static int call_wrapped(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    return finish_wrapped(L, co, advance_by_script(L, co, lua_gettop(L)));
}

static int wrap(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, call_wrapped, 1);
    return 1;
}

int luashim_guarded_reset(lua_State *L, lua_State *co) {
    luashim_state *state = luashim_of(L);
    lua_State *barrier = state->barrier;
    if (barrier == NULL) state->barrier = L;  // __close handlers run inside a call without continuation
    state->close_depth++;
    lua_State *outer = luashim_enter(state, co);
    int status = lua_resetthread(co);
    luashim_leave(state, co, outer);
    state->close_depth--;
    state->barrier = barrier;
    return status;
}

static int close_coroutine(lua_State *L) {
    lua_State *co = coroutine_argument(L);
    luashim_state *state = luashim_of(L);
    lua_Debug frame;
    if (luashim_is_waiting(co))
        return luaL_error(L, "cannot close a coroutine that waits for %s", luashim_awaited_name(co));
    if (L == co) return luaL_error(L, "cannot close a running coroutine");
    if (lua_status(co) == LUA_OK && lua_getstack(co, 0, &frame))
        return luaL_error(L, "cannot close a normal coroutine");
    if (state->close_depth >= close_depth_limit)
        return luaL_error(L, "C stack overflow (coroutine.close within coroutine.close, %d deep)", close_depth_limit);
    if (luashim_guarded_reset(L, co) == LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    if (luashim_is_exit(L)) return luashim_raise_exit(L);
    return state->unwinding ? lua_error(L) : 2;
}

// The root of a task is to scripts what the main thread is in lua(1).
static bool is_root(lua_State *L) { return L == luashim_of(L)->root; }

static int running(lua_State *L) {
    bool main = lua_pushthread(L) || is_root(L);
    lua_pushboolean(L, main);
    return 2;
}

static int is_yieldable(lua_State *L) {
    lua_State *co = lua_isnone(L, 1) ? L : coroutine_argument(L);
    lua_pushboolean(L, !is_root(co) && lua_isyieldable(co));
    return 1;
}

static int yield(lua_State *L) {
    if (is_root(L)) {
        lua_pushliteral(L, "attempt to yield from outside a coroutine");  // without a position, as Lua has it
        return lua_error(L);
    }
    return lua_yield(L, lua_gettop(L));
}

int luashim_open_coroutines(lua_State *L) {
    static const luaL_Reg functions[] = {{"resume", resume},   {"wrap", wrap},
                                         {"close", close_coroutine}, {"running", running},
                                         {"isyieldable", is_yieldable}, {"yield", yield},
                                         {NULL, NULL}};
    lua_getglobal(L, LUA_COLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
    return 0;
}

int luashim_resume(lua_State *root, int nargs, int *nresults) {
    luashim_state *state = luashim_of(root);
    bool in_host = state->in_host;
    lua_State *outer_root = state->root, *barrier = state->barrier;
    if (luashim_is_waiting(root)) lua_pop(root, 1);
    state->in_host = false;
    state->root = root;
    state->barrier = NULL;
    lua_State *outer = luashim_enter(state, root);
    int status = lua_resume(root, state->main, nargs, nresults);
    luashim_leave(state, root, outer);
    state->in_host = in_host;
    state->root = outer_root;
    state->barrier = barrier;
    return status;
}

int luashim_reset(lua_State *root) {
    luashim_state *state = luashim_of(root);
    bool in_host = state->in_host;
    lua_State *outer_root = state->root;
    state->in_host = false;
    state->root = NULL;
    int status = luashim_guarded_reset(state->main, root);
    state->in_host = in_host;
    state->root = outer_root;
    return status;
}

LUASHIM_JUMPS_END
