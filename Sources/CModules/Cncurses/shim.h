// ncurses with wide characters, and the two kinds of Linux descriptors that the terminal waits on beside
// the keyboard. No logic here: only names for what Swift can't see or may not touch, which is macros with
// casts and global variables.
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <wchar.h>
#include <ncurses.h>
// Not <term.h>: it defines `lines`, `columns` and hundreds of other everyday words as macros.
extern int setupterm(const char *term, int fildes, int *errret);
extern char *tigetstr(const char *capability);
// Declared by <wchar.h> only under feature macros that Swift does not set.
extern int wcwidth(wchar_t character);

static const attr_t TODO_BOLD = A_BOLD;
static const attr_t TODO_DIM = A_DIM;
static const attr_t TODO_UNDERLINE = A_UNDERLINE;
static const attr_t TODO_REVERSE = A_REVERSE;

/// On standard output and input; NULL when the terminal can't do it.
static inline SCREEN *todo_open_screen(void) { return newterm(NULL, stdout, stdin); }
static inline WINDOW *todo_screen(void) { return stdscr; }
static inline int todo_colors(void) { return COLORS; }
/// Makes the next refresh draw every cell anew.
static inline void todo_redraw_all(void) { clearok(curscr, TRUE); }
