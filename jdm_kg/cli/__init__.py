"""The command line: one command per public function. The only package that prints or exits.

Results go to standard output, talk goes to standard error. Exit status: 0 fine, 1 findings, 2 input that can't be
read or output that can't be written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from jdm_kg.cli.common import HelpFormatter, report

_MODULES = {
    "asking": ("query", "ask", "questions"),
    "content": ("build", "check", "explain", "coverage", "review", "diff", "sources"),
    "exporting": ("export", "formats"),
    "claims": ("claims",),
    "serving": ("serve",),
    "publishing": ("publish",),
}
"""The modules of this package, in the order of the help, and the commands of each."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: Words of the command line without the program's name; those of the process by default.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser(words[0] if words else "").parse_args(words)
    return report(lambda: int(options.run(options)))


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser of a command, or of all where it is none: each takes a while to make, and one is enough."""
    parser = argparse.ArgumentParser(
        prog="jdm-kg",
        description="A knowledge graph read out of medical prose: every fact with the passage that states it. "
        "Not medical advice.",
        formatter_class=HelpFormatter,
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and exit")
    # With its name told, argparse need not load what it would find the name with, which takes a while.
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", prog="jdm-kg")
    chosen = [module for module, names in _MODULES.items() if wanted in names]
    for module in chosen or _MODULES:
        import_module(f"jdm_kg.cli.{module}").add(commands)
    return parser


class _PrintVersion(argparse.Action):
    """Looks the version up only when it is asked for; argparse's own action wants it beforehand."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"jdm-kg {version('jdm-kg')}")
        parser.exit()
