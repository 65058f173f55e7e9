"""Everything that is published: one small module per family of formats, and the table that lists them.

A new format joins by one entry in `FORMATS` and one function from graphs to text.
"""

from jdm_kg.exports.publishing import Published, publish, render
from jdm_kg.exports.table import FORMATS, Format, Release

__all__ = ["FORMATS", "Format", "Published", "Release", "publish", "render"]
