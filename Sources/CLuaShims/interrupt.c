#define _POSIX_C_SOURCE 200809L  // pthread_kill, sigaction
#include "shims.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

LUASHIM_JUMPS_BEGIN

// How running Lua is stopped from outside: whoever wants it writes down a request and sends the Lua thread a signal,
// whose handler sets a hook in the coroutine that runs (lua_sethook is made for that). Nothing is set, and nothing
// costs, before. SIGURG, because it is ignored where nobody handles it.

_Thread_local luashim_interruption *volatile luashim_innermost;

static void on_hook(lua_State *L, lua_Debug *frame) {
    (void)frame;
    // What Swift calls within one of its own functions is not to fail for this: the hook stays for the Lua after it.
    if (!luashim_of(L)->in_host) luashim_raise_requested(L);
}

// Also called by the signal handler, perhaps in the middle of itself.
void luashim_arm(luashim_interruption *interruption) {
    lua_State *L = interruption->running;
    if (L == NULL) return;
    // The hook last: a signal in between makes it ours, and what was read before it counts for nothing.
    int mask = lua_gethookmask(L), count = lua_gethookcount(L);
    lua_Hook hook = lua_gethook(L);
    if (hook != NULL && hook != on_hook) {
        luashim_displaced_hook *free = NULL;
        for (luashim_displaced_hook *entry = interruption->displaced;
             entry < interruption->displaced + LUASHIM_DISPLACED_HOOKS; entry++)
            if (entry->thread == NULL || entry->thread == L) free = entry;
        if (free) *free = (luashim_displaced_hook){L, hook, mask, count};
    }
    lua_sethook(L, on_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

// Gives a coroutine back the hook that a script had set there.
static void disarm(luashim_interruption *interruption, lua_State *L) {
    if (lua_gethook(L) != on_hook) return;
    luashim_displaced_hook before = {NULL, NULL, 0, 0};
    for (luashim_displaced_hook *entry = interruption->displaced;
         entry < interruption->displaced + LUASHIM_DISPLACED_HOOKS; entry++) {
        if (entry->thread != L) continue;
        before = *entry;
        entry->thread = NULL;
    }
    lua_sethook(L, before.hook, before.mask, before.count);
}

static void on_signal(int number) {
    (void)number;
    int interrupted = errno;
    for (luashim_interruption *state = luashim_innermost; state; state = state->outer)
        if (atomic_load_explicit(&state->alarm, memory_order_relaxed)) luashim_arm(state);
    errno = interrupted;
}

#if defined(__linux__) && defined(__has_feature)
#if __has_feature(thread_sanitizer)
// The sanitizer's own sigaction delays a handler until the thread enters the C library, which a busy loop never does.
int __sigaction(int, const struct sigaction *, struct sigaction *);
#define sigaction(...) __sigaction(__VA_ARGS__)
#endif
#endif

static void handle_signal(void) {
    // Without SA_RESTART, files that Lua reads at that moment would fail.
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
}

#ifdef sigaction
#undef sigaction
#endif

luashim_interruption *luashim_new_interruption(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    luashim_interruption *interruption = calloc(1, sizeof *interruption);
    if (interruption == NULL) return NULL;
    pthread_once(&once, handle_signal);
    // A thread that a pool's thread started has the pool's mask, which blocks nearly everything.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    pthread_mutex_init(&interruption->text_mutex, NULL);
    interruption->thread = pthread_self();
    atomic_init(&interruption->references, 1);
    return interruption;
}

static void set_text(luashim_interruption *interruption, char **text, const char *value) {
    char *copy = strdup(value);
    if (copy == NULL) return;
    pthread_mutex_lock(&interruption->text_mutex);
    free(*text);
    *text = copy;
    pthread_mutex_unlock(&interruption->text_mutex);
}

// MARK: Raising

// Pushes "file:line: " of the innermost Lua function of the script's author.
static void push_position(lua_State *L) {
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (frame.currentline <= 0 || strncmp(frame.source, "=[", 2) == 0) continue;
        lua_pushfstring(L, "%s:%d: ", frame.short_src, frame.currentline);
        return;
    }
    lua_pushliteral(L, "");
}

static void push_text(lua_State *L, luashim_interruption *interruption, char *const *text) {
    char copy[512] = "interrupted";
    pthread_mutex_lock(&interruption->text_mutex);
    if (*text) {
        strncpy(copy, *text, sizeof copy - 1);
        copy[sizeof copy - 1] = '\0';
    }
    pthread_mutex_unlock(&interruption->text_mutex);
    lua_pushstring(L, copy);
}

static int raise_reason(lua_State *L, luashim_interruption *interruption) {
    luaL_checkstack(L, 8, NULL);
    switch (atomic_load(&interruption->reason)) {
    case LUASHIM_REASON_CANCEL:
        luashim_of(L)->cancelled = true;
        push_text(L, interruption, &interruption->cancel_text);
        luashim_push_error(L, "cancelled", lua_tostring(L, -1), lua_rawlen(L, -1), true);
        return lua_error(L);
    case LUASHIM_REASON_INTERRUPTED:
        return luaL_error(L, "interrupted!");
    case LUASHIM_REASON_BURST:
        push_position(L);
        push_text(L, interruption, &interruption->burst_text);
        break;
    default:
        push_position(L);
        push_text(L, interruption, &interruption->text);
    }
    lua_concat(L, 2);
    return lua_error(L);
}

void luashim_push_lateness(lua_State *L) {
    uint64_t span = atomic_load_explicit(&luashim_of(L)->interruption->call_span, memory_order_relaxed);
    lua_pushfstring(L, "the call took longer than %I ms", (LUAI_UACINT)(span / 1000000));
}

int luashim_unwind(lua_State *L) {
    luashim_state *state = luashim_of(L);
    if (state->unwinding == LUASHIM_UNWINDS_STOP) return raise_reason(L, state->interruption);
    luaL_checkstack(L, 8, NULL);
    push_position(L);
    luashim_push_lateness(L);
    lua_concat(L, 2);
    return lua_error(L);
}

void luashim_raise_requested(lua_State *L) {
    luashim_state *state = luashim_of(L);
    luashim_interruption *interruption = state->interruption;
    atomic_store(&interruption->alarm, false);
    uint64_t call = atomic_load(&interruption->call), turn = atomic_load(&interruption->turn);
    if (call % 2 == 1 && atomic_load(&interruption->late_call) == call)
        state->unwinding = LUASHIM_UNWINDS_DEADLINE;
    else if (atomic_load(&interruption->stop_turn) == turn)
        state->unwinding = LUASHIM_UNWINDS_STOP;
    else {
        bool asked = atomic_load(&interruption->raise_turn) == turn;
        if (asked) atomic_store(&interruption->raise_turn, 0);
        disarm(interruption, L);
        // A signal may have come meanwhile.
        if (atomic_load(&interruption->alarm)) luashim_arm(interruption);
        if (asked) {
            state->raising = true;
            raise_reason(L, interruption);
        }
        return;
    }
    // Every further instruction raises, in every coroutine that is entered.
    atomic_store(&interruption->alarm, true);
    luashim_arm(interruption);
    luashim_unwind(L);
}

void luashim_raise_again(luashim_state *state) {
    luashim_interruption *interruption = state->interruption;
    if (!state->raising || interruption->running == NULL) return;
    state->raising = false;
    atomic_store(&interruption->raise_turn, atomic_load(&interruption->turn));
    atomic_store(&interruption->alarm, true);
    luashim_arm(interruption);
}

void luashim_end_unwinding(luashim_state *state, lua_State *L) {
    luashim_interruption *interruption = state->interruption;
    state->unwinding = LUASHIM_NOT_UNWINDING;
    atomic_store(&interruption->alarm, false);
    disarm(interruption, L);
    // The turn itself may have been told to stop: the hook, or the next coroutine, will see.
    uint64_t turn = atomic_load(&interruption->turn);
    if (atomic_load(&interruption->stop_turn) == turn || atomic_load(&interruption->raise_turn) == turn)
        atomic_store(&interruption->alarm, true);
}

void luashim_end_alarm(luashim_state *state, lua_State *L) {
    luashim_interruption *interruption = state->interruption;
    if (interruption->running != NULL) return luashim_arm(interruption);
    state->unwinding = LUASHIM_NOT_UNWINDING;
    state->raising = false;
    atomic_store(&interruption->alarm, false);
    disarm(interruption, L);
}

static int bound_libraries(lua_State *L) {
    // A comparator is code that a hook stops: the library's own order of ties may stay.
    lua_getglobal(L, LUA_TABLIBNAME);
    lua_getfield(L, -1, "sort");
    luashim_bound_libraries(L);
    lua_setfield(L, -2, "sort");
    return 0;
}

int luashim_limit_burst(luashim_state *state, uint64_t span, const char *message) {
    set_text(state->interruption, &state->interruption->burst_text, message);
    atomic_store(&state->interruption->burst_reason, LUASHIM_REASON_BURST);
    atomic_store(&state->interruption->burst_span, span);
    state->guards_handlers = true;
    lua_pushcfunction(state->main, bound_libraries);
    return lua_pcall(state->main, 0, 0, 0);
}

void luashim_set_cancellation_text(luashim_state *state, const char *text) {
    set_text(state->interruption, &state->interruption->cancel_text, text);
}

LUASHIM_JUMPS_END

// MARK: Requests

luashim_interruption *luashim_retain_interruption(luashim_state *state) {
    atomic_fetch_add(&state->interruption->references, 1);
    return state->interruption;
}

void luashim_release_interruption(luashim_interruption *interruption) {
    if (atomic_fetch_sub(&interruption->references, 1) != 1) return;
    pthread_mutex_destroy(&interruption->text_mutex);
    free(interruption->text);
    free(interruption->burst_text);
    free(interruption->cancel_text);
    free(interruption);
}

void luashim_nudge(luashim_interruption *interruption) {
    atomic_store(&interruption->alarm, true);
    pthread_kill(interruption->thread, SIGURG);
}

static void request(luashim_interruption *interruption, int reason) {
    uint64_t turn = atomic_load(&interruption->turn);
    if (turn % 2 == 0) return;
    atomic_store(&interruption->reason, reason);
    atomic_store(&interruption->raise_turn, turn);
    luashim_nudge(interruption);
}

void luashim_interrupt(luashim_interruption *interruption) { request(interruption, LUASHIM_REASON_INTERRUPTED); }

void luashim_raise(luashim_interruption *interruption, const char *message) {
    set_text(interruption, &interruption->text, message);
    request(interruption, LUASHIM_REASON_TEXT);
}
