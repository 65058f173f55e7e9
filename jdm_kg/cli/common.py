"""What the commands share: how one is declared, the exit statuses, small helpers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from jdm_kg.errors import JdmKgError, OutputError

if TYPE_CHECKING:
    from pathlib import Path

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives it no public name

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def report(work: Callable[[], int]) -> int:
    """Do the work of a command, and tell what stops it; the exit status."""
    try:
        status = work()
        if sys.stdout is not None:  # it was closed before we began
            sys.stdout.flush()
    except JdmKgError as error:
        print(f"jdm-kg: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        # The reader of our output has gone, as in `jdm-kg coverage | head`; nobody is left to tell.
        sys.stderr.close()
        return FINE
    except KeyboardInterrupt:
        print("jdm-kg: stopped", file=sys.stderr)
        return UNUSABLE
    return status


class HelpFormatter(argparse.HelpFormatter):
    """Help in the width of the screen; argparse's own way to find that loads what takes longer than an answer."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=max(columns, 20) - 2)


class RawHelpFormatter(HelpFormatter, argparse.RawDescriptionHelpFormatter):
    """The same, for a text that is laid out already."""


def declare(commands: Commands, name: str, help_text: str) -> argparse.ArgumentParser:
    """Declare a command that works on the content below a folder.

    Args:
        commands: What it is added to.
        name: What it is called.
        help_text: What it does, as a phrase without a final full stop.
    """
    description = help_text[0].upper() + help_text[1:] + "."
    parser = commands.add_parser(name, help=help_text, description=description, formatter_class=HelpFormatter)
    parser.add_argument(
        "--root", type=to_path, metavar="DIR", help="folder with ontology/ and shapes/ (default: here, or the checkout)"
    )
    return parser


def to_path(text: str) -> Path:
    """A path; `pathlib` is loaded only when one is given."""
    from pathlib import Path

    return Path(text)


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Give a command the option that names the folder of the source documents."""
    help_text = "folder with the source documents (default: $JDM_KG_SOURCES)"
    parser.add_argument("--sources", type=to_path, metavar="DIR", help=help_text)


def by_folder(files: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """How many files of how many bytes in all: those of a folder together, the others each by itself."""
    found: dict[str, tuple[int, int]] = {}
    for name, size in files.items():
        folder, slash, _ = name.rpartition("/")
        number, total = found.get(folder + slash or name, (0, 0))
        found[folder + slash or name] = (number + 1, total + size)
    return found


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        OutputError: It can't be written.
    """
    from jdm_kg.replacing import replace_file

    try:
        replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"the file can't be written ({error.strerror})", path) from error


def did_you_mean(word: str, words: Iterable[str], otherwise: str) -> str:
    """A hint for a word that is unknown: those that look like it, or what to say if none does."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(close)}?" if close else otherwise
