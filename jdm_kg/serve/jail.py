"""The walls around a process that answers questions: what it may use, and that it ends.

A query can't open a file or a socket (no descriptor is left to it), write, dump its memory, take memory or time without
end, or outlive the process that it was copied from.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1  # Source: prctl(2)
_SPARE_SECONDS = 1
"""The parent ends a query when its time is over; should it have come to grief, the kernel does, this much later."""


def enter(keep: int, parent: int, *, memory: int) -> int:
    """Put this process into the jail; there is no way back.

    Args:
        keep: The one descriptor that stays open.
        parent: Process id of the parent; if it is no more, this process ends.
        memory: Megabytes that it may take beside what it has.

    Returns:
        How large it is, for `end`.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we asked to go with it
        os.kill(os.getpid(), signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(0, keep)
    os.closerange(keep + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, _mapped() + (memory << 20))
    _limit(resource.RLIMIT_NOFILE, 0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def begin(seconds: float) -> None:
    """Begin a job: the process ends when its time is over.

    Args:
        seconds: Time that it has, by the clock as well as of the processor.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    whole = int(used.ru_utime + used.ru_stime + seconds) + 1 + _SPARE_SECONDS
    _limit(resource.RLIMIT_CPU, whole, resource.RLIM_INFINITY)
    signal.setitimer(signal.ITIMER_REAL, seconds + _SPARE_SECONDS)


def end(size: int) -> bool:
    """End a job; whether this process has not grown so much that another should do the next.

    Args:
        size: How large it was at first.
    """
    signal.setitimer(signal.ITIMER_REAL, 0)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes on Linux, bytes on macOS
    return sys.platform == "linux" and grown - size < _MOST_GROWTH


_MOST_GROWTH = 32 << 10  # kilobytes


def _limit(what: int, amount: int, most: int | None = None) -> None:
    # macOS refuses some of these; the time limits, which it has, are then what bounds a query.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (amount, amount if most is None else most))


_STATM = Path("/proc/self/statm")


def _mapped() -> int:
    """Bytes of address space that this process has mapped."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 4 << 30  # not Linux; no more than a guess, and a limit that is there
