#include "pattern.h"

#include <ctype.h>
#include <string.h>

LUASHIM_JUMPS_BEGIN

// find, match, gmatch and gsub for the sandbox: they give what Lua's own give, and mind the deadline.

typedef luashim_matcher matcher;

static int byte_at(const char *p) { return (unsigned char)*p; }

// MARK: find and match

// The offset that an initial position names; beyond the end is length + 1.
static size_t initial_offset(lua_State *L, int index, size_t length) {
    lua_Integer position = luaL_optinteger(L, index, 1);
    if (position > (lua_Integer)length) return length + (position > (lua_Integer)length + 1);
    if (position > 0) return (size_t)position - 1;
    if (position == 0 || position < -(lua_Integer)length) return 0;
    return length - (size_t)-position;
}

static bool is_plain(const char *pattern, size_t length) {
    static const char special[] = "^$*+?.([%-";
    for (size_t i = 0; i < length; i++)
        if (pattern[i] != '\0' && strchr(special, pattern[i])) return false;
    return true;
}

static const char *find_plain(lua_State *L, const char *s, size_t length, const char *text, size_t text_length) {
    if (text_length == 0) return s;
    luashim_state *state = luashim_of(L);
    while (length >= text_length) {
        luashim_poll(L, state);
        const char *found = memchr(s, *text, length - text_length + 1);
        if (found == NULL) return NULL;
        if (memcmp(found, text, text_length) == 0) return found;
        length -= (size_t)(found + 1 - s);
        s = found + 1;
    }
    return NULL;
}

static int search(lua_State *L, bool finds) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t offset = initial_offset(L, 3, length);
    if (offset > length) {
        luaL_pushfail(L);
        return 1;
    }
    if (finds && (lua_toboolean(L, 4) || is_plain(pattern, pattern_length))) {
        const char *found = find_plain(L, subject + offset, length - offset, pattern, pattern_length);
        if (found) {
            lua_pushinteger(L, found - subject + 1);
            lua_pushinteger(L, found - subject + (lua_Integer)pattern_length);
            return 2;
        }
        luaL_pushfail(L);
        return 1;
    }
    matcher m;
    luashim_begin_match(&m, L, subject, length, pattern + pattern_length);
    bool anchored = pattern_length > 0 && *pattern == '^';
    const char *s = subject + offset;
    do {
        const char *end = luashim_match_from(&m, s, pattern + anchored);
        if (end == NULL) continue;
        if (!finds) return luashim_push_captures(&m, s, end);
        lua_pushinteger(L, s - subject + 1);
        lua_pushinteger(L, end - subject);
        return luashim_push_captures(&m, NULL, NULL) + 2;
    } while (s++ < m.end && !anchored);
    luaL_pushfail(L);
    return 1;
}

static int find(lua_State *L) { return search(L, true); }

static int match_function(lua_State *L) { return search(L, false); }

// MARK: gmatch

// The iterator's upvalues: subject, pattern, offset to go on from, offset where the last match ended (or -1).
static int next_match(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *pattern = lua_tolstring(L, lua_upvalueindex(2), &pattern_length);
    lua_Integer offset = lua_tointeger(L, lua_upvalueindex(3)), last_end = lua_tointeger(L, lua_upvalueindex(4));
    matcher m;
    luashim_begin_match(&m, L, subject, length, pattern + pattern_length);
    for (; offset <= (lua_Integer)length; offset++) {
        const char *end = luashim_match_from(&m, subject + offset, pattern);
        if (end == NULL || end - subject == last_end) continue;
        lua_pushinteger(L, end - subject);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return luashim_push_captures(&m, subject + offset, end);
    }
    return 0;
}

static int gmatch(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t offset = initial_offset(L, 3, length);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)offset);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, next_match, 4);
    return 1;
}

// MARK: gsub

// Appends a replacement string, in which %0 to %9 are captures.
static void add_template(matcher *m, luaL_Buffer *out, const char *s, const char *end) {
    size_t length;
    const char *p = lua_tolstring(m->L, 3, &length), *template_end = p + length;
    while (p < template_end) {
        luashim_step(m, 1);
        const char *escape = memchr(p, '%', (size_t)(template_end - p));
        luaL_addlstring(out, p, (size_t)((escape ? escape : template_end) - p));
        if (escape == NULL) return;
        p = escape + 1;
        int digit = p < template_end ? byte_at(p) : 0;
        if (digit == '%') {
            luaL_addchar(out, '%');
        } else if (digit == '0') {
            luaL_addlstring(out, s, (size_t)(end - s));
        } else if (isdigit(digit)) {
            size_t count;
            const char *text = luashim_capture_text(m, digit - '1', s, end, &count);
            if (text) luaL_addlstring(out, text, count);
            else luaL_addvalue(out);
        } else {
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        }
        p++;
    }
}

// Appends what a match becomes; false when it stays as it is.
static bool add_replacement(matcher *m, luaL_Buffer *out, const char *s, const char *end, int kind) {
    lua_State *L = m->L;
    switch (kind) {
    case LUA_TFUNCTION:
        lua_pushvalue(L, 3);
        lua_call(L, luashim_push_captures(m, s, end), 1);
        break;
    case LUA_TTABLE:
        luashim_push_capture(m, 0, s, end);
        lua_gettable(L, 3);
        break;
    default:
        add_template(m, out, s, end);
        return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, s, (size_t)(end - s));
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(out);
    return true;
}

static int gsub(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    int kind = lua_type(L, 3);
    luaL_argexpected(L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
                     "string/function/table");
    lua_Integer limit = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    bool anchored = pattern_length > 0 && *pattern == '^', changed = false;
    const char *s = subject, *last_end = NULL, *copied = subject;
    matcher m;
    luashim_begin_match(&m, L, subject, length, pattern + pattern_length);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    while (count < limit) {
        const char *end = luashim_match_from(&m, s, pattern + anchored);
        if (end && end != last_end) {
            count++;
            luaL_addlstring(&out, copied, (size_t)(s - copied));
            changed |= add_replacement(&m, &out, s, end, kind);
            s = last_end = copied = end;
        } else if (s < m.end) {
            s++;
        } else {
            break;
        }
        if (anchored) break;
    }
    if (changed) {
        luaL_addlstring(&out, copied, (size_t)(m.end - copied));
        luaL_pushresult(&out);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}

void luashim_set_patterns(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"find", find}, {"match", match_function}, {"gmatch", gmatch}, {"gsub", gsub}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

LUASHIM_JUMPS_END
