"""Everything that is published: one module per family of formats, and the table that lists them.

A new format joins by one module that holds its `FORMATS`, and one entry in `formats`.
"""

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
