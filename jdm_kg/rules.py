"""Rules: queries that return no row when all is well."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Final, cast

import pyoxigraph

from jdm_kg import facts
from jdm_kg.errors import InputError
from jdm_kg.facts import Literal, Term, Triple
from jdm_kg.files import TextFile
from jdm_kg.findings import Finding, Severity
from jdm_kg.iris import PREFIXES, is_own, shorten
from jdm_kg.texts import Place, refuse_unwieldy_rule

Row = Mapping[str, Term]
"""What a query binds its variables to."""

_HEADER_LINE: Final = re.compile(r"^# (title|problem|solution|severity|suggest|alone|last): (.+)$", re.MULTILINE)
_HEADER: Final = ("title", "problem", "solution", "severity")
_QUIET: Final = re.compile(
    r"\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*", re.DOTALL
)
_REACHES_OUT: Final = re.compile(r"(?<![?$\w:.-])(?:SERVICE|FROM|LOAD)(?![\w:-])", re.IGNORECASE)


@dataclass(frozen=True)
class Reads:
    """The triples that can change what a query answers.

    Attributes:
        anywhere: The predicates of triples about nodes that a row does not name.
        of: For each variable of a row, the predicates of the triples that are looked up about what it stands for.
        all_of: Those variables of which all triples may be looked up; None where that may be any node.
    """

    anywhere: frozenset[str]
    of: Mapping[str, frozenset[str]]
    all_of: frozenset[str] | None


@dataclass(frozen=True)
class Rule:
    """A query that returns no row when all is well.

    Attributes:
        path: The file.
        code: The name of the file without its ending.
        title: What the rule demands, one line.
        problem: What is wrong where a row comes back; `{name}` stands for the value of the variable `?name`.
        solution: What to do about it.
        severity: How much a row matters.
        query: SPARQL 1.1 SELECT; `?focus` is the node at fault, `?path` the predicate, `?value` the object, if any.
        suggest: The variable for whose value a known IRI that looks like it is suggested, or empty.
        alone: Whether each row of a node is decided by what is said of that node and by what the query reads by name,
            even where a part of the query looks at all nodes.
        last: Whether its rows count only where nothing is wrong: what it finds may come of an error.
    """

    path: Path
    code: str
    title: str
    problem: str
    solution: str
    severity: Severity
    query: str
    suggest: str = ""
    alone: bool = False
    last: bool = False

    def names(self, iri: str) -> bool:
        """Whether the query names an IRI, as `prefix:name`."""
        return re.search(rf"(?<![\w:-]){re.escape(shorten(iri))}(?![\w-])", self.query) is not None

    @cached_property
    def reads(self) -> Reads:
        """What the query looks at.

        It is asked for only where rules run again and again: rdflib tells, and takes a while.
        """
        from rdflib import Variable
        from rdflib.plugins.sparql import prepareQuery
        from rdflib.plugins.sparql.parserutils import CompValue

        algebra = prepareQuery(self.query, initNs=dict(PREFIXES)).algebra
        patterns: list[tuple[object, object]] = []
        kinds = set()
        waiting: list[object] = [algebra]
        while waiting:
            part = waiting.pop()
            if isinstance(part, CompValue):
                kinds.add(part.name)
                waiting += part.values()
                terms = _flat(part["triples"]) if part.name in {"BGP", "TriplesBlock"} else []
                patterns += zip(terms[::3], terms[1::3], strict=True)
            elif isinstance(part, list | tuple | set | frozenset):
                waiting += part
        # What a query groups or limits, or looks up in a query of its own, decides about more than one row.
        rows = set(algebra["PV"]) if kinds.isdisjoint(_ACROSS_ROWS) else set()
        return _reads(patterns, {Variable("focus")} if self.alone else rows)


_ACROSS_ROWS: Final = frozenset({"AggregateJoin", "Group", "Slice", "ToMultiSet"})


def _reads(patterns: Iterable[tuple[object, object]], rows: Collection[object]) -> Reads:
    from rdflib import URIRef, Variable
    from rdflib.paths import AlternativePath

    anywhere: set[str] = set()
    of: dict[str, set[str]] = {}
    all_of: set[object] = set()
    for subject, predicate in patterns:
        named = _named(predicate)
        one_step = isinstance(predicate, URIRef) or (
            isinstance(predicate, AlternativePath) and all(isinstance(arg, URIRef) for arg in predicate.args)
        )
        if named is None:
            all_of.add(subject if isinstance(predicate, Variable) else None)
        elif one_step and subject in rows:
            of.setdefault(str(subject), set()).update(named)
        else:
            anywhere |= named
    return Reads(
        frozenset(anywhere),
        {variable: frozenset(predicates) for variable, predicates in of.items()},
        frozenset(map(str, all_of)) if all_of <= set(rows) else None,
    )


def _flat(triples: object) -> list[object]:
    """The terms of patterns, which rdflib groups in one way in a query and in another in a filter."""
    if isinstance(triples, list | tuple) or type(triples).__name__ == "ParseResults":
        return [term for part in cast("Iterable[object]", triples) for term in _flat(part)]
    return [triples]


def _named(predicate: object) -> set[str] | None:
    """The predicates that a predicate or property path of rdflib's algebra names; None where it may be any."""
    from rdflib import URIRef, paths

    if isinstance(predicate, URIRef):
        return {str(predicate)}
    if isinstance(predicate, paths.InvPath):
        return _named(predicate.arg)
    if isinstance(predicate, paths.MulPath):
        return _named(predicate.path)
    if isinstance(predicate, paths.SequencePath | paths.AlternativePath):
        named = [_named(arg) for arg in predicate.args]
        return None if None in named else {iri for part in named for iri in part or ()}
    return None


