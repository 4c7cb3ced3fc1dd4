#pragma once

#include "CLuaShims.h"

#include <pthread.h>
#include <stdatomic.h>

// What the files of this target share.

// The thread sanitizer keeps a stack of its own, which a longjmp out of these functions would leave to grow with every
// wait and every error: they are built without it.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LUASHIM_JUMPS_BEGIN \
    _Pragma("clang attribute push(__attribute__((disable_sanitizer_instrumentation)), apply_to = function)")
#define LUASHIM_JUMPS_END _Pragma("clang attribute pop")
#endif
#endif
#ifndef LUASHIM_JUMPS_BEGIN
#define LUASHIM_JUMPS_BEGIN
#define LUASHIM_JUMPS_END
#endif

// MARK: Interruptions (interrupt.c, watchdog.c)

// A script's own hooks that ours took the place of.
enum { LUASHIM_DISPLACED_HOOKS = 8 };

typedef struct {
    lua_State *thread;
    lua_Hook hook;
    int mask;
    int count;
} luashim_displaced_hook;

// What other threads may touch of a state; it outlives the state while a handle to it is held.
//
// Turns and calls are numbered, and a request names the one it is for: one that comes too late hits no other.
struct luashim_interruption {
    // The Lua thread's own, and its signal handler's.
    lua_State *volatile running;  // the coroutine that runs, NULL while none does
    luashim_interruption *volatile outer;  // the state whose host function entered this one
    luashim_displaced_hook displaced[LUASHIM_DISPLACED_HOOKS];

    pthread_t thread;
    atomic_int references;
    atomic_bool alarm;             // something may be asked for
    _Atomic uint64_t turn;         // odd while Lua runs; a turn is one stay in Lua, from the loop back to the loop
    _Atomic uint64_t raise_turn;   // the turn in which to raise once, catchably
    _Atomic uint64_t stop_turn;    // the turn in which to raise at every instruction
    _Atomic uint64_t call;         // odd while a call with a deadline runs
    _Atomic uint64_t late_call;    // the call whose deadline has passed
    _Atomic uint64_t call_span;    // nanoseconds
    _Atomic uint64_t burst_span;   // longest turn, in nanoseconds; 0: any
    atomic_int reason;             // of raise_turn and stop_turn: LUASHIM_REASON_…
    atomic_int burst_reason;       // what it is when a turn is too long

    pthread_mutex_t text_mutex;
    char *text;          // of LUASHIM_REASON_TEXT
    char *burst_text;    // of LUASHIM_REASON_BURST
    char *cancel_text;   // of LUASHIM_REASON_CANCEL

    // The watchdog's, under its lock.
    luashim_interruption *next;
    uint64_t seen_call, seen_call_time;  // its number, and how long it has been seen running
    uint64_t seen_call_start;            // in processor time
    uint64_t seen_turn, seen_turn_time;
    bool is_raised;         // in seen_turn
};

enum { LUASHIM_REASON_TEXT, LUASHIM_REASON_INTERRUPTED, LUASHIM_REASON_BURST, LUASHIM_REASON_CANCEL };

// The innermost state that runs on this thread.
extern _Thread_local luashim_interruption *volatile luashim_innermost;

luashim_interruption *luashim_new_interruption(void);
// Makes the coroutine that runs look at its requests at its next instruction.
void luashim_arm(luashim_interruption *interruption);
// After Lua ran in `L` with the alarm on.
void luashim_end_alarm(luashim_state *state, lua_State *L);
// What made the state unwind is over.
void luashim_end_unwinding(luashim_state *state, lua_State *L);
// Raises what is asked for, if anything.
void luashim_raise_requested(lua_State *L);
// The host has kept what was raised as asked to itself: raises it again in the Lua that goes on.
void luashim_raise_again(luashim_state *state);
// The error of what makes the state unwind, once more.
int luashim_unwind(lua_State *L);
// Pushes what a passed deadline says.
void luashim_push_lateness(lua_State *L);

