"""The parts of a verdict, each made anew or from the last one and what an edit changes.

A part takes over what the edit can't touch, so that the verdict after an edit costs little; tests hold it against the
verdict made from scratch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from jdm_kg import files, hygiene, naming, prefixes, review, rules, shacl, sources, terms, wording
from jdm_kg.errors import InputError
from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.files import TextFile, find, is_content, is_shapes
from jdm_kg.findings import Finding, Severity
from jdm_kg.iris import PREFIXES, is_own, name, shorten
from jdm_kg.reason import verdict
from jdm_kg.reason.verdict import Verdict
from jdm_kg.rules import Row, Rule
from jdm_kg.shacl import Breach, Plan
from jdm_kg.sources import Document, Problem
from jdm_kg.texts import Place, read_text

_SH: Final = PREFIXES["sh"]
_TYPE: Final = name("rdf:type")
_SUBCLASS: Final = name("rdfs:subClassOf")
_CLAIM: Final = name("vocab:Claim")
_CLASSES: Final = frozenset({name("owl:Class"), name("rdfs:Class")})
_LANGUAGES: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))
# A value of the wrong kind fails most further demands as well; those tell nothing new.
_DEMANDS: Final = ("class", "datatype", "nodeKind", "or", "languageIn", "in", "pattern", "hasValue")
# What decides whether a passage names a thing, besides the claim and the words of the passage.
_NAMING: Final = frozenset(
    name(curie)
    for curie in (
        *("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "rdf:type", "rdfs:domain", "rdfs:range"),
        "rdfs:subClassOf",
    )
)
SEVERITIES: Final = {
    _SH + "Violation": Severity.ERROR,
    _SH + "Warning": Severity.WARNING,
    _SH + "Info": Severity.INFO,
}


Meant = Mapping[str, Collection[str]]
"""For a node, the properties that it would have, or be a value of, if they were not misspelt."""


@dataclass(frozen=True)
class Change:
    """The triples of the content by which two versions differ.

    Attributes:
        triples: What has come and what has gone.
        moved: Whether nodes stand in another order than before.
    """

    triples: frozenset[Triple]
    moved: bool = False

    @cached_property
    def subjects(self) -> frozenset[str]:
        """All that something else is said about."""
        return frozenset(s for s, _, _ in self.triples)

    @cached_property
    def predicates(self) -> frozenset[str]:
        """All properties by which something else is said."""
        return frozenset(p for _, p, _ in self.triples)


# The graphs ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Graphs:
    """What the files say.

    Attributes:
        files: Content, shapes, rules and mappings.
        content: The authored graph.
        shapes: All shapes.
        plan: The shapes, ready to be applied.
        change: What differs from the version before; None where there was none.
    """

    files: tuple[TextFile, ...]
    content: Facts
    shapes: Facts
    plan: Plan
    change: Change | None

    def is_unknown(self, term: Term | None) -> bool:
        """Whether nothing describes a name of the project, or a node is of a class that nobody declares.

        What else is wrong where it is used, or with it, only follows.
        """
        if term is None or isinstance(term, Literal):
            return False
        content = self.content
        if is_own(term) and term not in content.nodes:
            return True
        kinds = [cls for cls in content.resources(term, _TYPE) if not cls.startswith(_LANGUAGES)]
        return any(_CLASSES.isdisjoint(content.objects(cls, _TYPE)) for cls in kinds)

    def find(self, subject: str, predicate: str = "", value: Term | None = None) -> Place | None:
        """Where in the content a triple stands, or its subject."""
        return find([file for file in self.files if is_content(file)], subject, predicate, value)

    @property
    def rules(self) -> list[TextFile]:
        """The files that hold a rule."""
        return [file for file in self.files if file.path.suffix == ".rq"]


def graphs(current: Iterable[TextFile], root: Path, last: Graphs | None) -> Graphs:
    """What the files say.

    Args:
        current: Content, shapes, rules and mappings.
        root: The folder that holds `shapes/`.
        last: What the files said before.

    Raises:
        InputError: A file can't be parsed, or there are no shapes.
    """
    current = tuple(current)
    if not any(is_shapes(file) for file in current):
        raise InputError("there are no shapes here", root / "shapes", hint="Restore the folder from version control.")
    if last is None:
        shapes = files.shapes(current)
        return Graphs(current, files.content(current), shapes, shacl.read(shapes), None)
    shapes, plan = last.shapes, last.plan
    if _changed(current, last.files, is_shapes) or _changed(last.files, current, is_shapes):
        shapes = files.shapes(current)
        plan = shacl.read(shapes)
    # In the order of the files, which is not left to chance: it may decide what a finding names first.
    old = dict.fromkeys(t for file in _changed(last.files, current, is_content) for t in file.triples)
    new = dict.fromkeys(t for file in _changed(current, last.files, is_content) for t in file.triples)
    # What goes from one file may stand in another.
    gone = [triple for triple in old if triple not in new and not _stands(triple, current)]
    come = [triple for triple in new if triple not in old and triple not in last.content]
    content = last.content.replaced(gone, come) if gone or come else last.content
    moved = list(dict.fromkeys(s for s, _, _ in old)) != list(dict.fromkeys(s for s, _, _ in new))
    return Graphs(current, content, shapes, plan, Change(frozenset((*gone, *come)), moved))


def _stands(triple: Triple, current: Iterable[TextFile]) -> bool:
    return any(triple in file.triples for file in current if is_content(file) and triple[0] in file.subjects)


def _changed(some: Iterable[TextFile], others: Iterable[TextFile], kind: Callable[[TextFile], bool]) -> list[TextFile]:
    """The files that are not among the others."""
    known = set(others)
    return [file for file in some if kind(file) and file not in known]


# Shapes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shaped:
    """What breaks shapes.

    Attributes:
        plan: The shapes.
        nodes: The breaches of each node that breaks one.
        others: Those of shapes that only the reference engine knows.
    """

    plan: Plan
    nodes: Mapping[str, list[Breach]]
    others: tuple[Breach, ...]

    def findings(self, graphs: Graphs, meant: Meant) -> Iterator[Finding]:
        """The findings, with their places.

        Args:
            graphs: What the files say.
            meant: What is there after all, but for its spelling.
        """
        for breaches in (*self.nodes.values(), self.others):
            first: dict[tuple[str, str, Term | None], int] = {}
            for breach in breaches:
                first[breach[1:]] = min(_rank(breach, graphs), first.get(breach[1:], len(_DEMANDS)))
            for breach in breaches:
                follows = breach.value is not None and _rank(breach, graphs) > first[breach[1:]]
                misspelt = breach.value is None and breach.path in meant.get(breach.focus, ())
                if not follows and not misspelt and not graphs.is_unknown(breach.value):
                    yield _broken(breach, graphs)


def shaped(graphs: Graphs, last: Shaped | None) -> Shaped:
    """Apply the shapes to all nodes, or to those that a change touches."""
    plan, change = graphs.plan, graphs.change
    if last is None or change is None or last.plan is not plan:
        return Shaped(plan, plan.breaches(graphs.content), _others(graphs))
    if not change.triples:
        return last
    nodes = _touched(graphs, change)
    if nodes is None:
        return Shaped(plan, plan.breaches(graphs.content), _others(graphs))
    kept = {node: breaches for node, breaches in last.nodes.items() if node not in nodes}
    return Shaped(plan, kept | plan.breaches(graphs.content, nodes), _others(graphs))


def _others(graphs: Graphs) -> tuple[Breach, ...]:
    if not graphs.plan.unknown:
        return ()
    from jdm_kg import reference  # it takes long to load

    return tuple(reference.breaches(graphs.content, graphs.shapes, graphs.plan.unknown))


def _touched(graphs: Graphs, change: Change) -> set[str] | None:
    """The nodes of which a change may decide whether they break a shape; None for all.

    A shape looks at the properties of a node and at the classes of their values (`Plan.deep` says if at more).
    """
    if _SUBCLASS in change.predicates or graphs.plan.deep:
        return None
    nodes = set(change.subjects)
    if graphs.plan.by_property or graphs.plan.by_node:
        nodes |= {o for _, _, o in change.triples if isinstance(o, str)}
    if _TYPE in change.predicates:
        nodes |= {s for s, _, o in graphs.content if o in change.subjects}
    return nodes


def _rank(breach: Breach, graphs: Graphs) -> int:
    """What a breach tells of a value: the lower, the more."""
    demanded = graphs.shapes.of(breach.shape)
    kinds = [rank for rank, local in enumerate(_DEMANDS) if _SH + local in demanded]
    return 0 if kinds and kinds[0] < 4 else kinds[0] if kinds else len(_DEMANDS)


def _broken(breach: Breach, graphs: Graphs) -> Finding:
    shapes = graphs.shapes
    messages = sorted(shapes.texts(breach.shape, _SH + "message"))
    hints = sorted(shapes.texts(breach.shape, _SH + "description"))
    severity = next((SEVERITIES[s] for s in shapes.resources(breach.shape, _SH + "severity") if s in SEVERITIES), None)
    return Finding(
        code=code_of(breach.shape),
        severity=severity or Severity.ERROR,
        message=messages[0] if messages else "The shape is broken.",
        focus=shorten(breach.focus),
        place=graphs.find(breach.focus, breach.path, breach.value),
        hint=hints[0] if hints else "",
    )


def code_of(shape: str) -> str:
    """The code of the findings of a shape: its name."""
    return "unnamed-shape" if shape.startswith("_:") else shape.removeprefix(PREFIXES["shape"])


# Rules ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ruled:
    """What rules found: the rows of each."""

    rows: Mapping[Rule, tuple[Row, ...]]

    def findings(self, graphs: Graphs, meant: Meant) -> Iterator[Finding]:
        """The findings, with their places.

        Args:
            graphs: What the files say.
            meant: What is there after all, but for its spelling.
        """
        for rule, rows in self.rows.items():
            for row in rows:
                wrong = row.get(rule.suggest)
                told = isinstance(wrong, str) and terms.is_wrong(wrong)
                if not (told if rule.suggest else _follows(rule, row, graphs, meant)):
                    yield rules.said(rule, row, graphs.find, graphs.content.nodes)

    def meant(self, graphs: Graphs) -> Meant:
        """Which properties the misspelt ones were probably meant to be, for what has them and for their values."""
        found: dict[str, set[str]] = {}
        closest = cache(lambda path: rules.closest(path, graphs.content.nodes))
        for row in (row for rule, rows in self.rows.items() if rule.suggest == "path" for row in rows):
            right = closest(row["path"])
            for node in (row["focus"], row["value"]) if right else ():
                if isinstance(node, str):
                    found.setdefault(node, set()).add(right)
        return found


def _follows(rule: Rule, row: Row, graphs: Graphs, meant: Meant) -> bool:
    """Whether a row tells of something that has no name or no kind, which a rule that suggests names tells better.

    Or of something that has a misspelt property, where the rule asks for the right one.
    """
    nodes = [term for term in row.values() if isinstance(term, str)]
    asked = (path for node in nodes for path in meant.get(node, ()))
    return any(map(graphs.is_unknown, nodes)) or any(rule.names(path) for path in asked)


def ruled(graphs: Graphs, store: rules.Store, last: Ruled | None) -> Ruled:
    """Run the rules, or those of which a change touches what they read.

    Raises:
        InputError: A rule is not valid SPARQL, or lacks a part.
    """
    store.follow(file for file in graphs.files if is_content(file))
    known = {rule.path: rule for rule in last.rows} if last else {}
    rows: dict[Rule, tuple[Row, ...]] = {}
    for file in graphs.rules:
        rule = known.get(file.path)
        if last is None or rule is None or rule.query != file.text:
            rule = rules.read(file)
            rows[rule] = store.rows(rule)
        else:
            rows[rule] = _rows(rule, last.rows[rule], store, graphs.change)
    return Ruled(rows)


def _rows(rule: Rule, last: tuple[Row, ...], store: rules.Store, change: Change | None) -> tuple[Row, ...]:
    """What a rule finds now, if this is what it found before the change."""
    if change is None:
        return store.rows(rule)
    if not change.triples:
        return last
    reads = rule.reads
    if reads.all_of is None or not reads.anywhere.isdisjoint(change.predicates):
        return store.rows(rule)
    touched = {v for v, predicates in reads.of.items() if not predicates.isdisjoint(change.predicates)}
    variables = sorted(touched | reads.all_of)
    if variables and any(node.startswith("_:") for node in change.subjects):
        return store.rows(rule)
    rows = [row for row in last if not any(row.get(variable) in change.subjects for variable in variables)]
    for variable in variables:
        rows += store.rows(rule, variable, change.subjects)
    return tuple(rows)


# Reasoning -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reasoned:
    """What contradicts itself by the schema, as far as rules can tell."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def reasoned(graphs: Graphs, last: Reasoned | None) -> Reasoned:
    """Reason over the content, unless a change is none that reasoners see."""
    change = graphs.change
    # Findings carry their places, which any edit may move, and a violation may be told elsewhere or no longer be.
    quiet = last is not None and not last.findings and not last.verdict.violations
    if last is not None and quiet and change and not verdict.concerns(graphs.content, change.triples):
        return last

    def place(triple: Triple) -> Place | None:
        subject, predicate, value = triple
        return graphs.find(subject, predicate, value or None)

    def written() -> Facts:
        return _in_order(graphs, last.verdict.facts) if last else graphs.content

    found = verdict.judged(graphs.content, last.verdict if last else None, written)

    def is_told(term: str) -> bool:
        return terms.is_misdeclared(graphs.content, term)

    return Reasoned(found, tuple(found.findings(place, is_told)))


