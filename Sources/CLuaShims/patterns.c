#include "shims.h"

#include <ctype.h>
#include <string.h>

LUASHIM_JUMPS_BEGIN

// find, match, gmatch and gsub for the sandbox: the patterns of the Lua manual (§6.4.1) with the errors and the limits
// of Lua's own functions, but they look at the deadline while they match. No hook could stop Lua's own: ".-.-.-b" takes
// a minute on 700 characters.

enum { MAX_CAPTURES = 32, MAX_DEPTH = 200, OPEN = -1, POSITION = -2 };

typedef struct {
    lua_State *L;
    luashim_state *state;
    const char *start, *end;  // the subject
    const char *pattern_end;
    unsigned steps;
    int depth;
    int captures;
    struct {
        const char *start;
        ptrdiff_t length;  // or OPEN, or POSITION
    } capture[MAX_CAPTURES];
} matcher;

static inline void step(matcher *m) {
    if (++m->steps % 256 == 0) luashim_poll(m->L, m->state);
}

// MARK: Single characters

// Where the item that begins at `p` ends: a character, an escape or a set.
static const char *item_end(matcher *m, const char *p) {
    if (*p == '%') {
        if (p + 1 == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 2;
    }
    if (*p != '[') return p + 1;
    p++;
    if (p < m->pattern_end && *p == '^') p++;
    for (bool first = true;; first = false) {
        if (p >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p == ']' && !first) return p + 1;
        p += *p == '%' && p + 1 < m->pattern_end ? 2 : 1;
    }
}

static bool is_in_class(int c, int class) {
    bool is;
    switch (tolower(class)) {
    case 'a': is = isalpha(c); break;
    case 'c': is = iscntrl(c); break;
    case 'd': is = isdigit(c); break;
    case 'g': is = isgraph(c); break;
    case 'l': is = islower(c); break;
    case 'p': is = ispunct(c); break;
    case 's': is = isspace(c); break;
    case 'u': is = isupper(c); break;
    case 'w': is = isalnum(c); break;
    case 'x': is = isxdigit(c); break;
    case 'z': is = c == 0; break;  // deprecated, and still there
    default: return c == class;
    }
    return isupper(class) ? !is : is;
}

static int byte_at(const char *p) { return (unsigned char)*p; }

// The set begins at '[' and `last` is its ']'.
static bool is_in_set(int c, const char *set, const char *last) {
    const char *p = set + 1;
    bool found = true;
    if (*p == '^') {
        found = false;
        p++;
    }
    while (p < last) {
        if (*p == '%') {
            if (is_in_class(c, byte_at(p + 1))) return found;
            p += 2;
        } else if (p[1] == '-' && p + 2 < last) {
            if (byte_at(p) <= c && c <= byte_at(p + 2)) return found;
            p += 3;
        } else {
            if (byte_at(p) == c) return found;
            p++;
        }
    }
    return !found;
}

// Whether the character at `s` is one of the item from `p` to `item_end`.
static bool is_one(matcher *m, const char *s, const char *p, const char *end) {
    if (s >= m->end) return false;
    switch (*p) {
    case '.': return true;
    case '%': return is_in_class(byte_at(s), byte_at(p + 1));
    case '[': return is_in_set(byte_at(s), p, end - 1);
    default: return *p == *s;
    }
}

// MARK: Matching

static const char *match(matcher *m, const char *s, const char *p);

static const char *match_longest(matcher *m, const char *s, const char *p, const char *end) {
    ptrdiff_t count = 0;
    for (; is_one(m, s + count, p, end); count++) step(m);
    for (; count >= 0; count--) {
        const char *rest = match(m, s + count, end + 1);
        if (rest) return rest;
    }
    return NULL;
}

static const char *match_shortest(matcher *m, const char *s, const char *p, const char *end) {
    for (;; s++) {
        const char *rest = match(m, s, end + 1);
        if (rest) return rest;
        if (!is_one(m, s, p, end)) return NULL;
    }
}

static const char *open_capture(matcher *m, const char *s, const char *p, ptrdiff_t kind) {
    if (m->captures >= MAX_CAPTURES) luaL_error(m->L, "too many captures");
    m->capture[m->captures].start = s;
    m->capture[m->captures].length = kind;
    m->captures++;
    const char *rest = match(m, s, p);
    if (rest == NULL) m->captures--;
    return rest;
}

static const char *close_capture(matcher *m, const char *s, const char *p) {
    int index = m->captures - 1;
    while (index >= 0 && m->capture[index].length != OPEN) index--;
    if (index < 0) luaL_error(m->L, "invalid pattern capture");
    m->capture[index].length = s - m->capture[index].start;
    const char *rest = match(m, s, p);
    if (rest == NULL) m->capture[index].length = OPEN;
    return rest;
}

// "%b()": from an opening to its closing character.
static const char *match_balanced(matcher *m, const char *s, const char *p) {
    if (p + 1 >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->end || *s != *p) return NULL;
    int open = 1;
    while (++s < m->end) {
        step(m);
        if (*s == p[1]) {
            if (--open == 0) return s + 1;
        } else if (*s == *p) {
            open++;
        }
    }
    return NULL;
}

static const char *match_again(matcher *m, const char *s, int digit) {
    int index = digit - '1';
    if (index < 0 || index >= m->captures || m->capture[index].length == OPEN)
        luaL_error(m->L, "invalid capture index %%%d", index + 1);
    size_t length = (size_t)m->capture[index].length;
    if (length > (size_t)(m->end - s) || memcmp(m->capture[index].start, s, length) != 0) return NULL;
    return s + length;
}

static bool is_frontier(matcher *m, const char *s, const char *set, const char *set_end) {
    int before = s == m->start ? 0 : byte_at(s - 1), here = s == m->end ? 0 : byte_at(s);
    return !is_in_set(before, set, set_end - 1) && is_in_set(here, set, set_end - 1);
}

// Where a match of the pattern from `p` that begins at `s` ends, or NULL.
static const char *match_here(matcher *m, const char *s, const char *p) {
    while (p != m->pattern_end) {
        step(m);
        if (*p == '(') return p[1] == ')' ? open_capture(m, s, p + 2, POSITION) : open_capture(m, s, p + 1, OPEN);
        if (*p == ')') return close_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end) return s == m->end ? s : NULL;
        if (*p == '%' && p + 1 < m->pattern_end) {
            if (p[1] == 'b') {
                s = match_balanced(m, s, p + 2);
                if (s == NULL) return NULL;
                p += 4;
                continue;
            }
            if (p[1] == 'f') {
                p += 2;
                if (*p != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
                const char *set_end = item_end(m, p);
                if (!is_frontier(m, s, p, set_end)) return NULL;
                p = set_end;
                continue;
            }
            if (isdigit(byte_at(p + 1))) {
                s = match_again(m, s, byte_at(p + 1));
                if (s == NULL) return NULL;
                p += 2;
                continue;
            }
        }
        const char *end = item_end(m, p);
        switch (end < m->pattern_end ? *end : '\0') {
        case '?': {
            const char *rest = is_one(m, s, p, end) ? match(m, s + 1, end + 1) : NULL;
            if (rest) return rest;
            p = end + 1;
            break;
        }
        case '*': return match_longest(m, s, p, end);
        case '+': return is_one(m, s, p, end) ? match_longest(m, s + 1, p, end) : NULL;
        case '-': return match_shortest(m, s, p, end);
        default:
            if (!is_one(m, s, p, end)) return NULL;
            s++;
            p = end;
        }
    }
    return s;
}

static const char *match(matcher *m, const char *s, const char *p) {
    if (m->depth-- == 0) luaL_error(m->L, "pattern too complex");
    const char *rest = match_here(m, s, p);
    m->depth++;
    return rest;
}

// MARK: What a match gives

static matcher begin(lua_State *L, const char *subject, size_t length, const char *pattern, size_t pattern_length) {
    matcher m;
    m.L = L;
    m.state = luashim_of(L);
    m.start = subject;
    m.end = subject + length;
    m.pattern_end = pattern + pattern_length;
    m.steps = 0;
    m.depth = MAX_DEPTH;
    m.captures = 0;
    return m;
}

static const char *match_from(matcher *m, const char *s, const char *pattern) {
    m->captures = 0;
    m->depth = MAX_DEPTH;
    return match(m, s, pattern);
}

// The capture's text, or NULL when it is a position, which is pushed. Without captures, 0 is the whole match.
static const char *capture_text(matcher *m, int index, const char *s, const char *end, size_t *length) {
    if (index >= m->captures) {
        if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
        *length = (size_t)(end - s);
        return s;
    }
    ptrdiff_t found = m->capture[index].length;
    if (found == OPEN) luaL_error(m->L, "unfinished capture");
    if (found == POSITION) {
        lua_pushinteger(m->L, m->capture[index].start - m->start + 1);
        return NULL;
    }
    *length = (size_t)found;
    return m->capture[index].start;
}

static void push_capture(matcher *m, int index, const char *s, const char *end) {
    size_t length;
    const char *text = capture_text(m, index, s, end, &length);
    if (text) lua_pushlstring(m->L, text, length);
}

// Pushes all captures; the whole match when there are none and `s` is given.
static int push_captures(matcher *m, const char *s, const char *end) {
    int count = m->captures == 0 && s ? 1 : m->captures;
    luaL_checkstack(m->L, count, "too many captures");
    for (int index = 0; index < count; index++) push_capture(m, index, s, end);
    return count;
}

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
    matcher m = begin(L, subject, length, pattern, pattern_length);
    bool anchored = pattern_length > 0 && *pattern == '^';
    const char *s = subject + offset;
    do {
        const char *end = match_from(&m, s, pattern + anchored);
        if (end == NULL) continue;
        if (!finds) return push_captures(&m, s, end);
        lua_pushinteger(L, s - subject + 1);
        lua_pushinteger(L, end - subject);
        return push_captures(&m, NULL, NULL) + 2;
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
    matcher m = begin(L, subject, length, pattern, pattern_length);
    for (; offset <= (lua_Integer)length; offset++) {
        const char *end = match_from(&m, subject + offset, pattern);
        if (end == NULL || end - subject == last_end) continue;
        lua_pushinteger(L, end - subject);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return push_captures(&m, subject + offset, end);
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
            const char *text = capture_text(m, digit - '1', s, end, &count);
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
        lua_call(L, push_captures(m, s, end), 1);
        break;
    case LUA_TTABLE:
        push_capture(m, 0, s, end);
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
    const char *s = subject, *last_end = NULL;
    matcher m = begin(L, subject, length, pattern, pattern_length);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    while (count < limit) {
        const char *end = match_from(&m, s, pattern + anchored);
        if (end && end != last_end) {
            count++;
            changed |= add_replacement(&m, &out, s, end, kind);
            s = last_end = end;
        } else if (s < m.end) {
            luaL_addchar(&out, *s++);
        } else {
            break;
        }
        if (anchored) break;
    }
    if (changed) {
        luaL_addlstring(&out, s, (size_t)(m.end - s));
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
