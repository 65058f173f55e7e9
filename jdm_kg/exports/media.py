"""Of which media type an exported file is, by its ending."""

from __future__ import annotations

from types import MappingProxyType

# Source: the media types that IANA registers; of TypeScript it has none, and so it counts as text.
_TYPES = MappingProxyType(
    {
        "csv": "text/csv",
        "gz": "application/gzip",
        "hpoa": "text/tab-separated-values",
        "html": "text/html",
        "json": "application/json",
        "jsonld": "application/ld+json",
        "md": "text/markdown",
        "ndjson": "application/x-ndjson",
        "nt": "application/n-triples",
        "nq": "application/n-quads",
        "owl": "application/rdf+xml",
        "rdf": "application/rdf+xml",
        "trig": "application/trig",
        "ts": "text/plain",
        "tsv": "text/tab-separated-values",
        "ttl": "text/turtle",
        "txt": "text/plain",
        "xml": "application/xml",
        "yaml": "application/yaml",
        "yml": "application/yaml",
    }
)


def media_type(path: str) -> str:
    """The media type of a file; that of anything for an ending that is not known."""
    return _TYPES.get(path.rpartition(".")[2], "application/octet-stream")
