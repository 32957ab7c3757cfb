"""Waits for signals of the kernel, each with a deadline."""

import ctypes
import os
import pathlib
import select
import threading
import time

# Seconds for anything that should take far less.
DEADLINE = 60

_libc = ctypes.CDLL(None, use_errno=True)
_IN_CREATE_OR_MOVED = 0x100 | 0x80


class Deadline(Exception):
    """What was waited for did not come."""


def process_end(pid, seconds=DEADLINE):
    """Waits until the process has ended. It need not be a child."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            raise Deadline(f"process {pid} still runs after {seconds} s")
    finally:
        os.close(descriptor)


def files(folder, count, seconds=DEADLINE):
    """Waits until the folder has that many files, and gives them. The folder itself may come later too."""
    folder = pathlib.Path(folder)
    end = time.monotonic() + seconds
    while True:
        watched = next(path for path in [folder, *folder.parents] if path.is_dir())
        descriptor = _libc.inotify_init1(os.O_CLOEXEC)
        try:
            _libc.inotify_add_watch(descriptor, os.fsencode(watched), _IN_CREATE_OR_MOVED)
            # Looked at after the watch began, so nothing that comes is missed.
            found = sorted(folder.iterdir()) if folder.is_dir() else []
            if len(found) >= count:
                return found
            if watched != folder and next(path for path in [folder, *folder.parents] if path.is_dir()) != watched:
                continue
            if not select.select([descriptor], [], [], max(0, end - time.monotonic()))[0]:
                raise Deadline(f"{folder} has {len(found)} files after {seconds} s, not {count}: {found}")
        finally:
            os.close(descriptor)


def until(look, seconds=DEADLINE):
    """Looks again and again until it gives something true, and gives that. Only for what no signal tells of."""
    end = time.monotonic() + seconds
    between = threading.Event()
    while not (found := look()):
        if time.monotonic() > end:
            raise Deadline(f"not so after {seconds} s")
        between.wait(0.02)
    return found