void luashim_watch(luashim_interruption *interruption);
void luashim_unwatch(luashim_interruption *interruption);
// False when there is no thread to be had for it.
bool luashim_wake_watchdog(void);
// Sends the signal that makes the Lua thread arm its hooks.
void luashim_nudge(luashim_interruption *interruption);
extern atomic_bool luashim_watchdog_is_awake;
// The deadline of a call; false when nothing can watch over it.
bool luashim_start_call(luashim_interruption *interruption, uint64_t span);
void luashim_end_call(luashim_interruption *interruption);

// Long loops in C call it now and then.
static inline void luashim_poll(lua_State *L, luashim_state *state) {
    if (atomic_load_explicit(&state->interruption->alarm, memory_order_relaxed)) luashim_raise_requested(L);
}

// Around everything that runs Lua: `L` is the coroutine that will run. Returns what luashim_leave wants to know.
static inline lua_State *luashim_enter(luashim_state *state, lua_State *L) {
    luashim_interruption *interruption = state->interruption;
    lua_State *outer = interruption->running;
    if (outer == NULL) {
        interruption->outer = luashim_innermost;
        luashim_innermost = interruption;
        uint64_t turn = atomic_load_explicit(&interruption->turn, memory_order_relaxed) + 1;
        if (atomic_load_explicit(&interruption->burst_span, memory_order_relaxed) == 0) {
            atomic_store_explicit(&interruption->turn, turn, memory_order_relaxed);
        } else {
            // Ordered before the look at the watchdog, which looks at the turn once more before it sleeps.
            atomic_store(&interruption->turn, turn);
            if (!atomic_load(&luashim_watchdog_is_awake)) luashim_wake_watchdog();
        }
    }
    interruption->running = L;
    // A signal that came before this line armed another coroutine.
    if (atomic_load_explicit(&interruption->alarm, memory_order_relaxed)) luashim_arm(interruption);
    return outer;
}

static inline void luashim_leave(luashim_state *state, lua_State *L, lua_State *outer) {
    luashim_interruption *interruption = state->interruption;
    interruption->running = outer;
    if (outer == NULL) {
        luashim_innermost = interruption->outer;
        uint64_t turn = atomic_load_explicit(&interruption->turn, memory_order_relaxed) + 1;
        atomic_store_explicit(&interruption->turn, turn, memory_order_relaxed);
    }
    if (atomic_load_explicit(&interruption->alarm, memory_order_relaxed)) luashim_end_alarm(state, L);
}

// MARK: Libraries

// Puts find, match, gmatch and gsub into the string library on top.
void luashim_set_patterns(lua_State *L);
// Replaces the functions of the string and table libraries that could outlast a deadline.
void luashim_bound_libraries(lua_State *L);
int luashim_open_coroutines(lua_State *L);
int luashim_open_catching(lua_State *L);
// xpcall; its message handler is argument 2 as long as it runs.
int luashim_xpcall(lua_State *L);
int luashim_open_exit(lua_State *L);
// Whether the error on top of L is an exit for a call that began when `was_leaving` was so: also when a __close that
// the exit ran has put its own error in the place of the exit's.
bool luashim_exit_passes(lua_State *L, bool was_leaving);
// Raises what os.exit raises; never returns.
int luashim_raise_exit(lua_State *L);
// Closes a coroutine that an exit has unwound.
void luashim_close_for_exit(lua_State *L, lua_State *co);
// The value that a suspended coroutine has on top of its stack while it waits for the host.
void luashim_push_marker(lua_State *L);
// The name of the host function that `co` waits in.
const char *luashim_awaited_name(lua_State *co);
int luashim_guarded_reset(lua_State *L, lua_State *co);
// Pushes the traceback of `from` after the one kept for the same error, if any. `error` is an index of L.
void luashim_push_traceback(lua_State *L, lua_State *from, int error, int level);
int luashim_report_handler(lua_State *L);
// Pushes the traceback of `co`, whose error is on top of L; lost when `co` is reset.
void luashim_push_kept_traceback(lua_State *L, lua_State *co);
// Pops a traceback and keeps it for the error below it.
void luashim_keep_traceback(lua_State *L);
int luashim_traceback_handler(lua_State *L);
