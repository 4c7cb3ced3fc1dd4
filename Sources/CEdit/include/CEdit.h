#pragma once

// libedit, loaded when the first line is to be edited: linking it would make every start 0.4 ms longer. Its calls that
// take their last argument through `...`, which Swift cannot make, are fixed to one type each. Strings are UTF-8 in the
// calling thread's locale, which must be the one of all calls for one editor.

#include <histedit.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

// Reads one character: 1, 0 at the end of input, -1 when the line is given up.
typedef int (*cedit_read)(void *owner, uint32_t *character);
typedef const char *(*cedit_prompt)(void *owner);
// What the Tab key does: one of libedit's CC_ codes.
typedef unsigned char (*cedit_complete)(void *owner);

typedef struct {
    void *owner;
    cedit_read read;
    cedit_prompt prompt;
    cedit_complete complete;
} cedit_callbacks;

// NULL when libedit is there, else why not. To be called once, before all others.
const char *cedit_load(void);

// An editor for the terminal behind the descriptor `input`, which writes to `output`. `callbacks` is not copied.
// NULL when libedit cannot have the terminal. ~/.editrc is read.
EditLine *cedit_new(const char *program, int input, FILE *output, const cedit_callbacks *callbacks);
void cedit_end(EditLine *editor);
// One line with its newline; NULL when the input ended or the line was given up. Valid until the next call.
const char *cedit_line(EditLine *editor, int *count);
// What has been typed, and where the cursor is.
const LineInfo *cedit_typed(EditLine *editor);
bool cedit_insert(EditLine *editor, const char *text);
// Deletes so many characters before the cursor.
void cedit_delete(EditLine *editor, int count);
// Draws prompt and line again, at the start of the row in which the cursor stands.
void cedit_redraw(EditLine *editor);
// The terminal's size changed.
void cedit_resize(EditLine *editor);
// Takes the terminal's settings again, which something else has changed.
void cedit_prepare_terminal(EditLine *editor);

History *cedit_history(EditLine *editor, int size);
void cedit_history_add(History *history, const char *entry);
void cedit_history_end(History *history);

// Keeps the settings that the terminal has now, to be restored when the process exits. For the first terminal only.
void cedit_keep_terminal(int input);
// Restores them at once; async-signal-safe.
void cedit_give_terminal_back(void);
// Gives the calling thread the environment's character type, or a UTF-8 one where that is none. False when there is
// none.
bool cedit_use_utf8(void);
// Columns that a character takes in the calling thread's locale; -1 for one that is not printed.
int cedit_width(uint32_t character);
// The terminal's size in columns; 0 when `descriptor` is no terminal.
int cedit_columns(int descriptor);
