#include "shims.h"

#include <stdio.h>
#include <stdlib.h>

LUASHIM_JUMPS_BEGIN

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
    luashim_state *state = context;
    size_t old = block ? old_size : 0;  // without a block, Lua passes the kind of object in its place
    if (new_size == 0) {
        free(block);
        state->used -= old;
        return NULL;
    }
    if (new_size > old && state->limit && !state->in_host && state->used - old + new_size > state->limit) {
        state->limit_hit = true;
        return NULL;
    }
    void *result = realloc(block, new_size);
    if (result == NULL) {
        if (new_size <= old) return block;  // Lua relies on shrinking never to fail
        if (state->in_host) {
            // Lua would raise over Swift frames. The machine itself is out of memory: leave, and say why.
            fputs("falhost: out of memory\n", stderr);
            abort();
        }
        return NULL;
    }
    state->used += new_size - old;
    return result;
}

// Reached only by an error outside every protected call, which is a mistake of ours: never return from it.
static int panic(lua_State *L) {
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "(no message)";
    fprintf(stderr, "falhost: unprotected Lua error: %s (%s)\n", message, LUA_RELEASE);
    abort();
}

luashim_state *luashim_new(size_t limit) {
    luashim_state *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    state->interruption = luashim_new_interruption();
    if (state->interruption == NULL) {
        free(state);
        return NULL;
    }
    lua_State *L = luaL_newstate();  // also sets up warn() as lua(1) has it
    if (L == NULL) {
        luashim_release_interruption(state->interruption);
        free(state);
        return NULL;
    }
    state->main = L;
    state->limit = limit;
    state->in_host = true;
    state->used = (size_t)lua_gc(L, LUA_GCCOUNT) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB);
    lua_setallocf(L, allocate, state);
    *(luashim_state **)lua_getextraspace(L) = state;
    lua_atpanic(L, panic);
    luashim_watch(state->interruption);
    return state;
}

void luashim_close(luashim_state *state) {
    lua_State *L = state->main;
    if (L == NULL) return;
    state->root = NULL;
    state->in_host = false;
    state->closing = true;
    lua_close(L);
    state->main = NULL;
    luashim_unwatch(state->interruption);
}

void luashim_free(luashim_state *state) {
    luashim_release_interruption(state->interruption);
    free(state->released);
    free(state);
}

static void require_library(lua_State *L, const char *name, lua_CFunction open) {
    luaL_requiref(L, name, open, 1);
    lua_pop(L, 1);
}

static int open_trusted(lua_State *L) {
    luaL_openlibs(L);
    luashim_open_coroutines(L);
    luashim_open_catching(L);
    luashim_open_exit(L);
    lua_gc(L, LUA_GCGEN, 0, 0);  // as lua(1) does
    return 0;
}

static int refuse_change(lua_State *L) {
    return luaL_error(L, "this table is frozen: rules and presets cannot change Lua's libraries");
}

// pairs() over a frozen library walks a copy: next() on the original would give scripts the original itself.
static int frozen_pairs(lua_State *L) {
    lua_getglobal(L, "next");
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, lua_upvalueindex(1))) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_pushnil(L);
    return 3;
}

static const char frozen_key;

// Replaces the table on top by an empty one that reads through to it and cannot be written.
static void freeze(lua_State *L) {
    lua_newtable(L);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_change);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, frozen_pairs, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &frozen_key);
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

static int sandbox_rawset(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    lua_settop(L, 3);
    if (lua_getmetatable(L, 1)) {
        if (lua_rawgetp(L, -1, &frozen_key) != LUA_TNIL) return refuse_change(L);
        lua_settop(L, 3);
    }
    lua_rawset(L, 1);
    return 1;
}

// A finalizer runs with hooks off, so no deadline could stop it.
static int sandbox_setmetatable(lua_State *L) {
    int kind = lua_type(L, 2);
    luaL_argexpected(L, kind == LUA_TNIL || kind == LUA_TTABLE, 2, "nil or table");
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
    if (kind == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "__gc is not available in rules and presets");
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

static int open_sandbox(lua_State *L) {
    static const char *const absent[] = {"load",  "loadstring", "dofile", "loadfile", "collectgarbage",
                                         "print", "warn",       NULL};
    require_library(L, LUA_GNAME, luaopen_base);
    require_library(L, LUA_STRLIBNAME, luaopen_string);
    require_library(L, LUA_TABLIBNAME, luaopen_table);
    require_library(L, LUA_MATHLIBNAME, luaopen_math);
    require_library(L, LUA_UTF8LIBNAME, luaopen_utf8);
    luashim_open_catching(L);
    luashim_bound_libraries(L);
    for (const char *const *name = absent; *name; name++) {
        lua_pushnil(L);
        lua_setglobal(L, *name);
    }
    lua_pushcfunction(L, sandbox_rawset);
    lua_setglobal(L, "rawset");
    lua_pushcfunction(L, sandbox_setmetatable);
    lua_setglobal(L, "setmetatable");
    lua_getglobal(L, LUA_STRLIBNAME);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_pop(L, 1);
    // ("x"):upper() finds the string library through the metatable of all strings: it stays the original, which no
    // script can reach, and the metatable is protected.
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    static const char *const frozen[] = {LUA_STRLIBNAME, LUA_TABLIBNAME, LUA_MATHLIBNAME, LUA_UTF8LIBNAME, NULL};
    for (const char *const *name = frozen; *name; name++) {
        lua_getglobal(L, *name);
        freeze(L);
        lua_setglobal(L, *name);
    }
    // package.loaded would give the originals; nothing in the sandbox reads it.
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    return 0;
}

static int open_protected(luashim_state *state, lua_CFunction open) {
    lua_pushcfunction(state->main, open);
    return lua_pcall(state->main, 0, 0, 0);
}

int luashim_open_trusted(luashim_state *state) { return open_protected(state, open_trusted); }

static int open_interpreter(lua_State *L) {
    if (lua_toboolean(L, 1)) {
        lua_pushboolean(L, 1);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");  // where Lua's package library looks
    }
    return open_trusted(L);
}

int luashim_open_interpreter(luashim_state *state, bool ignores_environment) {
    state->is_interpreter = true;
    lua_pushcfunction(state->main, open_interpreter);
    lua_pushboolean(state->main, ignores_environment);
    return lua_pcall(state->main, 1, 0, 0);
}

int luashim_open_sandbox(luashim_state *state) {
    state->is_sandbox = true;
    state->guards_handlers = true;
    return open_protected(state, open_sandbox);
}

void luashim_collect_garbage(luashim_state *state) {
    bool in_host = state->in_host;
    state->in_host = false;
    lua_gc(state->main, LUA_GCCOLLECT);
    state->in_host = in_host;
}

LUASHIM_JUMPS_END
