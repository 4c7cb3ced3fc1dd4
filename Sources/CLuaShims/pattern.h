#pragma once

#include "shims.h"

// The matching of Lua's patterns (pattern.c), for the functions in patterns.c.

enum { LUASHIM_MAX_CAPTURES = 32 };

typedef struct {
    lua_State *L;
    luashim_state *state;
    const char *start, *end;  // the subject
    const char *pattern_end;
    size_t work;  // since the last look at the deadline
    int depth;
    int captures;
    struct {
        const char *start;
        ptrdiff_t length;  // negative: open, or a position
    } capture[LUASHIM_MAX_CAPTURES];
} luashim_matcher;

// To be called for each step, with what it costs in the time of one character: looks at the deadline now and then.
static inline void luashim_step(luashim_matcher *m, size_t work) {
    if ((m->work += work) < 256) return;
    m->work = 0;
    luashim_poll(m->L, m->state);
}

void luashim_begin_match(luashim_matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern_end);
// Where a match that begins at `s` ends, or NULL.
const char *luashim_match_from(luashim_matcher *m, const char *s, const char *pattern);
// The text of the capture numbered `index` from 0, or NULL when it is a position, which is pushed. Without captures, 0
// is the whole match.
const char *luashim_capture_text(luashim_matcher *m, int index, const char *s, const char *end, size_t *length);
void luashim_push_capture(luashim_matcher *m, int index, const char *s, const char *end);
// Pushes all captures; the whole match when there are none and `s` is given.
int luashim_push_captures(luashim_matcher *m, const char *s, const char *end);
