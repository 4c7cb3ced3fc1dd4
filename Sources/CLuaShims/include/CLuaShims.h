#pragma once

// The only C that falhost adds to Lua. It exists because lua_error and lua_yield leave by longjmp, which must not pass
// over a Swift frame: Swift returns a status, and C raises or yields after Swift's frames are gone.

#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a Swift function returns besides its number of results (>= 0).
enum {
    LUASHIM_RAISE = -1,       // raise the value on top of the stack
    LUASHIM_RAISE_HERE = -2,  // the same, with the caller's "file:line: " put before the string on top
    LUASHIM_WAIT = -3,        // suspend; the task's scheduler resumes with luashim_resume
    LUASHIM_EXIT = -4         // unwind the task: os.exit was called
};

// Statuses of luashim_call beyond Lua's own LUA_OK … LUA_ERRERR.
enum { LUASHIM_DEADLINE = 100 };

// What makes a state unwind: its errors cannot be caught until the call or the turn is over.
enum { LUASHIM_NOT_UNWINDING, LUASHIM_UNWINDS_DEADLINE, LUASHIM_UNWINDS_STOP };

typedef struct luashim_state luashim_state;
typedef struct luashim_interruption luashim_interruption;

// Runs the Swift function whose box is `object`; never raises.
typedef int (*luashim_function)(lua_State *L, void *object);
// Pushes what a wait ended with; never raises.
typedef int (*luashim_continuation)(lua_State *L);

// One Lua world as C sees it. Every coroutine's extra space points here.
struct luashim_state {
    lua_State *main;
    void *owner;  // the Swift LuaState, unretained
    luashim_function call;
    luashim_continuation resumed;

    lua_State *active;  // the coroutine whose host function runs, or NULL
    // The root coroutine of the task that runs, or NULL. A wait yields up to it, coroutine by coroutine.
    lua_State *root;
    // The coroutine between root and the running one that cannot yield (a C function without continuation is on its
    // stack), or NULL when all can.
    lua_State *barrier;

    size_t used;
    size_t limit;      // 0: none
    bool is_sandbox;
    bool in_host;      // Swift runs: allocations may exceed the limit, for a memory error may not pass over its frames
    bool limit_hit;    // the limit refused something since the flag was last cleared
    bool overflowed;   // a Swift push found no stack slot; raised when Swift has returned

    bool cancelled;      // the running task was cancelled and has been told
    bool cancel_caught;  // … and has caught the error: its next wait raises again

    // A traceback is kept for an error that goes on in the task of traced_root; catching the error forgets it.
    bool traced;
    lua_State *traced_root;

    // Where luashim_position was last: most calls in a row come from the same line.
    char last_source[LUA_IDSIZE];
    int last_line;

    int close_depth;  // coroutine.close within coroutine.close

    bool is_interpreter;  // the state of lua(1): its os.exit leaves at once, its root tasks report errors as it does
    bool exiting;         // os.exit was called: all tasks unwind, and nothing catches that
    bool leaving;         // the running task has begun to
    int exit_code;
    bool closing;  // lua_close runs

    luashim_interruption *interruption;
    int unwinding;  // LUASHIM_UNWINDS_…: pcall, xpcall and coroutine.resume pass every error on
    // An error of the watchdog's was raised and not caught yet. xpcall's handler is not called for it where bursts are
    // limited: it would run inside the hook, where nothing stops it.
    bool raising;
    bool guards_handlers;

    // Swift objects whose userdata was collected: released by Swift later, never from within a collection.
    void **released;
    size_t released_count;
    size_t released_capacity;
    size_t live_objects;
};

// MARK: State

// NULL when there is no memory. `limit` is in bytes, 0 for none; it holds from the first luashim_call on.
luashim_state *luashim_new(size_t limit);
// Runs all finalizers and frees the state. `released` must be drained afterwards, then luashim_free called.
void luashim_close(luashim_state *state);
void luashim_free(luashim_state *state);
// Opens the libraries; Lua's status, with the error on top of the main stack when it is not LUA_OK.
int luashim_open_trusted(luashim_state *state);
// The same for lua(1); without the environment's LUA_PATH and LUA_CPATH when it is to be ignored.
int luashim_open_interpreter(luashim_state *state, bool ignores_environment);
int luashim_open_sandbox(luashim_state *state);

static inline const char *luashim_release(void) { return LUA_RELEASE; }

static inline luashim_state *luashim_of(lua_State *L) { return *(luashim_state **)lua_getextraspace(L); }

// MARK: Swift functions and objects

// Pushes a function that calls luashim_state.call with `object`, whose +1 reference it takes over.
// Needs three free slots. False (and nothing pushed, nothing taken) when there is no memory for the release list.
bool luashim_push_function(lua_State *L, void *object, const char *name, size_t length);
// Pushes a userdata that owns `object` (+1); without a metatable until luashim_set_class.
bool luashim_push_object(lua_State *L, void *object);
// Pops a metatable and registers it for `key`: objects of that class get it.
void luashim_register_class(lua_State *L, const void *key);
// Gives the userdata on top the metatable of `key`; false when the class is not registered.
bool luashim_set_class(lua_State *L, const void *key);
// The object at `index` when it is of the class `key`, else NULL.
void *luashim_object(lua_State *L, int index, const void *key);
// The __gc for class metatables.
int luashim_collect_object(lua_State *L);

// MARK: Protected calls: none of them raises