def _in_order(graphs: Graphs, before: Facts) -> Facts:
    """The content in the order of the files; what is said of a node that was edited may stand in another."""
    if graphs.change is None or graphs.change.moved or graphs.content.nodes != before.nodes:
        return files.content(graphs.files)
    touched = graphs.change.subjects
    speaking = [file for file in graphs.files if is_content(file) and not touched.isdisjoint(file.subjects)]
    return graphs.content.rewritten(triple for file in speaking for triple in file.triples if triple[0] in touched)


# Text and vocabulary -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """What is wrong with the text of the files and with the terms in it."""

    languages: frozenset[str]
    tagged: frozenset[str]
    linter: terms.Linter
    text: Mapping[TextFile, list[Finding]]
    terms: Mapping[TextFile, list[Finding]]
    definitions: list[hygiene.Definition]
    idle: list[Finding]

    def findings(self, graphs: Graphs) -> Iterator[Finding]:
        """The findings."""
        for findings in (*self.text.values(), *self.terms.values()):
            yield from findings
        yield from (hygiene.said(definition, graphs.files) for definition in self.definitions)
        yield from self.idle


def written(graphs: Graphs, last: Written | None) -> Written:
    """Look at all files, or at those that changed."""
    languages = hygiene.languages(graphs.shapes)
    tagged = hygiene.tagged_properties(graphs.content)
    linter = terms.Linter(graphs.content, graphs.shapes)
    text: Mapping[TextFile, list[Finding]] = {}
    of_content: dict[TextFile, list[Finding]] = {}
    of_shapes: dict[TextFile, list[Finding]] = {}
    if last is not None:
        if (languages, tagged) == (last.languages, last.tagged):
            text = last.text
        known = last.terms.items()
        of_content = {file: findings for file, findings in known if not terms.is_of_shapes(file)}
        if linter.knows_the_same(last.linter):
            linter = last.linter
            of_shapes = {file: findings for file, findings in known if terms.is_of_shapes(file)}
    lint = of_content | of_shapes
    same = last is not None and graphs.change is not None and graphs.change.predicates.isdisjoint(hygiene.DEFINING)
    return Written(
        languages,
        tagged,
        linter,
        {f: text[f] if f in text else hygiene.check_file(f, languages, tagged) for f in graphs.files},
        {f: lint[f] if f in lint else [*linter.check(f), *prefixes.check([f])] for f in graphs.files},
        last.definitions if last is not None and same else hygiene.check_definitions(graphs.content),
        list(terms.check_bite(graphs.files, graphs.shapes)),
    )


