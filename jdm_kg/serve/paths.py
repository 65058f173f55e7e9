"""The addresses of things and of the documents about them.

`/id/x` names a thing, which is no document: it leads to `/doc/id/x.html` or another format of the document about it.

Source: Cool URIs for the Semantic Web (W3C Interest Group Note), section 4.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from jdm_kg.serve.negotiation import Offer
from jdm_kg.serve.protocol import GRAPHS, PAGE

KINDS: Final = ("id", "vocab", "claim", "passage", "source", "tension", "defect", "shape", "graph")
"""The first part of the path of everything that has an IRI."""

DOCUMENTS: Final[Mapping[str, Offer]] = MappingProxyType({**PAGE, **GRAPHS})
"""The formats of a document about a thing, by the ending of its address; the first is for whoever has no preference."""

_VOCABULARY: Final = "vocab/"
# Nothing in it can leave a folder, end a header or start another.
_NAME: Final = re.compile(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,198}[A-Za-z0-9_-])?(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,198})?"
)


class Place(NamedTuple):
    """What an address means.

    Attributes:
        path: Path of the IRI below the namespace of the project, such as `id/x`.
        format: Format of the document, or "" if the address names none.
    """

    path: str
    format: str


def thing(path: str) -> str | None:
    """The path of the IRI that an address below the root names, None if it can be none.

    >>> thing("id/x"), thing("id/../x")
    ('id/x', None)
    """
    kind, slash, local = path.partition("/")
    if kind not in KINDS or not slash:
        return None
    if not local:
        return path if path == _VOCABULARY else None
    return path if _NAME.fullmatch(local) else None


def document(path: str) -> Place | None:
    """What the address of a document, without `doc/`, means; None if it can be none.

    >>> document("id/x.ttl")
    Place(path='id/x', format='ttl')
    """
    stem, dot, ending = path.rpartition(".")
    if not dot or ending not in DOCUMENTS:
        stem, ending = path, ""
    found = thing(_VOCABULARY if stem + "/" == _VOCABULARY else stem)
    return None if found is None else Place(found, ending)


def address(path: str, fmt: str = "") -> str:
    """The address of the document about a thing.

    >>> address("id/x", "ttl"), address("vocab/", "html")
    ('/doc/id/x.ttl', '/doc/vocab.html')
    """
    return f"/doc/{path.removesuffix('/')}{'.' if fmt else ''}{fmt}"
