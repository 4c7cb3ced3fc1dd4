#include "shims.h"

LUASHIM_JUMPS_BEGIN

// The functions of Lua's libraries that run long in C without calling anything, for the sandbox: the same, but they
// look at the deadline.

// string.rep, where repeating nothing takes no time.
static int rep(lua_State *L) {
    size_t length, separator = 0;
    luaL_checklstring(L, 1, &length);
    luaL_checkinteger(L, 2);
    if (!lua_isnoneornil(L, 3)) luaL_checklstring(L, 3, &separator);
    if (length + separator == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

// MARK: table

// A table, or something that has the metamethods in whose place a table's own access would be.
static void check_table(lua_State *L, int index, bool reads, bool writes, bool measures) {
    static const char *const names[] = {"__index", "__newindex", "__len"};
    const bool needed[] = {reads, writes, measures};
    if (lua_type(L, index) == LUA_TTABLE) return;
    for (int i = 0; i < 3; i++) {
        if (!needed[i]) continue;
        if (luaL_getmetafield(L, index, names[i]) == LUA_TNIL) luaL_checktype(L, index, LUA_TTABLE);
        else lua_pop(L, 1);
    }
}

static inline void copy(lua_State *L, luashim_state *state, int from, lua_Integer i, int to, lua_Integer j) {
    luashim_poll(L, state);
    lua_geti(L, from, i);
    lua_seti(L, to, j);
}

static int insert(lua_State *L) {
    luashim_state *state = luashim_of(L);
    check_table(L, 1, true, true, true);
    lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1);
    lua_Integer position = end;
    switch (lua_gettop(L)) {
    case 2: break;
    case 3:
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2, "position out of bounds");
        for (lua_Integer i = end; i > position; i--) copy(L, state, 1, i - 1, 1, i);
        break;
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

static int take(lua_State *L) {
    luashim_state *state = luashim_of(L);
    check_table(L, 1, true, true, true);
    lua_Integer count = luaL_len(L, 1);
    lua_Integer position = luaL_optinteger(L, 2, count);
    if (position != count)
        luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)count, 2, "position out of bounds");
    lua_geti(L, 1, position);
    for (; position < count; position++) copy(L, state, 1, position + 1, 1, position);
    lua_pushnil(L);
    lua_seti(L, 1, position);
    return 1;
}

static int move(lua_State *L) {
    luashim_state *state = luashim_of(L);
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3), target = luaL_checkinteger(L, 4);
    int to = lua_isnoneornil(L, 5) ? 1 : 5;
    check_table(L, 1, true, false, false);
    check_table(L, to, false, true, false);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
        lua_Integer count = last - first + 1;
        luaL_argcheck(L, target <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        bool overlaps = target > first && target <= last && (to == 1 || lua_compare(L, 1, to, LUA_OPEQ));
        if (overlaps)
            for (lua_Integer i = count - 1; i >= 0; i--) copy(L, state, 1, first + i, to, target + i);
        else
            for (lua_Integer i = 0; i < count; i++) copy(L, state, 1, first + i, to, target + i);
    }
    lua_pushvalue(L, to);
    return 1;
}

static int concat(lua_State *L) {
    luashim_state *state = luashim_of(L);
    check_table(L, 1, true, false, true);
    lua_Integer count = luaL_len(L, 1);
    size_t length;
    const char *separator = luaL_optlstring(L, 2, "", &length);
    lua_Integer first = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, count);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (lua_Integer i = first; i <= last; i++) {
        luashim_poll(L, state);
        lua_geti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
                              (LUAI_UACINT)i);
        luaL_addvalue(&out);
        if (i == last) break;  // i + 1 may overflow
        luaL_addlstring(&out, separator, length);
    }
    luaL_pushresult(&out);
    return 1;
}

// MARK: table.sort

// Whether the value on top comes after the one below it; leaves both.
static bool is_after(lua_State *L, luashim_state *state) {
    luashim_poll(L, state);
    if (lua_isnil(L, 2)) return lua_compare(L, -2, -1, LUA_OPLT);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 1);
    bool after = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return after;
}

// Lets the value on top, which is popped, sink from `root` into a heap of `count` values.
static void sink(lua_State *L, luashim_state *state, lua_Integer root, lua_Integer count) {
    for (lua_Integer child; (child = 2 * root) <= count; root = child) {
        lua_geti(L, 1, child);
        if (child < count) {
            lua_geti(L, 1, child + 1);
            if (is_after(L, state)) {
                lua_remove(L, -2);
                child++;
            } else {
                lua_pop(L, 1);
            }
        }
        if (!is_after(L, state)) {  // stack: value, its greater child
            lua_pop(L, 1);
            break;
        }
        lua_seti(L, 1, root);
    }
    lua_seti(L, 1, root);
}

// A heap sort: it ends after n log n comparisons, whatever the comparator says.
static int sort(lua_State *L) {
    luashim_state *state = luashim_of(L);
    check_table(L, 1, true, true, true);
    lua_Integer count = luaL_len(L, 1);
    if (count < 2) return 0;
    luaL_argcheck(L, count < INT32_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    for (lua_Integer root = count / 2; root >= 1; root--) {
        lua_geti(L, 1, root);
        sink(L, state, root, count);
    }
    for (lua_Integer last = count; last > 1; last--) {
        lua_geti(L, 1, last);
        lua_geti(L, 1, 1);
        lua_seti(L, 1, last);
        sink(L, state, 1, last - 1);
    }
    return 0;
}

void luashim_bound_libraries(lua_State *L) {
    static const luaL_Reg functions[] = {{"insert", insert}, {"remove", take}, {"move", move},
                                         {"concat", concat}, {"sort", sort},   {NULL, NULL}};
    lua_getglobal(L, LUA_TABLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
    lua_getglobal(L, LUA_STRLIBNAME);
    luashim_set_patterns(L);
    lua_getfield(L, -1, "rep");
    lua_pushcclosure(L, rep, 1);
    lua_setfield(L, -2, "rep");
    lua_pop(L, 1);
}

LUASHIM_JUMPS_END
