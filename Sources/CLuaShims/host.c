#include "shims.h"

#include <stdlib.h>
#include <string.h>

LUASHIM_JUMPS_BEGIN

// A userdata that owns one Swift object. A function's box is followed by its name.
typedef struct {
    void *object;
    char name[];
} box;

static const char function_box_key;

static int leave(lua_State *L, luashim_state *state, int outcome);

static int after_wait(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    luashim_state *state = luashim_of(L);
    bool in_host = state->in_host;
    lua_State *active = state->active;
    state->in_host = true;
    state->active = L;
    int outcome = state->resumed(L);
    state->in_host = in_host;
    state->active = active;
    return leave(L, state, outcome);
}

// Swift has returned: from here on raising and yielding are safe.
static int leave(lua_State *L, luashim_state *state, int outcome) {
    if (state->overflowed) {
        state->overflowed = false;
        return luaL_error(L, "stack overflow (no room for the values of a host function)");
    }
    if (outcome >= 0) return outcome;
    switch (outcome) {
    case LUASHIM_WAIT:
        luashim_push_marker(L);
        return lua_yieldk(L, 1, 0, after_wait);
    case LUASHIM_EXIT:
        return luashim_raise_exit(L);
    case LUASHIM_RAISE_HERE:
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
        return lua_error(L);
    default:
        return lua_error(L);
    }
}

static int call_host(lua_State *L) {
    luashim_state *state = luashim_of(L);
    box *function = lua_touserdata(L, lua_upvalueindex(1));
    if (function->object == NULL) return luaL_error(L, "%s is gone: its state is closing", function->name);
    bool in_host = state->in_host;
    lua_State *active = state->active;
    state->in_host = true;
    state->active = L;
    int outcome = state->call(L, function->object);
    state->in_host = in_host;
    state->active = active;
    if (outcome >= 0 && !state->overflowed) return outcome;
    return leave(L, state, outcome);
}

const char *luashim_awaited_name(lua_State *co) {
    lua_Debug frame;
    const char *name = NULL;
    if (!lua_checkstack(co, 2) || !lua_getstack(co, 0, &frame)) return "a host function";
    lua_getinfo(co, "f", &frame);
    if (lua_tocfunction(co, -1) == call_host && lua_getupvalue(co, -1, 1)) {
        box *function = lua_touserdata(co, -1);
        name = function->name;
        lua_pop(co, 1);
    }
    lua_pop(co, 1);
    return name ? name : "a host function in a coroutine of its own";
}

// The list of objects to release has room for every live object, so that a finalizer never allocates.
static bool reserve_release(luashim_state *state) {
    size_t needed = state->live_objects + state->released_count + 1;
    if (needed > state->released_capacity) {
        size_t capacity = state->released_capacity ? state->released_capacity * 2 : 64;
        void **list = realloc(state->released, capacity * sizeof *list);
        if (list == NULL) return false;
        state->released = list;
        state->released_capacity = capacity;
    }
    state->live_objects++;
    return true;
}

int luashim_collect_object(lua_State *L) {
    luashim_state *state = luashim_of(L);
    box *owner = lua_touserdata(L, 1);
    if (owner == NULL || owner->object == NULL) return 0;
    state->live_objects--;
    state->released[state->released_count++] = owner->object;
    owner->object = NULL;
    return 0;
}

bool luashim_push_function(lua_State *L, void *object, const char *name, size_t length) {
    if (!reserve_release(luashim_of(L))) return false;
    box *function = lua_newuserdatauv(L, sizeof *function + length + 1, 0);
    function->object = NULL;
    memcpy(function->name, name, length);
    function->name[length] = '\0';
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &function_box_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, luashim_collect_object);
        lua_setfield(L, -2, "__gc");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &function_box_key);
    }
    lua_setmetatable(L, -2);
    function->object = object;
    lua_pushcclosure(L, call_host, 1);
    return true;
}

bool luashim_push_object(lua_State *L, void *object) {
    if (!reserve_release(luashim_of(L))) return false;
    box *owner = lua_newuserdatauv(L, sizeof *owner, 0);
    owner->object = object;
    return true;
}

void luashim_register_class(lua_State *L, const void *key) { lua_rawsetp(L, LUA_REGISTRYINDEX, key); }

bool luashim_set_class(lua_State *L, const void *key) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) != LUA_TTABLE) {
        lua_pop(L, 1);
        return false;
    }
    lua_setmetatable(L, -2);
    return true;
}

void *luashim_object(lua_State *L, int index, const void *key) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? ((box *)lua_touserdata(L, index))->object : NULL;
}

LUASHIM_JUMPS_END
