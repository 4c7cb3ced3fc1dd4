#define _POSIX_C_SOURCE 200809L  // clock_gettime, pthread_sigmask
#include "shims.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

// One thread that looks every few milliseconds at what runs against the clock, so that those who run need no clock and
// no system call of their own. It starts with the first limit and sleeps while there is nothing to look at.

static const int milliseconds_between_looks = 10;
// More than this between two looks does not count: the process was stopped (Ctrl-Z), or the machine too busy for it.
static const uint64_t longest_look = 20000000;
// It goes on looking for a while: most calls with a deadline come in series.
static const uint64_t patience = 1000000000;
// Code that caught what was raised gets this long before it is stopped for good.
static const uint64_t grace = 1000000000;
// How long what is busy may go on after a byte that asks to interrupt it.
static const uint64_t interrupt_span = 200000000;

atomic_bool luashim_watchdog_is_awake;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static luashim_interruption *watched;  // under the mutex
static bool is_started;                // under the mutex
static bool is_interrupting;           // under the mutex
static int read_end = -1;              // the watchdog's, from its start on
static atomic_int write_end = -1;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// MARK: The look

static bool look_at_call(luashim_interruption *state, uint64_t passed) {
    uint64_t call = atomic_load(&state->call);
    if (call % 2 == 0) return false;
    if (state->seen_call != call) {
        state->seen_call = call;
        state->seen_call_time = 0;
        return true;
    }
    state->seen_call_time += passed;
    if (state->seen_call_time >= atomic_load(&state->call_span)) {
        atomic_store(&state->late_call, call);
        luashim_nudge(state);
    }
    return true;
}

static void raise_once(luashim_interruption *state, uint64_t turn) {
    if (!state->is_raised) {
        atomic_store(&state->reason, atomic_load(&state->burst_reason));
        atomic_store(&state->raise_turn, turn);
        state->is_raised = true;
    }
    if (atomic_load(&state->raise_turn) == turn) luashim_nudge(state);
}

static bool look_at_turn(luashim_interruption *state, uint64_t passed) {
    uint64_t span = atomic_load(&state->burst_span), turn = atomic_load(&state->turn);
    if (span == 0 || turn % 2 == 0) return false;
    if (state->seen_turn != turn) {
        state->seen_turn = turn;
        state->seen_turn_time = 0;
        state->is_raised = false;
        return true;
    }
    uint64_t lasted = state->seen_turn_time += passed;
    if (lasted >= span + grace) {
        atomic_store(&state->reason, atomic_load(&state->burst_reason));
        atomic_store(&state->stop_turn, turn);
        luashim_nudge(state);
    } else if (lasted >= span) {
        raise_once(state, turn);
    }
    return true;
}

static bool look(void) {
    static uint64_t last;
    uint64_t time = now(), passed = time - last;
    if (passed > longest_look) passed = longest_look;
    last = time;
    bool anything = false;
    pthread_mutex_lock(&mutex);
    for (luashim_interruption *state = watched; state; state = state->next) {
        anything |= look_at_call(state, passed);
        anything |= look_at_turn(state, passed);
    }
    pthread_mutex_unlock(&mutex);
    return anything;
}

static void interrupt(luashim_interruption *state) {
    state->seen_turn = 0;
    atomic_store(&state->burst_reason, LUASHIM_REASON_CANCEL);
    atomic_store(&state->burst_span, interrupt_span);
}

// From now on, whatever stays in Lua longer than a moment is cancelled.
static void interrupt_all(void) {
    pthread_mutex_lock(&mutex);
    is_interrupting = true;
    for (luashim_interruption *state = watched; state; state = state->next) interrupt(state);
    pthread_mutex_unlock(&mutex);
}

// MARK: The thread

static void pause_until_woken(int milliseconds) {
    struct pollfd end = {.fd = read_end, .events = POLLIN};
    if (poll(&end, 1, milliseconds) <= 0) return;
    char bytes[64];
    ssize_t count = read(read_end, bytes, sizeof bytes);
    bool is_interrupt = false;
    for (ssize_t index = 0; index < count; index++) is_interrupt |= bytes[index] == LUASHIM_INTERRUPT_BYTE;
    if (is_interrupt) interrupt_all();
}

static void *watch(void *unused) {
    (void)unused;
    uint64_t busy = now();
    for (;;) {
        if (look()) busy = now();
        if (now() - busy < patience) {
            pause_until_woken(milliseconds_between_looks);
            continue;
        }
        atomic_store(&luashim_watchdog_is_awake, false);
        // Who armed something before that line did not wake us.
        if (!look()) pause_until_woken(-1);
        atomic_store(&luashim_watchdog_is_awake, true);
        busy = now();
    }
    return NULL;
}

static bool open_pipe(void) {
    int ends[2];
    if (read_end >= 0) return true;
    if (pipe(ends) != 0) return false;
    for (int end = 0; end < 2; end++) {
        fcntl(ends[end], F_SETFD, FD_CLOEXEC);
        fcntl(ends[end], F_SETFL, O_NONBLOCK);
    }
    read_end = ends[0];
    atomic_store(&write_end, ends[1]);
    return true;
}

static bool start(void) {
    if (!open_pipe()) return false;
    // Signals for the process are for other threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    atomic_store(&luashim_watchdog_is_awake, true);
    int status = pthread_create(&thread, &attributes, watch, NULL);
    if (status != 0) atomic_store(&luashim_watchdog_is_awake, false);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status == 0;
}

static bool start_once(void) {
    pthread_mutex_lock(&mutex);
    if (!is_started) is_started = start();
    bool started = is_started;
    pthread_mutex_unlock(&mutex);
    return started;
}

bool luashim_wake_watchdog(void) {
    if (!start_once()) return false;
    // A full pipe wakes as well.
    return write(atomic_load(&write_end), "w", 1) == 1 || errno == EAGAIN;
}

int luashim_interrupt_descriptor(void) { return start_once() ? atomic_load(&write_end) : -1; }

// MARK: What is watched

void luashim_watch(luashim_interruption *interruption) {
    pthread_mutex_lock(&mutex);
    interruption->next = watched;
    watched = interruption;
    if (is_interrupting) interrupt(interruption);
    pthread_mutex_unlock(&mutex);
}

void luashim_unwatch(luashim_interruption *interruption) {
    pthread_mutex_lock(&mutex);
    luashim_interruption **link = &watched;
    while (*link && *link != interruption) link = &(*link)->next;
    if (*link) *link = interruption->next;
    pthread_mutex_unlock(&mutex);
}

// MARK: Limits of a state

bool luashim_start_call(luashim_interruption *interruption, uint64_t span) {
    atomic_store_explicit(&interruption->call_span, span, memory_order_relaxed);
    uint64_t call = atomic_load_explicit(&interruption->call, memory_order_relaxed);
    // Ordered before the look at the watchdog, which looks at the call once more before it sleeps.
    atomic_store(&interruption->call, call + 1);
    if (atomic_load(&luashim_watchdog_is_awake) || luashim_wake_watchdog()) return true;
    luashim_end_call(interruption);
    return false;
}

void luashim_end_call(luashim_interruption *interruption) {
    uint64_t call = atomic_load_explicit(&interruption->call, memory_order_relaxed);
    atomic_store_explicit(&interruption->call, call + 1, memory_order_release);
}
