#include "shims.h"

LUASHIM_JUMPS_BEGIN

// require as the Lua manual §6.3 has it, but searchers and loaders are called with continuations: a module may wait for
// the host at its top level, and so may a searcher. A task that requires a module which another task is loading waits
// for that one; see LuaState+Require.swift, whose function `begin` is the second upvalue. The first is `package`.

// Where things are on the stack.
enum { NAME = 1, LOADED, LOADING, SEARCHERS, MESSAGE, LOADER_DATA, RESULT };

static int look_up(lua_State *L);
static int search(lua_State *L, lua_KContext position);

static int finish(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    const char *name = lua_tostring(L, NAME);
    if (lua_isnil(L, RESULT)) {
        lua_settop(L, LOADER_DATA);
    } else {
        lua_setfield(L, LOADED, name);
    }
    // What the module itself put into package.loaded counts when it returned nothing; else it is `true`.
    if (lua_getfield(L, LOADED, name) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
        lua_pushvalue(L, -1);
        lua_setfield(L, LOADED, name);
    }
    lua_pushvalue(L, LOADER_DATA);
    return 2;
}

// A searcher has left its two results on the stack. True when the first is a loader; else what it says is noted.
static bool found(lua_State *L) {
    if (lua_isfunction(L, -2)) return true;
    if (lua_isstring(L, -2)) {
        lua_pop(L, 1);
        lua_pushliteral(L, "\n\t");
        lua_insert(L, -2);
        lua_concat(L, 3);  // onto MESSAGE
    } else {
        lua_pop(L, 2);
    }
    return false;
}

static int load_module(lua_State *L) {
    lua_insert(L, LOADER_DATA);  // below its loader
    lua_pushvalue(L, NAME);
    lua_pushvalue(L, LOADER_DATA);
    lua_callk(L, 2, 1, 0, finish);
    return finish(L, LUA_OK, 0);
}

static int searched(lua_State *L, int status, lua_KContext position) {
    (void)status;
    return found(L) ? load_module(L) : search(L, position + 1);
}

static int search(lua_State *L, lua_KContext position) {
    for (;; position++) {
        if (lua_rawgeti(L, SEARCHERS, position) == LUA_TNIL)
            return luaL_error(L, "module '%s' not found:%s", lua_tostring(L, NAME), lua_tostring(L, MESSAGE));
        lua_pushvalue(L, NAME);
        lua_callk(L, 1, 2, position, searched);
        if (found(L)) return load_module(L);
    }
}

// `begin` has returned an object to close when the load ends, nil when this task is loading the module already (then,
// as in Lua, its loader is called again), or true after another task's load: then it is there, or can be tried again.
static int begun(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    if (lua_isboolean(L, LOADING)) return look_up(L);
    if (!lua_isnil(L, LOADING)) lua_toclose(L, LOADING);
    if (lua_getfield(L, lua_upvalueindex(1), "searchers") != LUA_TTABLE)
        return luaL_error(L, "'package.searchers' must be a table");
    lua_pushliteral(L, "");
    return search(L, 1);
}

static int look_up(lua_State *L) {
    lua_settop(L, LOADED);
    lua_getfield(L, LOADED, lua_tostring(L, NAME));
    if (lua_toboolean(L, -1)) return 1;
    lua_pop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, NAME);
    lua_callk(L, 1, 1, 0, begun);
    return begun(L, LUA_OK, 0);
}

static int require(lua_State *L) {
    luaL_checkstring(L, NAME);
    lua_settop(L, NAME);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    return look_up(L);
}

void luashim_set_require(lua_State *L) {
    lua_pushliteral(L, LUA_LOADED_TABLE);
    lua_rawget(L, LUA_REGISTRYINDEX);
    lua_pushliteral(L, LUA_LOADLIBNAME);
    lua_rawget(L, -2);
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, require, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushliteral(L, "require");
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_settop(L, -5);
}

LUASHIM_JUMPS_END
