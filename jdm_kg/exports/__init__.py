"""Everything that is published: one module per family of formats, and the table that lists them.

A new format joins by one module that holds its `FORMATS`, and one entry in `formats`. The names below are loaded when
they are first used (PEP 562): to learn what the exports say of themselves, nothing has to load the formats.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jdm_kg.exports.formats import BY_NAME, FORMATS
    from jdm_kg.exports.losses import Loss, loss
    from jdm_kg.exports.publishing import Published, publish, render, replace_folder, write
    from jdm_kg.exports.subset import only
    from jdm_kg.exports.table import Files, Format, Release

__all__ = [
    "BY_NAME",
    "FORMATS",
    "Files",
    "Format",
    "Loss",
    "Published",
    "Release",
    "loss",
    "only",
    "publish",
    "render",
    "replace_folder",
    "write",
]

_HOMES = {
    "BY_NAME": "formats",
    "FORMATS": "formats",
    "Files": "table",
    "Format": "table",
    "Loss": "losses",
    "Published": "publishing",
    "Release": "table",
    "loss": "losses",
    "only": "subset",
    "publish": "publishing",
    "render": "publishing",
    "replace_folder": "publishing",
    "write": "publishing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
