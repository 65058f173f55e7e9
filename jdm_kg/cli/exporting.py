"""The commands that write the graph in other formats."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from jdm_kg.cli.common import FINE, by_folder, declare, did_you_mean, to_path
from jdm_kg.errors import InputError

if TYPE_CHECKING:
    from jdm_kg.cli.common import Commands


def add(commands: Commands) -> None:
    """Declare the commands."""
    export = declare(commands, "export", "write the graph, or the part about one thing, in one format")
    export.add_argument("--format", required=True, metavar="NAME", help="a format that `jdm-kg formats` lists")
    export.add_argument("--out", required=True, type=to_path, metavar="DIR", help="the folder to write to")
    export.add_argument("--only", metavar="THING", help="only what bears on this thing, such as id:…")
    export.add_argument(
        "--as-of",
        metavar="DATE",
        help="tell whether sources are stale on this day, such as 2027-01-31 (default: the day of the last change)",
    )
    export.set_defaults(run=_export)

    formats = declare(commands, "formats", "list the formats that the graph can be exported to")
    formats.set_defaults(run=_formats)


def _export(options: argparse.Namespace) -> int:
    from jdm_kg import exports
    from jdm_kg.files import find_root
    from jdm_kg.iris import expand
    from jdm_kg.pipeline import release

    fmt = exports.BY_NAME.get(options.format)
    if fmt is None:
        raise InputError(
            f"there is no format {options.format!r}",
            hint=did_you_mean(options.format, exports.BY_NAME, "jdm-kg formats lists all."),
        )
    made = release(find_root(options.root), options.as_of or "")
    if options.only:
        made = exports.only(made, expand(options.only))
    for name, (number, size) in by_folder(exports.write(fmt, made, options.out)).items():
        print(f"{size:>10,} bytes  {options.out / name}{f' ({number} files)' if number > 1 else ''}")
    return FINE


def _formats(_: argparse.Namespace) -> int:
    from jdm_kg.exports import FORMATS

    width = max(len(fmt.name) for fmt in FORMATS)
    for fmt in FORMATS:
        extra = f" (needs the extra: pip install 'jdm-kg[{fmt.extra}]')" if fmt.extra else ""
        print(f"{fmt.name:<{width}}  {', '.join(fmt.files)}: {fmt.audience}{extra}")
    return FINE
