"""The graph in Python: questions in SPARQL with plain answers, and things and records as frozen values.

Nothing here loads rdflib until somebody asks for a graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph

from jdm_kg import facts, questions, sparql, store
from jdm_kg.errors import InputError
from jdm_kg.exports.common import HEADER
from jdm_kg.facts import Facts, Literal
from jdm_kg.iris import PREFIXES, is_own, name, shorten
from jdm_kg.knowledge import notebook
from jdm_kg.knowledge.reading import Reader
from jdm_kg.knowledge.rows import Row, Rows
from jdm_kg.knowledge.things import Claim, Defect, Passage, Source, Tension, Thing
from jdm_kg.knowledge.values import Iri, Value, from_literal, to_term, written

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

__all__ = ["Iri", "Knowledge", "Questions", "Row", "Rows", "Value", "load"]

_DEFAULT: Final = pyoxigraph.DefaultGraph()
_NAMES: Final = tuple(name(f"skos:{kind}Label") for kind in ("pref", "alt", "hidden"))
_RECORDS: Final = {
    "claim": "vocab:Claim",
    "defect": "vocab:SourceDefect",
    "passage": "vocab:Passage",
    "source": "vocab:SourceDocument",
    "tension": "vocab:Tension",
}
"""The records that can be had one by one: name of the method and prefix, and kind."""


def load(root: str | Path | None = None, *, asserted: bool = False) -> Knowledge:
    """Open the graph.

    The first time, and whenever the content changed, this makes a store in a cache on disk; later it only opens it.

    Args:
        root: The folder that holds `ontology/` and `shapes/`; None for the content of the project.
        asserted: Whether to leave out what a reasoner derives.

    Raises:
        InputError: A file can't be read or parsed, or the content has errors.
    """
    return Knowledge(store.open_store(None if root is None else str(root), asserted=asserted), asserted=asserted)


class Questions(tuple[questions.Question, ...]):
    """Named questions, shown in words."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"{one.name}: {one.question}" for one in self) or "no questions"

    def _repr_html_(self) -> str:
        return notebook.questions(self)


