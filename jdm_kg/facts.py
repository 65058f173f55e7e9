"""A graph as plain Python values, looked up by subject or by predicate and object: what a verdict is made from.

A term of rdflib costs some microseconds to make and to compare; an IRI here is a string, so that the whole content is
read and indexed in a tenth of a second. `jdm_kg.turtle` has the same graph for all who want rdflib.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pyoxigraph

from jdm_kg.errors import InputError
from jdm_kg.iris import name
from jdm_kg.texts import refuse_deep_nesting, refuse_long_lines


class Literal(NamedTuple):
    """A literal of RDF 1.1.

    Attributes:
        text: The lexical form, as it was written.
        datatype: IRI of the datatype.
        language: Language tag in lower case, or empty.
    """

    text: str
    datatype: str
    language: str = ""


Term = str | Literal
"""An IRI as it is, a blank node as `_:name`, or a literal."""
Triple = tuple[str, str, Term]

_TYPE: Final = name("rdf:type")
_CLASS: Final = name("owl:Class")
_SUBCLASS: Final = name("rdfs:subClassOf")
_FIRST: Final = name("rdf:first")
_REST: Final = name("rdf:rest")
_NIL: Final = name("rdf:nil")
_LABELS: Final = (name("skos:prefLabel"), name("rdfs:label"))
_NOTHING: Final[Mapping[str, list[Term]]] = MappingProxyType({})


class Facts:
    """The triples of a graph, looked up by subject and predicate, or by predicate and object.

    Args:
        triples: Each is kept once.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._of: dict[str, dict[str, list[Term]]] = {}
        count = 0
        for s, p, o in dict.fromkeys(triples):
            count += 1
            properties = self._of.get(s)
            if properties is None:
                properties = self._of[s] = {}
            values = properties.get(p)
            if values is None:
                properties[p] = [o]
            else:
                values.append(o)
        self._count = count
        self._by_predicate: dict[str, dict[Term, list[str]]] = {}
        self._below: dict[str, frozenset[str]] = {}

    def replaced(self, removed: Collection[Triple], added: Collection[Triple]) -> Facts:
        """The same facts without some triples and with others; what does not change is shared."""
        new = Facts(())
        new._of = dict(self._of)
        new._count = self._count
        own: set[str] = set()
        for triples, adds in ((removed, False), (added, True)):
            for s, p, o in triples:
                if s not in own:
                    own.add(s)
                    new._of[s] = {predicate: list(values) for predicate, values in new._of.get(s, {}).items()}
                values = new._of[s].setdefault(p, [])
                if adds and o not in values:
                    values.append(o)
                    new._count += 1
                elif not adds and o in values:
                    values.remove(o)
                    new._count -= 1
                if not values:
                    del new._of[s][p]
        for s in own:
            if not new._of[s]:
                del new._of[s]
        changed = {p for triples in (removed, added) for _, p, _ in triples}
        new._by_predicate = {p: index for p, index in self._by_predicate.items() if p not in changed}
        new._below = {} if _SUBCLASS in changed else self._below
        return new

    def rewritten(self, triples: Iterable[Triple]) -> Facts:
        """The same facts, with what is said of some nodes in another order.

        Args:
            triples: All that is said of these nodes, in that order.
        """
        again = Facts(triples)
        new = Facts(())
        new._of = dict(self._of)
        new._count = self._count
        for node in again.nodes:
            new._of[node] = {predicate: list(values) for predicate, values in again.of(node).items()}
        return new

    def __len__(self) -> int:
        """The number of triples."""
        return self._count

    def __iter__(self) -> Iterator[Triple]:
        """All triples, subject by subject."""
        for s, properties in self._of.items():
            for p, values in properties.items():
                for o in values:
                    yield s, p, o

    def __contains__(self, triple: Triple) -> bool:
        """Whether the triple is there."""
        s, p, o = triple
        return o in self._of.get(s, _NOTHING).get(p, ())

    @property
    def nodes(self) -> KeysView[str]:
        """All subjects, in the order of the files."""
        return self._of.keys()

    def of(self, subject: str) -> Mapping[str, list[Term]]:
        """The properties of a node, each with its values."""
        return self._of.get(subject, _NOTHING)

    def objects(self, subject: str, predicate: str) -> list[Term]:
        """The values of a property of a node, in the order in which they were written."""
        return self._of.get(subject, _NOTHING).get(predicate, [])

    def resources(self, subject: str, predicate: str) -> list[str]:
        """Those values that are no literals."""
        return [value for value in self.objects(subject, predicate) if isinstance(value, str)]

    def texts(self, subject: str, predicate: str) -> list[str]:
        """The text of those values that are literals."""
        return [value.text for value in self.objects(subject, predicate) if isinstance(value, Literal)]

    def subjects(self, predicate: str, obj: Term) -> list[str]:
        """The nodes that have this value of the property."""
        return self.inverse(predicate).get(obj, [])

    def inverse(self, predicate: str) -> Mapping[Term, list[str]]:
        """All values of a property, each with the nodes that have it."""
        index = self._by_predicate.get(predicate)
        if index is None:
            index = self._by_predicate[predicate] = {}
            for s, properties in self._of.items():
                for o in properties.get(predicate, ()):
                    index.setdefault(o, []).append(s)
        return index

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list; of one that runs in a circle or is broken off, those up to there."""
        found: list[Term] = []
        seen = set()
        while isinstance(head, str) and head != _NIL and head not in seen:
            seen.add(head)
            found += self.objects(head, _FIRST)[:1]
            rest = self.objects(head, _REST)
            head = rest[0] if rest else _NIL
        return found

    def subclasses(self, cls: str) -> frozenset[str]:
        """A class and all below it, by `rdfs:subClassOf`."""
        found = self._below.get(cls)
        if found is None:
            found = self._below[cls] = frozenset(self._reach(cls, self.inverse(_SUBCLASS)))
        return found

    def superclasses(self, cls: str) -> set[str]:
        """A class and all above it, by `rdfs:subClassOf`."""
        above = {
            node: properties.get(_SUBCLASS, []) for node, properties in self._of.items() if _SUBCLASS in properties
        }
        return self._reach(cls, above)

    @staticmethod
    def _reach(start: str, steps: Mapping[Term, Iterable[Term]] | Mapping[str, Iterable[Term]]) -> set[str]:
        reached = {start}
        waiting = [start]
        while waiting:
            for node in steps.get(waiting.pop(), ()):
                if isinstance(node, str) and node not in reached:
                    reached.add(node)
                    waiting.append(node)
        return reached

    def instances(self, cls: str) -> list[str]:
        """All individuals of a class or of one below it, sorted."""
        types = self.inverse(_TYPE)
        found = {node for sub in self.subclasses(cls) for node in types.get(sub, ())}
        return sorted(found.difference(types.get(_CLASS, ())))

    def label(self, node: str) -> str:
        """The preferred label of a node, or an empty text where it has none."""
        return next((min(texts) for predicate in _LABELS if (texts := self.texts(node, predicate))), "")


def quads(text: str, path: Path) -> Iterator[pyoxigraph.Quad]:
    """The statements of a Turtle text, in its order, with the lexical form of every literal kept.

    Source: RDF 1.1 Turtle (W3C Recommendation); the parser is pyoxigraph's, which follows it to the letter.

    Args:
        text: Turtle.
        path: Where the text comes from: errors name it.

    Raises:
        InputError: The text is not Turtle; line and column say where it stops making sense.
    """
    refuse_deep_nesting(text, path)
    refuse_long_lines(text, path)
    try:
        yield from pyoxigraph.parse(text.encode("utf-8"), format=pyoxigraph.RdfFormat.TURTLE)
    except SyntaxError as error:
        # The parser repeats the place in its words: "Parser error at line 30 between columns 5 and 19: …".
        what = re.sub(r"^Parser error (?:at|between|from) .*?: ", "", error.msg or "unknown error")
        raise InputError(
            f"this is not Turtle: {what[:1].lower()}{what[1:]}",
            path,
            error.lineno,
            error.offset,
            "Look at this line and the one before it: a missing ' ;' or ' .', a quote that is not closed, "
            "or a prefix that is not declared.",
        ) from error


def convert(statements: Iterable[pyoxigraph.Quad]) -> list[Triple]:
    """Statements of pyoxigraph as plain triples.

    Raises:
        InputError: A term is a triple (RDF 1.2).
    """
    known: dict[object, Any] = {}

    def shared(term: object) -> Any:  # noqa: ANN401 - which terms may stand where is pyoxigraph's to see to
        found = known.get(term)
        if found is None:
            found = known[term] = plain(term)
        return found

    return [(shared(quad.subject), shared(quad.predicate), shared(quad.object)) for quad in statements]


def plain(term: object) -> Term:
    """A term of pyoxigraph as a plain value.

    Raises:
        InputError: The term is a triple (RDF 1.2).
    """
    if isinstance(term, pyoxigraph.NamedNode):
        return str(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return f"_:{term.value}"
    if isinstance(term, pyoxigraph.Literal):
        return Literal(term.value, term.datatype.value, term.language or "")
    raise InputError("triple terms (RDF 1.2) are not supported")


def quad_of(triple: Triple) -> pyoxigraph.Quad:
    """A plain triple as a statement of pyoxigraph, in the default graph."""
    s, p, o = triple
    return pyoxigraph.Quad(_term(s), pyoxigraph.NamedNode(p), _term(o))  # type: ignore[arg-type]  # a subject is no literal


def _term(term: Term) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    if isinstance(term, Literal):
        if term.language:
            return pyoxigraph.Literal(term.text, language=term.language)
        return pyoxigraph.Literal(term.text, datatype=pyoxigraph.NamedNode(term.datatype))
    return pyoxigraph.BlankNode(term[2:]) if term.startswith("_:") else pyoxigraph.NamedNode(term)


_MAPPING_PREDICATES: Final = MappingProxyType(
    {
        f"skos:{relation}": name(f"skos:{relation}")
        for relation in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    }
)


def mappings(text: str, path: Path) -> list[Triple]:
    """The SKOS mapping triples of an SSSOM/TSV text; see `mapping_rows`.

    Raises:
        InputError: As `mapping_rows`.
    """
    return [triple for _, triple in mapping_rows(text, path)]


def mapping_rows(text: str, path: Path) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The SKOS mapping triples of an SSSOM/TSV text with its metadata embedded as comments, each with its line from 1.

    Source: SSSOM 1.0, "The SSSOM/TSV format".

    Raises:
        InputError: A column is missing, a prefix is not in the file's `curie_map`, or a predicate is no SKOS mapping
            relation; the line says where.
    """
    refuse_long_lines(text, path)
    lines = text.split("\n")  # as every editor counts them
    header = [line for line in lines if line.startswith("#")]
    prefixes = dict(re.findall(r"^#\s{2,}([A-Za-z0-9_.]+):\s*\"?(\S+?)\"?\s*$", "\n".join(header), flags=re.MULTILINE))
    reader = csv.DictReader(io.StringIO("\n".join(lines[len(header) :])), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        rows = [(len(header) + reader.line_num, row) for row in reader]
    except csv.Error as error:
        hint = "Save it as text with tabs between cells and plain line ends."
        line = len(header) + reader.line_num + 1  # the one that was not read
        raise InputError(f"the table can't be read here ({error})", path, line, hint=hint) from error
    missing = {"subject_id", "predicate_id", "object_id"} - set(reader.fieldnames or ())
    if missing:
        raise InputError(f"column {', '.join(sorted(missing))} is missing", path, len(header) + 1)

    def expand(curie: str | None, line: int) -> str:
        prefix, colon, local = (curie or "").partition(":")
        if not colon or prefix not in prefixes:
            raise InputError(
                f"'{curie}' has no prefix that the curie_map at the top of the file declares",
                path,
                line,
                hint="Add the prefix to the curie_map, or correct the identifier.",
            )
        iri: str = prefixes[prefix] + local
        try:
            pyoxigraph.NamedNode(iri)
        except ValueError as error:
            hint = "Correct the identifier, or what the curie_map at the top of the file says of its prefix."
            raise InputError(f"<{iri}> is not an IRI: {error}", path, line, hint=hint) from error
        return iri

    for line, row in rows:
        predicate = _MAPPING_PREDICATES.get(row["predicate_id"] or "")
        if predicate is None:
            raise InputError(
                f"'{row['predicate_id']}' is not a mapping relation",
                path,
                line,
                hint=f"Use one of {', '.join(sorted(_MAPPING_PREDICATES))}.",
            )
        yield line, (expand(row["subject_id"], line), predicate, expand(row["object_id"], line))
