#include <spawn.h>

// glibc declares these only for _GNU_SOURCE, and Swift's Glibc module is built without it. (glibc 2.34 or newer.)

extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int pipe2(int ends[2], int flags);

/// POSIX_SPAWN_SETSID: the child starts a session of its own.
static const short shim_posix_spawn_setsid = 0x80;