class Knowledge:
    """A graph that can be asked. Nothing in it can be changed.

    Args:
        opened: The store. Its default graph is what is asked.
        asserted: Whether it lacks what a reasoner derives.

    Attributes:
        store: The store, for those who want to use pyoxigraph.
        asserted: As above.
    """

    def __init__(self, opened: pyoxigraph.Store, *, asserted: bool = False) -> None:
        self.store: Final = opened
        self.asserted: Final = asserted

    # --- Questions ---

    def query(self, text: str, /, **parameters: object) -> Rows | bool | rdflib.Graph:
        """Ask in SPARQL 1.1. The prefixes of the project need no declaration.

        Args:
            text: The question. A parameter in it is written `$name`; it stands for one value, whatever that holds.
            parameters: By name: text, a number, True or False, a date, and for an IRI what `iri` or `thing` give.

        Returns:
            Rows for SELECT, True or False for ASK, a graph of rdflib for CONSTRUCT and DESCRIBE.

        Raises:
            InputError: The question is none, would leave this graph, or lacks the parameter; line and column say where.
        """
        query = sparql.read(text)
        known = sparql.parameters(query)
        for given in parameters:
            if given not in known:
                raise _unknown_parameter(given, known)
        for unknown in store.unknown_names(self.store, query):
            if unknown.certain:
                raise InputError(unknown.message, None, unknown.line, unknown.column, unknown.hint or None)
        return self._answer(sparql.bind(query, {key: to_term(value, key) for key, value in parameters.items()}))

    def ask(self, question: str, /, **parameters: object) -> Rows:
        """Ask a named question.

        Args:
            question: Its name; `questions` lists them.
            parameters: By name: for a thing whatever `iri` takes; for a day a date, `YYYY-MM-DD` or `today`; else
                text or a number. Those that have a default may be left out.

        Raises:
            InputError: There is no such question or parameter, a value is not of its kind, or one is lacking.
        """
        wanted = questions.get(question)
        known = {parameter.name: parameter for parameter in wanted.parameters}
        written_ = {}
        for given, value in parameters.items():
            if given not in known:
                raise _unknown_parameter(given, list(known))
            written_[given] = str(self.iri(value)) if known[given].kind == "thing" else _as_text(value)
        for parameter in wanted.parameters:
            if parameter.default is None and parameter.name not in written_:
                raise InputError(f"the question needs {parameter.name}", hint=f"It is {parameter.help}.")
        found = self._answer(questions.bind(wanted, written_))
        if not isinstance(found, Rows):
            raise InputError(f"the question {question} gives no rows", wanted.path, hint="Ask its text with query().")
        return found

    def questions(self, search: str = "") -> Questions:
        """The named questions, the easy ones first.

        Args:
            search: Words that must all stand in the name, title, question, keywords or parameters.
        """
        return Questions(questions.search(search))

    def df(self, text_or_name: str, /, **parameters: object) -> pd.DataFrame:
        """The same as a table of pandas, which the extra `pandas` brings: `pip install "jdm-kg[pandas]"`.

        Whole numbers, truth values and days become columns of their kind that can lack values; all else stays what it
        is in `query`.

        Args:
            text_or_name: A SELECT, or the name of a named question.
            parameters: As for `query` or `ask`.

        Raises:
            InputError: As `query` or `ask`; or pandas is missing, or the answer has no rows and columns.
        """
        try:
            import pandas as pd
        except ImportError as error:
            hint = 'Install it: pip install "jdm-kg[pandas]"'
            raise InputError("pandas is not installed, which tables need", hint=hint) from error
        is_name = not any(sign in text_or_name for sign in " {\n\t")
        rows = self.ask(text_or_name, **parameters) if is_name else self.query(text_or_name, **parameters)
        if not isinstance(rows, Rows):
            raise InputError("only a SELECT gives rows and columns", hint="Ask it with query().")
        table = pd.DataFrame([tuple(row) for row in rows], columns=list(rows.variables), dtype=object)
        for index, variable in enumerate(rows.variables):
            kinds = {type(row[index]) for row in rows} - {type(None)}
            kind = _COLUMNS.get(next(iter(kinds)).__name__) if len(kinds) == 1 else None
            if kind:
                table[variable] = table[variable].astype(kind)
        return table

    def _answer(self, query: sparql.Query) -> Rows | bool | rdflib.Graph:
        found = store.evaluate(self.store, query)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return bool(found)
        if isinstance(found, pyoxigraph.QueryTriples):
            return _graph(found)
        rows = [tuple(row) for row in found]
        iris = {term.value for row in rows for term in row if isinstance(term, pyoxigraph.NamedNode)}
        named = store.labels(self.store, iris)
        values = {term: _value(term, named) for row in rows for term in row}
        variables = [variable.value for variable in found.variables]
        return Rows(variables, ([values[term] for term in row] for row in rows), self.sources())

    def _quads(
        self,
        subject: pyoxigraph.NamedNode | None = None,
        predicate: str | None = None,
        obj: pyoxigraph.NamedNode | None = None,
    ) -> Iterable[pyoxigraph.Quad]:
        wanted = None if predicate is None else pyoxigraph.NamedNode(predicate)
        return self.store.quads_for_pattern(subject, wanted, obj, _DEFAULT)

    # --- Things and records ---

    def thing(self, wanted: object) -> Thing:
        """All that the graph knows of a thing.

        Args:
            wanted: What its IRI ends in, `id:name`, the whole IRI, or one of its labels, in capitals or not.

        Raises:
            InputError: There is none, or several fit; the hint tells which.
        """
        return self._reader.thing(self._resolve(wanted))

    def iri(self, wanted: object) -> Iri:
        """An IRI, with its label, to be used as a parameter.

        Args:
            wanted: `prefix:name`, a whole IRI, or whatever `thing` takes.

        Raises:
            InputError: It is none, or no thing is called so; the hint tells what comes near.
        """
        text = written(wanted)
        if ":" not in text or " " in text:
            return self._reader.iri(self._resolve(wanted))
        try:
            node = pyoxigraph.NamedNode(text)
        except ValueError as error:
            raise InputError(f"{text!r} is not an IRI", hint="Write it in full, or as prefix:name.") from error
        if is_own(text) and not self._stands(node):
            raise self._no_thing(text) if text.startswith(PREFIXES["id"]) else self._no_name(text)
        return self._reader.iri(text)

    def things(self) -> tuple[Iri, ...]:
        """All things, by label."""
        return self._reader.things

    def claim(self, wanted: object) -> Claim:
        """A claim by its IRI, `claim:name`, or the name alone.

        Raises:
            InputError: There is none; the hint tells what comes near.
        """
        return self._reader.claim(self._record(wanted, "claim"))

    def passage(self, wanted: object) -> Passage:
        """A passage by its IRI, `passage:name`, or the name alone.

        Raises:
            InputError: There is none; the hint tells what comes near.
        """
        return self._reader.passage(self._record(wanted, "passage"))

    def source(self, wanted: object) -> Source:
        """A source document by its IRI, `source:name`, or the name alone.

        Raises:
            InputError: There is none; the hint tells what comes near.
        """
        return self._reader.source(self._record(wanted, "source"))

    def tension(self, wanted: object) -> Tension:
        """A tension by its IRI, `tension:name`, or the name alone.

        Raises:
            InputError: There is none; the hint tells what comes near.
        """
        return self._reader.tension(self._record(wanted, "tension"))

    def defect(self, wanted: object) -> Defect:
        """A source defect by its IRI, `defect:name`, or the name alone.

        Raises:
            InputError: There is none; the hint tells what comes near.
        """
        return self._reader.defect(self._record(wanted, "defect"))

    def claims(self) -> tuple[Claim, ...]:
        """All claims in the order in which the documents make them."""
        return self._reader.claims

    def tensions(self) -> tuple[Tension, ...]:
        """All tensions, by label."""
        return tuple(self._reader.tension(node) for node in self._reader.records("vocab:Tension"))

    def defects(self) -> tuple[Defect, ...]:
        """All source defects, by label."""
        return tuple(self._reader.defect(node) for node in self._reader.records("vocab:SourceDefect"))

    def sources(self) -> tuple[Source, ...]:
        """All source documents, by IRI."""
        return self._sources

    @cached_property
    def _sources(self) -> tuple[Source, ...]:
        """Read by themselves, because every answer names them: all else need not be looked at for that."""
        typed = self._quads(None, name("rdf:type"), pyoxigraph.NamedNode(name("vocab:SourceDocument")))
        nodes = sorted(str(facts.plain(quad.subject)) for quad in typed)
        said = [triple for node in nodes for triple in facts.convert(self._quads(pyoxigraph.NamedNode(node)))]
        named = sorted({value for _, _, value in said if isinstance(value, str) and is_own(value)} - set(nodes))
        for iri, text in store.labels(self.store, named).items():
            said.append((iri, name("skos:prefLabel"), Literal(text, name("xsd:string"))))
        reader = Reader(Facts(said))
        return tuple(reader.source(node) for node in nodes)

    # --- The whole ---

    @cached_property
    def facts(self) -> Facts:
        """The whole graph as plain triples."""
        return Facts(facts.convert(self._quads()))

    @cached_property
    def graph(self) -> rdflib.Graph:
        """The whole graph as rdflib has it, made when it is first asked for. A copy: what is done to it stays in it.

        The store keeps what numbers and points in time are worth and not how they were written: 2 for 2.0. Who needs
        them to the letter parses an export.
        """
        from jdm_kg import turtle

        return turtle.from_facts(self.facts)

    @cached_property
    def version(self) -> str:
        """The version of the content, from the ontology header; empty where it gives none."""
        return min(self.facts.texts(HEADER, name("owl:versionInfo")), default="")

    @property
    def summary(self) -> str:
        """How much there is, in a sentence."""
        counted = (("things", self.things()), ("claims", self.claims()), ("documents", self.sources()))
        told = ", ".join(f"{len(found):,} {what}" for what, found in counted)
        return f"Version {self.version or 'unknown'}: {told}{', without what is derived' if self.asserted else ''}"

    def __repr__(self) -> str:
        return f"<Knowledge {self.summary[:1].lower()}{self.summary[1:]}>"

    def _repr_html_(self) -> str:
        return notebook.knowledge(self)

    # --- Finding ---

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.facts)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(map(str, self.things()))

    @cached_property
    def _called(self) -> dict[str, dict[int, set[str]]]:
        """By name, folded: which things are called so, the name of the IRI before labels, and those before synonyms."""
        found: defaultdict[str, dict[int, set[str]]] = defaultdict(dict)
        for thing in self.things():
            found[_fold(thing.name)].setdefault(0, set()).add(str(thing))
            for rank, predicate in enumerate(_NAMES, 1):
                for text in self.facts.texts(thing, predicate):
                    found[_fold(text)].setdefault(rank, set()).add(str(thing))
        return dict(found)

    def _resolve(self, wanted: object) -> str:
        text = written(wanted)
        if text in self._known:
            return text
        ranks = self._called.get(_fold(text))
        if not ranks:
            raise self._no_thing(text)
        fitting = [self._reader.iri(node) for node in sorted(ranks[min(ranks)])]
        if len(fitting) > 1:
            listed = ", ".join(f"{iri.curie} ({iri.words})" for iri in fitting)
            raise InputError(f"{text!r} fits several things", hint=f"Say which: {listed}.")
        return fitting[0]

    def _no_thing(self, text: str) -> InputError:
        for prefix, kind in _RECORDS.items():
            if text.startswith(PREFIXES[prefix]) and self._reader.is_a(text, kind):
                hint = f"Ask for it by: kg.{prefix}({shorten(text)!r})"
                return InputError(f"{shorten(text)} is a record and not a thing", hint=hint)
        local = text.removeprefix(PREFIXES["id"])
        close = get_close_matches(_fold(local), self._called, n=3, cutoff=0.6)
        hint = f"Did you mean {_either(close)}?" if close else "kg.things() lists all."
        return InputError(f"there is no thing called {shorten(text) if is_own(text) else repr(text)}", hint=hint)

    def _no_name(self, text: str) -> InputError:
        """That an IRI of the project stands nowhere in the graph: a question with it would silently find nothing."""
        namespace = max((space for space in PREFIXES.values() if text.startswith(space)), key=len)
        names = [node.removeprefix(namespace) for node in self.facts.nodes if node.startswith(namespace)]
        close = get_close_matches(text.removeprefix(namespace), names, n=3, cutoff=0.7)
        hint = f"Did you mean {_either(shorten(namespace + one) for one in close)}?" if close else None
        return InputError(f"nothing here is called {shorten(text)}", hint=hint)

    def _stands(self, node: pyoxigraph.NamedNode) -> bool:
        found = (self._quads(node), self._quads(None, node.value), self._quads(None, None, node))
        return any(next(iter(each), None) is not None for each in found)

    def _record(self, wanted: object, prefix: str) -> str:
        text = written(wanted)
        node = text if is_own(text) else PREFIXES[prefix] + text
        if not self._reader.is_a(node, _RECORDS[prefix]):
            names = [iri.name for iri in self._reader.records(_RECORDS[prefix])]
            close = get_close_matches(node.removeprefix(PREFIXES[prefix]), names, n=3, cutoff=0.6)
            hint = f"Did you mean {_either(f'{prefix}:{one}' for one in close)}?" if close else None
            raise InputError(f"there is no {prefix} {text if ' ' in text else shorten(node)}", hint=hint)
        return node


