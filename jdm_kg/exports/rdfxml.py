"""The graph as RDF/XML, for Protégé, ROBOT and whatever else is built on the OWL API.

The asserted graph is the one to edit there: such a program derives by itself what follows, and must not turn what was
derived into what was said. The full one is for looking things up.

Written by our own code because general writers change the order from run to run, and nest nothing.

Source: RDF 1.1 XML Syntax (W3C Recommendation).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import facts
from jdm_kg.errors import OutputError
from jdm_kg.exports.rdf import SECTIONS, TITLE
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Triple
from jdm_kg.iris import PREFIXES, name
from jdm_kg.turtle import Nesting, canonical_triples, order

_TYPE = name("rdf:type")
# A part of what XML allows as a local name, enough for every vocabulary in use.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The syntax has these for itself (section 5.1 and 7.2.2 to 7.2.7): they can name neither property nor class.
_RESERVED = frozenset(
    name(f"rdf:{term}")
    for term in (
        *("RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li"),
        *("bagID", "aboutEach", "aboutEachPrefix"),
    )
)


def write(graph: Graph, title: str = "", sections: Iterable[tuple[str, str]] = ()) -> str:
    """A graph as RDF/XML that a person can read: sorted, one property a line, each literal as it is.

    Blank nodes that are used once are written in place; equal graphs give equal text.

    Args:
        graph: The triples to write.
        title: A comment for the top of the file; may hold several lines.
        sections: Pairs of (start of an IRI, heading): subjects are grouped under the first pair that fits, in this
            order; what fits none comes last.

    Raises:
        InputError: An IRI is not one that RDF 1.1 allows.
        OutputError: A property can't be the name of an XML element, or a text holds a character that XML forbids.
    """
    nesting = Nesting(canonical_triples(graph))
    writer = _Writer(nesting)
    body: list[str] = []
    for heading, subjects in nesting.grouped(list(sections)):
        body += ["", f"  <!-- {heading} -->"] if sections else []
        for subject in subjects:
            body += ["", *writer.node(subject, "  ")]
    namespaces = [f"    xmlns:{prefix}={quoteattr(iri)}" for prefix, iri in sorted(writer.namespaces.items())]
    comment = [f"<!--\n{title.replace('--', '- -')}\n-->"] if title else []
    start = ['<?xml version="1.0" encoding="UTF-8"?>', *comment, "<rdf:RDF", *namespaces]
    return "\n".join([*start[:-1], start[-1] + ">", *body, "", "</rdf:RDF>", ""])


class _Writer:
    def __init__(self, nesting: Nesting) -> None:
        self._nesting = nesting
        self.namespaces = {"rdf": PREFIXES["rdf"]}
        used = {predicate for properties in nesting.properties.values() for predicate in properties}
        types = {o for properties in nesting.properties.values() for o in properties.get(_TYPE, [])}
        self._names: dict[str, str] = {}
        for iri in sorted(used | {str(o) for o in types if isinstance(o, URIRef)}):
            self._find_name(iri)

    def _find_name(self, iri: str) -> None:
        """Give an IRI a name with a prefix, the project's where there is one; leave out what can have none."""
        own = [prefix for prefix, start in PREFIXES.items() if iri.startswith(start) and _LOCAL.match(iri, len(start))]
        found = _LOCAL.search(iri)
        if iri in _RESERVED or found is None:
            return
        namespace = PREFIXES[own[0]] if own else iri[: found.start()]
        known = {start: prefix for prefix, start in self.namespaces.items()}
        prefix = known.get(namespace) or (own[0] if own else f"ns{len(known)}")
        self.namespaces[prefix] = namespace
        self._names[iri] = f"{prefix}:{iri[len(namespace) :]}"

    def node(self, node: Node, indent: str) -> list[str]:
        """The element of a node, with all that is said of it, as lines."""
        properties = dict(self._nesting.properties.get(node, {}))
        types = sorted(properties.get(_TYPE, []), key=order)
        as_element = next((o for o in types if isinstance(o, URIRef) and str(o) in self._names), None)
        element = "rdf:Description"
        if as_element is not None:
            element = self._names[str(as_element)]
            properties[_TYPE] = [o for o in types if o is not as_element]
        if isinstance(node, URIRef):
            element_start = f"{element} rdf:about={quoteattr(node)}"
        elif self._nesting.is_in_place(node) or self._nesting.is_unused(node):
            element_start = element
        else:
            element_start = f"{element} rdf:nodeID={quoteattr(str(node))}"
        lines: list[str] = []
        for predicate in sorted(properties, key=lambda p: (p != _TYPE, p)):
            for obj in sorted(properties[predicate], key=order):
                lines += self._property(node, predicate, obj, indent + "  ")
        if not lines:
            return [f"{indent}<{element_start}/>"]
        return [f"{indent}<{element_start}>", *lines, f"{indent}</{element}>"]

    def _property(self, subject: Node, predicate: str, obj: Node, indent: str) -> list[str]:
        element = self._names.get(predicate)
        if element is None:
            raise OutputError(
                f"the property <{predicate}> can't be written as RDF/XML, whose properties are names of XML elements",
                hint="Give it an IRI that ends in a name: a letter or '_', then letters, digits, '_', '-' and '.'.",
            )
        if isinstance(obj, Literal):
            return [f"{indent}<{element}{_kind(obj)}>{_text(subject, predicate, obj)}</{element}>"]
        if isinstance(obj, URIRef):
            return [f"{indent}<{element} rdf:resource={quoteattr(obj)}/>"]
        if not self._nesting.is_in_place(obj):
            return [f"{indent}<{element} rdf:nodeID={quoteattr(str(obj))}/>"]
        members = self._nesting.members(obj)
        start, inner = f"{indent}<{element}>", [obj]
        if members is not None and not any(isinstance(member, Literal) for member in members):
            start, inner = f'{indent}<{element} rdf:parseType="Collection">', members
        lines = (line for one in inner for line in self._nested(one, indent + "  "))
        return [start, *lines, f"{indent}</{element}>"]

    def _nested(self, node: Node, indent: str) -> list[str]:
        if self._nesting.is_in_place(node):
            return self.node(node, indent)
        kind = "about" if isinstance(node, URIRef) else "nodeID"
        return [f"{indent}<rdf:Description rdf:{kind}={quoteattr(str(node))}/>"]


