"""Replacing files so that all of them change or none, and no edit of another is lost."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from jdm_kg.errors import InputError, OutputError
from jdm_kg.files import content_files


@contextlib.contextmanager
def lock(root: Path, *, exclusive: bool) -> Iterator[None]:
    """Hold the lock of the content, so that of two that write at the same time one waits for the other.

    The lock is that of the folder itself: no file is left behind, and it ends with the process whatever happens to it.

    Args:
        root: The folder that holds `ontology/`.
        exclusive: Whether to write; any number of readers may hold it together.

    Raises:
        InputError: There is no such folder.
    """
    content_files(root)  # says what is wrong if there is no such folder
    try:
        folder = os.open(root / "ontology", os.O_RDONLY)
    except OSError as error:
        raise InputError(f"the folder can't be read ({error.strerror})", root / "ontology") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: It can't be written; what was there before is untouched.
    """
    staged = _stage(path, content)
    try:
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def replace_files(files: Mapping[Path, tuple[str, str]]) -> None:
    """Replace the old texts of some files by new ones: all of them, or none.

    A process that is killed between two of them leaves each file whole, some old and some new; the same command then
    does the rest, because what is in the files already is no longer a change.

    Raises:
        OutputError: A file can't be written, or no longer holds its old text.
    """
    real = {path.resolve(): texts for path, texts in sorted(files.items())}  # a link stays a link
    staged: dict[Path, Path] = {}
    replaced: list[Path] = []
    try:
        for path, (_, new) in real.items():
            staged[path] = _stage(path, new.encode("utf-8"))
        for path, (old, _) in real.items():
            _refuse_changed(path, old)
        for path, temporary in staged.items():
            temporary.replace(path)
            replaced.append(path)
        for folder in sorted({path.parent for path in real}):
            _sync_folder(folder)
    except OSError as error:
        _restore({path: real[path][0] for path in replaced})
        raise OutputError(
            f"the files can't be written ({error.strerror}); all are as they were",
            Path(error.filename) if error.filename else None,
            hint="Check permissions and free space.",
        ) from error
    except BaseException:
        _restore({path: real[path][0] for path in replaced})
        raise
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _refuse_changed(path: Path, old: str) -> None:
    if path.read_bytes() != old.encode("utf-8"):
        raise OutputError(
            "the file was changed by somebody else meanwhile; nothing was written",
            path,
            hint="Run the command again.",
        )


def _stage(path: Path, content: bytes) -> Path:
    """Write content into a new file beside another, whose mode it takes over, and sync it to disk."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".tmp", dir=path.parent)
    staged = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        staged.chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o644)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return staged


def _sync_folder(folder: Path) -> None:
    """Make sure that the new names are on disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _restore(old: Mapping[Path, str]) -> None:
    """Put the old texts back."""
    for path, text in old.items():
        try:
            replace_file(path, text.encode("utf-8"))
        except OSError as error:
            raise OutputError(
                f"the work was broken off, and the file could not be put back ({error.strerror})",
                path,
                hint="Restore it from version control, and run the command again.",
            ) from error
