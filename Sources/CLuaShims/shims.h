#pragma once

#include "CLuaShims.h"

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

int luashim_open_coroutines(lua_State *L);
int luashim_open_catching(lua_State *L);
// The value that a suspended coroutine has on top of its stack while it waits for the host.
void luashim_push_marker(lua_State *L);
// The name of the host function that `co` waits in.
const char *luashim_awaited_name(lua_State *co);
int luashim_guarded_reset(lua_State *L, lua_State *co);
// Pushes the traceback of `co`, whose error is on top of L; lost when `co` is reset.
void luashim_push_kept_traceback(lua_State *L, lua_State *co);
// Pops a traceback and keeps it for the error below it.
void luashim_keep_traceback(lua_State *L);
int luashim_traceback_handler(lua_State *L);
