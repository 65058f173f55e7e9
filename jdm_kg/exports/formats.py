"""The table of formats. A new one joins by one module with `FORMATS`, and one entry here."""

from __future__ import annotations

from jdm_kg.exports import app, fhir, hpoa, kgx, nanopubs, obographs, quads, rdf, rdfxml, schemaorg, sssom, tables
from jdm_kg.exports.table import Format

FORMATS: tuple[Format, ...] = (
    *app.FORMATS,
    *rdf.FORMATS,
    *quads.FORMATS,
    *rdfxml.FORMATS,
    *schemaorg.FORMATS,
    *sssom.FORMATS,
    *kgx.FORMATS,
    *hpoa.FORMATS,
    *obographs.FORMATS,
    *fhir.FORMATS,
    *tables.FORMATS,
    *nanopubs.FORMATS,
)
"""Every format, in the order in which people meet them."""

BY_NAME = {fmt.name: fmt for fmt in FORMATS}
"""The formats by name."""
