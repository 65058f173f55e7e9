"""Telling when files change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from jdm_kg import files

_Look = dict[Path, tuple[int, int]]


def changes(root: Path, *, pause: float = 0.05, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield once at the beginning, and then whenever a file that curators write has come, gone or changed.

    It looks at the times and sizes of the files every so often: that works on every system and file system, needs no
    library, and costs a thousandth of a second each time.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        pause: Seconds between two looks.
        sleep: Waits for so many seconds.
    """
    last: _Look | None = None
    while True:
        look = _look(root)
        if look != last:
            last = look
            yield
        else:
            sleep(pause)


def _look(root: Path) -> _Look:
    found: _Look = {}
    folders = (root / "ontology", root / "shapes")
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.suffix in files.SUFFIXES:
            try:
                status = path.stat()
            except OSError:  # it went away between the two calls, as when an editor replaces a file
                continue
            found[path] = (status.st_mtime_ns, status.st_size)
    return found
