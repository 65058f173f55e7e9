"""What can go wrong outside of the data itself: input that can't be read, output that can't be written.

A failed check is not an error but a value (see `jdm_kg.check.Report`); only what stops the work is raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


# Not a dataclass: loading that machinery takes as long as answering a query.
class JdmKgError(Exception):
    """Base of all errors that the package raises on purpose.

    Attributes:
        message: What is wrong, in plain words, without a final full stop.
        path: The file or folder at fault, if there is one.
        line: Line at fault, counted from 1, or None.
        column: Column at fault in characters, counted from 1, or None.
        hint: What to do about it, in plain words, or None.
    """

    def __init__(
        self,
        message: str,
        path: Path | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, path, line, column, hint)  # what a copy of it is made from
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}\n  {self.hint}" if self.hint else text


class InputError(JdmKgError):
    """A file or folder that can't be read, or whose content can't be parsed."""


class OutputError(JdmKgError):
    """A file or folder that can't be written."""


class ReasonerError(JdmKgError):
    """The reasoner could not be run, or gave no answer in time."""