# Statements, wordings and labels -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worded:
    """What does not fit the words beside it.

    Attributes:
        claims: For each claim, which parts of it do not fit its own words.
        things: The labels that do not fit the names of their things.
    """

    claims: Mapping[str, list[wording.Misfit]]
    things: list[wording.Misfit]

    def findings(self, graphs: Graphs) -> Iterator[Finding]:
        """The findings, with their places."""
        ours = [file for file in graphs.files if is_content(file)]
        for misfits in (*self.claims.values(), self.things):
            yield from (wording.said(misfit, ours) for misfit in misfits)


def worded(graphs: Graphs, last: Worded | None) -> Worded:
    """Compare claims with their own words and labels with names, or what a change touches of them."""
    claims = graphs.content.instances(_CLAIM)
    checker = wording.Checker(graphs.content, graphs.is_unknown)
    if last is None or graphs.change is None or not graphs.change.predicates.isdisjoint(_NAMING):
        things = wording.check_labels(graphs.content, graphs.is_unknown)
        return Worded({claim: list(checker.check(claim)) for claim in claims}, things)
    kept = {claim: misfits for claim, misfits in last.claims.items() if claim not in graphs.change.subjects}
    return Worded({c: kept[c] if c in kept else list(checker.check(c)) for c in claims}, last.things)


