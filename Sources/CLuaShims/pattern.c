#include "pattern.h"

#include <ctype.h>
#include <string.h>

LUASHIM_JUMPS_BEGIN

// The patterns of the Lua manual (§6.4.1), with the errors and the limits of Lua's own functions; but whoever matches
// looks at the deadline now and then. No hook could stop Lua's own: ".-.-.-b" takes a minute on 700 characters.

enum { MAX_DEPTH = 200, OPEN = -1, POSITION = -2 };

typedef luashim_matcher matcher;

// MARK: Single characters

// What a look at a whole set costs, beside the step that it is part of.
static inline size_t set_cost(const char *set, const char *last) { return (size_t)(last - set) / 8; }

// Where the item that begins at `p` ends: a character, an escape or a set.
static const char *item_end(matcher *m, const char *p) {
    if (*p == '%') {
        if (p + 1 == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 2;
    }
    if (*p != '[') return p + 1;
    const char *set = p++;
    if (p < m->pattern_end && *p == '^') p++;
    for (bool first = true;; first = false) {
        if (p >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p == ']' && !first) break;
        p += *p == '%' && p + 1 < m->pattern_end ? 2 : 1;
    }
    luashim_step(m, set_cost(set, p));
    return p + 1;
}

static inline bool is_in_class(int c, int class) {
    bool is;
    // The lower case of a letter; nothing else becomes a letter by it.
    switch (class | 0x20) {
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
    return class & 0x20 ? is : !is;
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
static inline bool is_one(matcher *m, const char *s, const char *p, const char *end) {
    if (s >= m->end) return false;
    switch (*p) {
    case '.': return true;
    case '%': return is_in_class(byte_at(s), byte_at(p + 1));
    case '[': luashim_step(m, set_cost(p, end - 1)); return is_in_set(byte_at(s), p, end - 1);
    default: return *p == *s;
    }
}

// MARK: Matching

static const char *match(matcher *m, const char *s, const char *p);

static const char *match_longest(matcher *m, const char *s, const char *p, const char *end) {
    ptrdiff_t count = 0;
    for (; is_one(m, s + count, p, end); count++) luashim_step(m, 1);
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
    if (m->captures >= LUASHIM_MAX_CAPTURES) luaL_error(m->L, "too many captures");
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
        luashim_step(m, 1);
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

// Whether the item at `p` is %b, %f or %1 to %9, which stand for more, or less, than one character.
static bool is_special(matcher *m, const char *p) {
    return *p == '%' && p + 1 < m->pattern_end && (p[1] == 'b' || p[1] == 'f' || isdigit(byte_at(p + 1)));
}

// Where a match of the special item at `*p` that begins at `s` ends, or NULL; `*p` moves to the next item.
static const char *match_special(matcher *m, const char *s, const char **p) {
    const char *item = *p;
    switch (item[1]) {
    case 'b':
        *p = item + 4;
        return match_balanced(m, s, item + 2);
    case 'f':
        if (item[2] != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
        *p = item_end(m, item + 2);
        return is_frontier(m, s, item + 2, *p) ? s : NULL;
    default:
        *p = item + 2;
        return match_again(m, s, byte_at(item + 1));
    }
}

// Where a match of the pattern from `p` that begins at `s` ends, or NULL.
static const char *match_here(matcher *m, const char *s, const char *p) {
    while (p != m->pattern_end) {
        luashim_step(m, 1);
        if (*p == '(') return p[1] == ')' ? open_capture(m, s, p + 2, POSITION) : open_capture(m, s, p + 1, OPEN);
        if (*p == ')') return close_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end) return s == m->end ? s : NULL;
        if (is_special(m, p)) {
            s = match_special(m, s, &p);
            if (s == NULL) return NULL;
            continue;
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

void luashim_begin_match(matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern_end) {
    m->L = L;
    m->state = luashim_of(L);
    m->start = subject;
    m->end = subject + length;
    m->pattern_end = pattern_end;
    m->work = 0;
}

const char *luashim_match_from(matcher *m, const char *s, const char *pattern) {
    luashim_step(m, 1);
    m->captures = 0;
    m->depth = MAX_DEPTH;
    return match(m, s, pattern);
}

const char *luashim_capture_text(matcher *m, int index, const char *s, const char *end, size_t *length) {
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

void luashim_push_capture(matcher *m, int index, const char *s, const char *end) {
    size_t length;
    const char *text = luashim_capture_text(m, index, s, end, &length);
    if (text) lua_pushlstring(m->L, text, length);
}

int luashim_push_captures(matcher *m, const char *s, const char *end) {
    int count = m->captures == 0 && s ? 1 : m->captures;
    luaL_checkstack(m->L, count, "too many captures");
    for (int index = 0; index < count; index++) luashim_push_capture(m, index, s, end);
    return count;
}

LUASHIM_JUMPS_END
