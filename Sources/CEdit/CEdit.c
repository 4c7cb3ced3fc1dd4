#define _GNU_SOURCE  // newlocale and wcwidth in Glibc
#include "CEdit.h"

#include <dlfcn.h>
#include <langinfo.h>
#include <locale.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

// The names that systems give to one and the same interface.
#if defined(__APPLE__)
static const char *const libraries[] = {"/usr/lib/libedit.3.dylib"};
#else
static const char *const libraries[] = {"libedit.so.2", "libedit.so.0"};
#endif

// The functions that are used, each with the type that histedit.h declares.
#define FUNCTIONS(X) \
    X(el_init_fd) X(el_end) X(el_gets) X(el_line) X(el_insertstr) X(el_deletestr) X(el_set) X(el_get) X(el_wset) \
    X(el_source) X(el_resize) X(history_init) X(history_end) X(history)

static struct {
#define FIELD(name) __typeof__(&name) name;
    FUNCTIONS(FIELD)
#undef FIELD
} libedit;

const char *cedit_load(void) {
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof libraries / sizeof *libraries; i++)
        library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return dlerror();
    // A function pointer is stored through memcpy: ISO C has no conversion from an object pointer.
#define LOAD(name) \
    { \
        void *address = dlsym(library, #name); \
        if (address == NULL) return dlerror(); \
        memcpy(&libedit.name, &address, sizeof address); \
    }
    FUNCTIONS(LOAD)
#undef LOAD
    return NULL;
}

static const cedit_callbacks *callbacks_of(EditLine *editor) {
    void *data = NULL;
    libedit.el_get(editor, EL_CLIENTDATA, &data);
    return data;
}

static int read_character(EditLine *editor, wchar_t *character) {
    const cedit_callbacks *callbacks = callbacks_of(editor);
    uint32_t value = 0;
    int status = callbacks->read(callbacks->owner, &value);
    *character = (wchar_t)value;
    return status;
}

static char *prompt(EditLine *editor) {
    const cedit_callbacks *callbacks = callbacks_of(editor);
    return (char *)callbacks->prompt(callbacks->owner);
}

static unsigned char complete(EditLine *editor, int key) {
    (void)key;
    const cedit_callbacks *callbacks = callbacks_of(editor);
    return callbacks->complete(callbacks->owner);
}

static void bind(EditLine *editor, const char *key, const char *command) {
    libedit.el_set(editor, EL_BIND, key, command, NULL);
}

EditLine *cedit_new(const char *program, int input, FILE *output, const cedit_callbacks *callbacks) {
    // libedit reads through read_character alone; it only wants a stream beside the descriptor.
    EditLine *editor = libedit.el_init_fd(program, stdin, output, output, input, fileno(output), fileno(output));
    if (editor == NULL) return NULL;
    libedit.el_set(editor, EL_CLIENTDATA, callbacks);
    libedit.el_set(editor, EL_SIGNAL, 0);
    libedit.el_set(editor, EL_PROMPT_ESC, prompt, '\1');
    libedit.el_wset(editor, EL_GETCFN, read_character);
    libedit.el_set(editor, EL_EDITOR, "emacs");
    libedit.el_set(editor, EL_ADDFN, "lua-complete", "Complete the Lua name before the cursor", complete);
    bind(editor, "^I", "lua-complete");
    bind(editor, "^R", "em-inc-search-prev");
    // Delete, and Control with the arrows, as terminals since xterm send them.
    bind(editor, "\\e[3~", "ed-delete-next-char");
    bind(editor, "\\e[1;5C", "em-next-word");
    bind(editor, "\\e[1;5D", "ed-prev-word");
    libedit.el_source(editor, NULL);
    const char *mode = NULL;
    // "bind -v" in ~/.editrc takes all keys back.
    if (libedit.el_get(editor, EL_EDITOR, &mode) == 0 && mode != NULL && strcmp(mode, "vi") == 0)
        bind(editor, "^I", "lua-complete");
    return editor;
}

void cedit_end(EditLine *editor) { libedit.el_end(editor); }

const char *cedit_line(EditLine *editor, int *count) { return libedit.el_gets(editor, count); }

const LineInfo *cedit_typed(EditLine *editor) { return libedit.el_line(editor); }

bool cedit_insert(EditLine *editor, const char *text) { return libedit.el_insertstr(editor, text) == 0; }

void cedit_delete(EditLine *editor, int count) { libedit.el_deletestr(editor, count); }

void cedit_redraw(EditLine *editor) { libedit.el_set(editor, EL_REFRESH); }

void cedit_resize(EditLine *editor) { libedit.el_resize(editor); }

void cedit_prepare_terminal(EditLine *editor) {
    libedit.el_set(editor, EL_PREP_TERM, 0);
    libedit.el_set(editor, EL_PREP_TERM, 1);
}

History *cedit_history(EditLine *editor, int size) {
    History *history = libedit.history_init();
    if (history == NULL) return NULL;
    HistEvent event;
    libedit.history(history, &event, H_SETSIZE, size);
    libedit.history(history, &event, H_SETUNIQUE, 1);
    libedit.el_set(editor, EL_HIST, libedit.history, history);
    return history;
}

void cedit_history_add(History *history, const char *entry) {
    HistEvent event;
    libedit.history(history, &event, H_ENTER, entry);
}

void cedit_history_end(History *history) { libedit.history_end(history); }

// MARK: The terminal

// Set when the settings are there: a signal handler on any thread may ask for them.
static atomic_int kept_terminal = -1;
static struct termios kept_settings;

void cedit_give_terminal_back(void) {
    int terminal = atomic_load(&kept_terminal);
    if (terminal >= 0) tcsetattr(terminal, TCSANOW, &kept_settings);
}

void cedit_keep_terminal(int input) {
    if (atomic_load(&kept_terminal) >= 0 || tcgetattr(input, &kept_settings) != 0) return;
    atomic_store(&kept_terminal, input);
    atexit(cedit_give_terminal_back);
}

static bool is_utf8(locale_t locale) { return strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0; }

bool cedit_use_utf8(void) {
    const char *const names[] = {"", "C.UTF-8", "C.utf8", "en_US.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        locale_t locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
        if (locale == (locale_t)0) continue;
        if (is_utf8(locale)) {
            uselocale(locale);
            return true;
        }
        freelocale(locale);
    }
    return false;
}

int cedit_width(uint32_t character) { return wcwidth((wchar_t)character); }

int cedit_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