# The list of reviewed records -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reviewed:
    """What is not as it was reviewed.

    Attributes:
        path: The list.
        text: What it says.
        listed: The same, read.
        checksums: The checksums of every record, by its IRI.
        differences: The records that differ from the list, by their IRIs.
        gone: The records of the list that are no more, shortened.
    """

    path: Path
    text: str
    listed: review.Reviewed
    checksums: Mapping[str, str]
    differences: Mapping[str, review.Difference]
    gone: frozenset[str]

    def findings(self, graphs: Graphs) -> Iterator[Finding]:
        """The findings, with their places: the first part that changed, the record, or the line of the list."""
        for difference in self.differences.values():
            predicate, value = next(iter(difference.changed), ("", None))
            yield review.said(difference, graphs.content, graphs.find(difference.node, predicate, value))
        for number, line in enumerate(self.text.split("\n") if self.gone else (), 1):
            record = line.partition(" ")[0]
            if record in self.gone:
                place = Place(self.path, number, 1, number, len(record) + 1)
                yield review.said(review.Difference(record, "", ()), graphs.content, place)


def reviewed(graphs: Graphs, path: Path, last: Reviewed | None) -> Reviewed | None:
    """Compare the content with the list of what was reviewed, or what a change touches of it.

    Args:
        graphs: The content.
        path: The list.
        last: The part of the verdict before.

    Returns:
        None where there is no such list.

    Raises:
        InputError: It can't be read.
    """
    if not path.is_file():
        return None
    text = read_text(path)
    content = graphs.content
    if last is None or graphs.change is None or text != last.text:
        listed = review.read(path, text)
        checksums = {node: review.checksums(content, node) for node in review.records(content)}
        differences = {found.node: found for found in review.compare(content, checksums, listed)}
        gone = frozenset(listed.keys() - set(map(shorten, checksums)))
        return Reviewed(path, text, listed, checksums, differences, gone)
    touched = graphs.change.subjects
    new = {node: review.checksums(content, node) for node in sorted(touched) if review.is_record(content, node)}
    checksums = {node: sums for node, sums in last.checksums.items() if node not in touched} | new
    differences = {node: found for node, found in last.differences.items() if node not in touched}
    differences |= {found.node: found for found in review.compare(content, new, last.listed)}
    there = {shorten(node) for node in new}
    gone = (last.gone | (last.listed.keys() & set(map(shorten, touched)))) - there
    return Reviewed(path, text, last.listed, checksums, differences, gone)


