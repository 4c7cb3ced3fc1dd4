#define _POSIX_C_SOURCE 200809L  // sigaction, pthread_kill
#include "shims.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

LUASHIM_JUMPS_BEGIN

// What lua(1) does with a state that may raise (Lua manual §7). Each is a lua_CFunction, to be called by luashim_call.

const char *luashim_interpreter_version(void) { return LUA_COPYRIGHT; }

int luashim_interpreter_load_file(lua_State *L) {
    if (luaL_loadfilex(L, lua_touserdata(L, 1), NULL) != LUA_OK) return lua_error(L);
    return 1;
}

int luashim_interpreter_arguments(lua_State *L) {
    if (lua_getglobal(L, "arg") != LUA_TTABLE) return luaL_error(L, "'arg' is not a table");
    int count = (int)luaL_len(L, 1);
    luaL_checkstack(L, count, "too many arguments to script");
    for (int index = 1; index <= count; index++) lua_rawgeti(L, 1, index);
    return count;
}

int luashim_interpreter_require(lua_State *L) {
    lua_getglobal(L, "require");
    return 1;
}

int luashim_interpreter_set_global(lua_State *L) {
    lua_setglobal(L, lua_tostring(L, 1));
    return 0;
}

int luashim_interpreter_prompt(lua_State *L) {
    if (lua_getglobal(L, lua_tostring(L, 1)) == LUA_TNIL) return 0;
    luaL_tolstring(L, -1, NULL);
    return 1;
}

int luashim_interpreter_print(lua_State *L) {
    luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
    lua_getglobal(L, "print");
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

// What lua(1) prints for an error that nobody caught takes the place of the error's value.
int luashim_report_handler(lua_State *L) {
    if (luashim_is_exit(L)) return 1;
    lua_settop(L, 1);
    const char *text = lua_tostring(L, 1);
    if (text == NULL) {
        if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
        text = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    }
    lua_pushfstring(L, "%s\n", text);
    luashim_push_traceback(L, L, 1, 1);
    lua_concat(L, 2);
    return 1;
}

// MARK: Ctrl-C

// What Ctrl-C interrupts, NULL while no chunk runs, and where a byte is written for what waits without running Lua. The
// handler may run on any thread.
static _Atomic(luashim_interruption *) interrupted;
static atomic_int notified_descriptor = -1;
// The last one, retained until another takes its place: a handler that began before the end of its chunk may still run.
static luashim_interruption *retained;
// The turn of the state in which the last Ctrl-C came; 0 when that has been seen to.
static _Atomic uint64_t interrupted_turn;

static void set_interrupt_handler(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static void on_interrupt(int number) {
    int saved = errno;
    set_interrupt_handler(SIG_DFL);  // a second one ends the process
    luashim_interruption *interruption = atomic_load(&interrupted);
    if (interruption) {
        atomic_store(&interrupted_turn, atomic_load(&interruption->turn));
        luashim_interrupt(interruption);
        int descriptor = atomic_load(&notified_descriptor);
        if (descriptor >= 0) {
            ssize_t written = write(descriptor, "", 1);
            (void)written;
        }
    } else {
        raise(number);  // the chunk has just ended: what lua(1) does then is the system's own way
    }
    errno = saved;
}

void luashim_begin_interrupts(luashim_state *state) {
    if (retained != state->interruption) {
        if (retained) luashim_release_interruption(retained);
        retained = luashim_retain_interruption(state);
    }
    atomic_store(&interrupted_turn, 0);
    atomic_store(&interrupted, retained);
    set_interrupt_handler(on_interrupt);
}

void luashim_notify_interrupts(int descriptor) { atomic_store(&notified_descriptor, descriptor); }

void luashim_end_interrupts(void) {
    set_interrupt_handler(SIG_DFL);
    atomic_store(&interrupted, NULL);
}

bool luashim_take_interrupt(luashim_state *state) {
    uint64_t turn = atomic_exchange(&interrupted_turn, 0);
    if (turn % 2 == 0) return turn != 0;
    // Lua ran: was it over before the next instruction?
    return atomic_compare_exchange_strong(&state->interruption->raise_turn, &turn, 0);
}

LUASHIM_JUMPS_END