// Calls the function below `nargs` arguments. Results or the error value replace them. With a deadline (nanoseconds,
// 0: none) the call is stopped from inside however often it catches the error, and LUASHIM_DEADLINE is returned.
int luashim_call(lua_State *L, int nargs, int nresults, uint64_t deadline);
int luashim_load(lua_State *L, const char *bytes, size_t length, const char *name, const char *mode);
// Starts or continues a task's root coroutine.
int luashim_resume(lua_State *root, int nargs, int *nresults);
// Closes a failed or suspended root: runs its pending __close, leaves the final error at index 1 when not LUA_OK.
int luashim_reset(lua_State *root);
// lua_next: 1 with key and value pushed, 0 at the end, -1 when the table changed under the traversal (key popped).
int luashim_next(lua_State *L, int index);
// Pushes luaL_tolstring of the value, or a description when its __tostring fails; false when there is no room for it.
bool luashim_tostring(lua_State *L, int index, uint64_t deadline);
// The function that a root coroutine starts with: pushed before the task's own function and its arguments.
void luashim_push_root_body(lua_State *root);
// The same for a chunk of lua(1): the error value that leaves it is the message that lua(1) prints.
void luashim_push_interpreter_body(lua_State *root);
// Pushes the traceback that a failed root left, or nil.
void luashim_root_traceback(lua_State *L, lua_State *root);
// When the error value on top of L goes on to fail L's task, `traceback` precedes that task's own.
void luashim_carry_traceback(lua_State *L, const char *traceback, size_t length);
bool luashim_is_waiting(lua_State *co);
// Pushes the traceback that the last failed luashim_call left, or nil.
void luashim_last_traceback(lua_State *L);
// Finds "file:line" of the innermost Lua function of `from` at or above `level`. LUASHIM_SAME_POSITION pushes nothing:
// it is where the last call found it to be; LUASHIM_NEW_POSITION pushes the text.
enum { LUASHIM_NO_POSITION, LUASHIM_SAME_POSITION, LUASHIM_NEW_POSITION };
int luashim_position(lua_State *L, lua_State *from, int level);
// Pushes an error value made by the runtime: a table with code, kind and message, and a __tostring.
// `cancel` marks it as a cancellation.
void luashim_push_error(lua_State *L, const char *code, const char *message, size_t length, bool cancel);
bool luashim_is_cancellation(lua_State *L, int index);
void luashim_collect_garbage(luashim_state *state);
// semaphore:with(fn, ...) as a closure over the function that checks these two and takes the permit.
int luashim_with_permit(lua_State *L);
// Pops a Swift function, see LuaState+Require.swift, and makes `require` one whose modules may wait.
void luashim_set_require(lua_State *L);

// MARK: Interruptions: from any thread

// The handle of a state, which may outlive it; release it with luashim_release_interruption.
luashim_interruption *luashim_retain_interruption(luashim_state *state);
void luashim_release_interruption(luashim_interruption *interruption);
// Makes the Lua code that runs now raise `message`, once and catchably, with its position before it. Nothing happens
// when none runs.
void luashim_raise(luashim_interruption *interruption, const char *message);
// The same with lua(1)'s "interrupted!"; async-signal-safe.
void luashim_interrupt(luashim_interruption *interruption);

// Longest stay in Lua without a return to the loop, in nanoseconds, 0 for any: then `message` is raised catchably, and
// a second later at every instruction. Also lets the functions of Lua's libraries that run long mind it. Lua's status,
// with the error on top of the main stack when it is not LUA_OK.
int luashim_limit_burst(luashim_state *state, uint64_t span, const char *message);
// The text of the cancellation error that is raised in busy code.
void luashim_set_cancellation_text(luashim_state *state, const char *text);
// Starts the watchdog, and returns a descriptor, -1 when there is none. A byte LUASHIM_INTERRUPT_BYTE that is written
// to it (which a signal handler may do) cancels what is in Lua, and what will be, for longer than a fifth of a second.
int luashim_interrupt_descriptor(void);
enum { LUASHIM_INTERRUPT_BYTE = 'i' };

// Whether the error value on top of L is that of os.exit.
bool luashim_is_exit(lua_State *L);

// MARK: lua(1)

// Lua's version and copyright, as `lua -v` prints them.
const char *luashim_interpreter_version(void);
int luashim_interpreter_load_file(lua_State *L);   // (path as light userdata, or NULL for standard input) -> function
int luashim_interpreter_arguments(lua_State *L);   // () -> the values of `arg` from 1 on
int luashim_interpreter_require(lua_State *L);     // () -> the global require
int luashim_interpreter_set_global(lua_State *L);  // (name, value)
int luashim_interpreter_prompt(lua_State *L);      // (name) -> the global as a string, or nothing when it is nil
int luashim_interpreter_print(lua_State *L);       // (values) calls the global print
// From now on Ctrl-C raises "interrupted!" in the state's running coroutine; a second one ends the process.
void luashim_begin_interrupts(luashim_state *state);
void luashim_end_interrupts(void);
// Whether Ctrl-C came and Lua has not raised for it; forgets it.
bool luashim_take_interrupt(luashim_state *state);
// Where Ctrl-C writes a byte too, for what waits without running Lua; -1 for nowhere.
void luashim_notify_interrupts(int descriptor);

// MARK: Waiting

// NULL when the running function may wait, else where it is ("inside a table.sort comparator").
const char *luashim_cannot_wait(lua_State *L);