# The source documents ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Documented:
    """What does not fit the source documents.

    Attributes:
        described: The documents as the content describes them.
        problems: What does not fit the files.
        runs: Every run of eight words of the documents.
        passages: The passages, folded to be searched.
        copied: For each file of the project, the findings of copied text.
        unsaid: For each claim, what its passages do not bear out.
    """

    described: list[Document]
    problems: list[Problem]
    runs: Mapping[tuple[str, ...], str]
    passages: Mapping[str, naming.Spoken]
    copied: Mapping[TextFile, list[Finding]]
    unsaid: Mapping[str, list[naming.Unsaid]]

    def findings(self, graphs: Graphs) -> Iterator[Finding]:
        """The findings, with their places."""
        ours = [file for file in graphs.files if is_content(file)]
        yield from (sources.said(problem, ours) for problem in self.problems)
        yield from (finding for findings in self.copied.values() for finding in findings)
        yield from (naming.said(part, graphs.content, ours) for parts in self.unsaid.values() for part in parts)


def documented(graphs: Graphs, folder: Path, last: Documented | None) -> Documented:
    """Compare the content with the documents, or what a change touches of it.

    Args:
        graphs: The content.
        folder: Where the documents are.
        last: The part of the verdict before.

    Raises:
        InputError: The folder does not exist, or a document can't be read.
    """
    described = sources.documents(graphs.content)
    same = last is not None and last.described == described
    if last is not None and same:
        problems, runs, passages = last.problems, last.runs, last.passages
    else:
        texts = sources.read_documents(described, folder)
        problems = sources.problems(described, folder)
        runs = naming.document_runs({d.label: texts[d.iri] for d in described if d.iri in texts})
        passages = naming.spoken_passages(described, texts)
    copied = last.copied if last is not None and same else {}
    claims = graphs.content.instances(_CLAIM)
    kept: dict[str, list[naming.Unsaid]] = {}
    if last is not None and same and graphs.change is not None and graphs.change.predicates.isdisjoint(_NAMING):
        kept = {claim: parts for claim, parts in last.unsaid.items() if claim not in graphs.change.subjects}
    checker = naming.Checker(graphs.content, passages)
    return Documented(
        described,
        problems,
        runs,
        passages,
        {f: copied[f] if f in copied else list(naming.check_copied(f, runs)) for f in graphs.files},
        {claim: kept[claim] if claim in kept else list(checker.check(claim)) for claim in claims},
    )