def read(file: TextFile) -> Rule:
    """The rule in a file.

    Raises:
        InputError: The rule lacks a part of its header, asks for data from elsewhere, or is so long or nested so deep
            that its parser might not survive it.
    """
    refuse_unwieldy_rule(file.text, file.path)
    header = dict(_HEADER_LINE.findall(file.text))
    missing = [part for part in _HEADER if part not in header]
    if missing:
        hint = "See the other rules in this folder."
        raise InputError(f"the rule has no '# {missing[0]}: …' line", file.path, 1, hint=hint)
    if header["severity"] not in set(Severity):
        line = file.text[: file.text.index("# severity:")].count("\n") + 1
        hint = f"Write one of {', '.join(Severity)}."
        raise InputError(f"there is no severity {header['severity']!r}", file.path, line, 1, hint)
    plain = _QUIET.sub(lambda match: re.sub(r"[^\n]", "_", match.group()), file.text)
    outside = _REACHES_OUT.search(plain)
    if outside:
        place = file.place(outside.start(), outside.end())
        hint = "Rules look at the content alone; nothing that is checked may reach the network."
        raise InputError(f"a rule may not use {outside.group().upper()}", file.path, place.line, place.column, hint)
    parts = (header["title"], header["problem"], header["solution"], Severity(header["severity"]))
    return Rule(
        file.path,
        file.path.stem,
        *parts,
        file.text,
        header.get("suggest", ""),
        header.get("alone") == "yes",
        header.get("last") == "yes",
    )