_COLUMNS: Final = {"bool": "boolean", "date": "datetime64[s]", "float": "float64", "int": "Int64"}
"""What pandas calls a column of some kinds of value."""


def _value(term: object, labels: Mapping[str, str]) -> Value:
    if isinstance(term, pyoxigraph.NamedNode):
        return Iri(term.value, labels.get(term.value, ""))
    if isinstance(term, pyoxigraph.Literal):
        return from_literal(term.value, term.datatype.value)
    return None if term is None else str(term)


def _as_text(value: object) -> str:
    """A day, number or text as a person writes it for a named question."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _graph(triples: Iterable[pyoxigraph.Triple]) -> rdflib.Graph:
    from rdflib import BNode

    from jdm_kg import turtle

    graph = turtle.new_graph()
    blank_nodes: dict[str, BNode] = {}
    for triple in triples:
        s, p, o = (turtle.from_oxigraph(t, blank_nodes) for t in (triple.subject, triple.predicate, triple.object))
        graph.add((s, p, o))
    return graph


def _unknown_parameter(given: str, known: list[str]) -> InputError:
    if not known:
        return InputError(f"the question has no parameter ${given}", hint=f"Write ${given} in the place of the value.")
    close = get_close_matches(given, known, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(known)}."
    return InputError(f"the question has no parameter ${given}", hint=hint)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)
