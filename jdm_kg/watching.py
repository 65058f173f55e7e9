"""Telling when files change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from jdm_kg import files
from jdm_kg.review import LIST_FILE

_Look = dict[Path, tuple[int, int]]
_FULL_LOOK: Final = 10
"""One look in so many goes through the folders; the others go to the known files alone, at a third of the cost."""


def changes(root: Path, *, pause: float = 0.02, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield once at the beginning, and then whenever a file that curators write has come, gone or changed.

    It looks at the times and sizes of the files every so often: that works on every system and file system, needs no
    library, and keeps a processor busy for a few hundredths of its time.

    Args:
        root: The folder that holds `ontology/` and `shapes/`.
        pause: Seconds between two looks.
        sleep: Waits for so many seconds.
    """
    last: _Look | None = None
    looks = 0
    while True:
        look = _look(last if last and looks % _FULL_LOOK else _paths(root))
        looks += 1
        if look != last:
            last = look
            looks = 0
            yield
        else:
            sleep(pause)


def _paths(root: Path) -> Iterator[Path]:
    for folder in (root / "ontology", root / "shapes"):
        yield from (path for path in folder.rglob("*") if path.suffix in files.SUFFIXES or path.name == LIST_FILE)


def _look(paths: Iterable[Path]) -> _Look:
    found: _Look = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # it went away between the two calls, as when an editor replaces a file
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found
