"""Work in a process beside this one."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import TypeVar

from jdm_kg.errors import JdmKgError

Result = TypeVar("Result")


def aside(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin work in a copy of this process, so that it takes no time of this one.

    What the work changes in memory, it changes in the copy. Only for processes without threads, on systems that can
    copy a process: elsewhere the work is done when its result is asked for.

    Args:
        work: Gives a result that can be pickled, or raises an error of this package.

    Returns:
        Waits for the result and gives it, or raises the error.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return work
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(work, reading, writing)
    os.close(writing)

    def result() -> Result:
        with os.fdopen(reading, "rb") as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        if not answer:  # the copy came to grief: say what is wrong with it here
            return work()
        found, error = pickle.loads(answer)  # noqa: S301 - from our own copy
        if error is not None:
            raise error
        return found  # type: ignore[no-any-return]  # what was pickled is a result

    return result


def _answer(work: Callable[[], object], reading: int, writing: int) -> None:
    """Do the work, send its result, and end this process without more ado."""
    status = 1
    try:
        os.close(reading)
        answer: tuple[object, JdmKgError | None]
        try:
            answer = (work(), None)
        except JdmKgError as error:
            answer = (None, error)
        with os.fdopen(writing, "wb") as stream:
            stream.write(pickle.dumps(answer))
        status = 0
    finally:
        os._exit(status)