def _kind(literal: Literal) -> str:
    if literal.language:
        return f' xml:lang="{literal.language}"'
    return f" rdf:datatype={quoteattr(literal.datatype)}" if literal.datatype else ""


def _text(subject: Node, predicate: str, literal: Literal) -> str:
    found = _NOT_IN_XML.search(literal)
    if found:
        raise OutputError(
            f"the text that <{predicate}> gives for {subject.n3()} holds U+{ord(found[0]):04X}, which XML can't carry",
            hint="Remove the character.",
        )
    return escape(literal, {"\r": "&#13;"})


def read(files: Files, _: Release) -> Iterable[Triple]:
    """The triples of the files.

    Raises:
        SyntaxError: A file is not RDF/XML.
    """
    for content in files.values():
        yield from facts.convert(list(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.RDF_XML)))


def _format(name: str, file: str, audience: str, *, asserted: bool) -> Format:
    def made(release: Release) -> Files:
        title = TITLE.format(version=release.version, kind="asserted" if asserted else "full")
        return {file: write(release.asserted if asserted else release.full, title, SECTIONS).encode()}

    return Format(name, (file,), audience, made, read, asserted)


FORMATS = (
    _format(
        "rdfxml",
        "jdm-kg.owl",
        "programs for OWL that do not derive anything: all that was said and what follows from it",
        asserted=False,
    ),
    _format(
        "rdfxml-asserted",
        "jdm-kg-asserted.owl",
        "Protégé, ROBOT and other programs for OWL: only what documents and curators say, as these derive the rest",
        asserted=True,
    ),
)
"""The formats of this module."""
