"""The commands for editing claims in a spreadsheet."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

from jdm_kg.cli.common import FINDINGS, FINE, RawHelpFormatter, add_sources, declare, to_path

if TYPE_CHECKING:
    from jdm_kg.cli.common import Commands


def add(commands: Commands) -> None:
    """Declare the commands."""
    claims = commands.add_parser(
        "claims", help="edit claims in a spreadsheet", description="Edit claims in a spreadsheet."
    ).add_subparsers(title="commands", required=True, metavar="COMMAND")

    export = declare(claims, "export", "write all claims into a spreadsheet, one row for each")
    export.add_argument("file", type=to_path, metavar="FILE.csv", help="the spreadsheet to write")
    export.add_argument("--overwrite", action="store_true", help="replace a file that is there, and edits in it")
    export.set_defaults(run=_claims_export)

    bring = declare(claims, "import", "bring the edits of a spreadsheet into the Turtle files: all of them, or none")
    bring.add_argument("file", type=to_path, metavar="FILE.csv", help="a spreadsheet that was exported and then edited")
    bring.add_argument("--dry-run", action="store_true", help="show what would change in the files, and write nothing")
    bring.add_argument(
        "--delete",
        action="store_true",
        help="delete the claims whose rows were deleted (default: keep them); not for claims that were ever released",
    )
    add_sources(bring)
    bring.set_defaults(run=_claims_import)
    for command in (export, bring):
        command.formatter_class = RawHelpFormatter
        command.epilog = _HOW_CELLS_ARE_WRITTEN


_HOW_CELLS_ARE_WRITTEN = r"""how cells are written:
  a thing         its short name: id:…, passage:…; the labels beside are there to read, not to edit
  a text          as it is; English unless said otherwise
  a number        digits, and a point: 2.5
  yes or no       true or false
  several values  parted by a bar: passage:… | passage:…
  all else        in quotes as in Turtle: what a spreadsheet would spoil ("2-3"@en, "-itis"@en), another
                  language ("mots"@fr), another type ("2025-03"^^xsd:gYearMonth); a bar is then written \u007C
  a new claim     a row without version; if claim and file are empty too, it is numbered and placed by its passage
Save as CSV UTF-8. Export again after an import. A row that somebody else has changed is told, not overwritten."""


def _claims_export(options: argparse.Namespace) -> int:
    from jdm_kg.files import find_root
    from jdm_kg.sheets import export_claims

    number = export_claims(find_root(options.root), options.file, overwrite=options.overwrite)
    print(f"{number} claims written to {options.file}")
    return FINE


def _claims_import(options: argparse.Namespace) -> int:
    from jdm_kg.files import find_root
    from jdm_kg.sheets import import_claims
    from jdm_kg.sources import find_sources

    folder = find_sources(options.sources)
    done = import_claims(
        find_root(options.root), options.file, sources=folder, delete=options.delete, dry_run=options.dry_run
    )
    for finding in done.findings:
        print(finding)
    if done.errors:
        print(f"jdm-kg: nothing was written: {done.errors} errors must be mended first", file=sys.stderr)
        return FINDINGS
    if options.dry_run:
        print(done.diff, end="")
    for change in done.changes:
        row = f"row {change.row}: " if change.row else ""
        what = f" ({', '.join(change.columns)})" if change.columns else ""
        print(f"{row}{change.kind} {change.claim} in {change.file}{what}")
    if done.outdated:
        print(f"{len(done.outdated)} claims were changed in the files since the export, not in their rows; they stay")
    if done.kept:
        print(f"{len(done.kept)} claims have no row here and are kept; --delete would delete them")
    counts = Counter(change.kind for change in done.changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in ("changed", "added", "deleted") if counts[kind])
    if done.written:
        print(f"{told}; {len(done.written)} files written. Export again before you edit on.")
    else:
        print(f"{told}; nothing was written (--dry-run)" if told else "no row was edited; nothing was written")
    return FINE