class Store:
    """The triples of some files, to be queried; it follows edits of the files by what they change."""

    def __init__(self) -> None:
        self._store = pyoxigraph.Store()
        self._files: dict[Path, TextFile] = {}
        self._counts: dict[Triple, int] | None = None

    def follow(self, files: Iterable[TextFile]) -> None:
        """Hold the triples of these files and no others.

        Raises:
            InputError: A file can't be parsed; the store is then as it was.
        """
        wanted = {file.path: file for file in files}
        for file in wanted.values():
            file.quads  # noqa: B018 - parsed before anything is changed
        if not self._files:
            for file in wanted.values():
                self._store.bulk_extend(file.quads)
        else:
            changed = [path for path in {*self._files, *wanted} if self._files.get(path) is not wanted.get(path)]
            self._move(
                [self._files[path] for path in changed if path in self._files],
                [wanted[p] for p in changed if p in wanted],
            )
        self._files = wanted

    def _move(self, old: list[TextFile], new: list[TextFile]) -> None:
        if self._counts is None:
            self._counts = {}
            for file in self._files.values():
                for triple in dict.fromkeys(file.triples):
                    self._counts[triple] = self._counts.get(triple, 0) + 1
        counts = self._counts
        steps = [(file, -1) for file in old] + [(file, 1) for file in new]
        before = {triple: counts.get(triple, 0) for file, _ in steps for triple in file.triples}
        for file, step in steps:
            for triple in dict.fromkeys(file.triples):
                counts[triple] = counts.get(triple, 0) + step
        for triple, number in before.items():
            if number and not counts[triple]:
                self._store.remove(facts.quad_of(triple))
            elif counts[triple] and not number:
                self._store.add(facts.quad_of(triple))
            if not counts[triple]:
                del counts[triple]

    def rows(self, rule: Rule, variable: str = "", nodes: Collection[str] = ()) -> tuple[Row, ...]:
        """What a rule finds.

        Args:
            rule: The query.
            variable: Look only at rows in which this variable stands for one of the nodes; empty for all.
            nodes: IRIs.

        Raises:
            InputError: The rule is not valid SPARQL, or no SELECT query.
        """
        try:
            solutions = self._store.query(_limited(rule, variable, nodes), prefixes=dict(PREFIXES))
        except SyntaxError as error:
            place = re.match(r"error at (\d+):(\d+): (?:expected )?(.*)", str(error), re.DOTALL)
            line, column, what = (
                (int(place[1]), int(place[2]), f": {place[3]} expected") if place else (None, None, f": {error}")
            )
            hint = "Look at this line and the one before it."
            raise InputError(f"the rule is not valid SPARQL{what}", rule.path, line, column, hint) from error
        if not isinstance(solutions, pyoxigraph.QuerySolutions):
            raise InputError("the rule is not a SELECT query", rule.path, hint="See the other rules in this folder.")
        names = [variable.value for variable in solutions.variables]
        return tuple(
            {name: facts.plain(term) for name in names if (term := solution[name]) is not None}
            for solution in solutions
        )


def _limited(rule: Rule, variable: str, nodes: Collection[str]) -> str:
    if not variable:
        return rule.query
    values = f" VALUES ?{variable} {{ {' '.join(f'<{node}>' for node in sorted(nodes))} }} "
    return re.sub(r"(?m)^(?!#).*?\bWHERE \{", lambda match: match[0] + values, rule.query, count=0 if rule.alone else 1)


def said(
    rule: Rule, row: Row, find: Callable[[str, str, Term | None], Place | None], known: Collection[str]
) -> Finding:
    """The finding for a row.

    Args:
        rule: The rule that gave it.
        row: What its variables are bound to.
        find: Where a subject, predicate and value stand.
        known: The IRIs that there are, to suggest one where the rule asks for it.
    """
    focus, path, value = row.get("focus"), row.get("path"), row.get("value")
    message = re.sub(r"\{(\w+)\}", lambda match: _in_words(row.get(match[1])), rule.problem)
    place = None
    if isinstance(focus, str) and is_own(focus):
        place = find(focus, path if isinstance(path, str) else "", value)
    wrong = row.get(rule.suggest)
    close = closest(wrong, known) if isinstance(wrong, str) else ""
    hint = f"Did you mean {shorten(close)}? {rule.solution}" if close else rule.solution
    return Finding(rule.code, rule.severity, message, _in_words(focus) if focus is not None else "", place, hint)


def closest(iri: str, known: Collection[str]) -> str:
    """The IRI of the same namespace that looks most like one, or nothing."""
    namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    local = iri[len(namespace) :]
    names = sorted(other[len(namespace) :] for other in known if other.startswith(namespace) and other != iri)
    same = [name for name in names if name.lower() == local.lower()]
    close = same or get_close_matches(local, names, n=1, cutoff=0.6)
    return namespace + close[0] if close else ""


def _in_words(term: Term | None) -> str:
    if term is None:
        return "nothing"
    return term.text if isinstance(term, Literal) else shorten(term)
