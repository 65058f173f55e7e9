"""Mutants of the real content: each part of each kind of record deleted, doubled, retyped or swapped.

A part is one triple of a record: of a claim, a thing, a value of a qualifier, a passage, a section, a document, a
tension or a defect. A record of each kind stands for the others, more of them where it lacks a part that others have;
the kind of a claim is its relation, that of all else its class. What the schema says of classes and properties is no
record. To write a triple twice changes nothing in RDF, so that doubling means a second, other value.

Nothing is left to chance: the same content gives the same mutants in the same order. Edits are made in the text, so
that everything else in a file stays where it is, and no edit leaves a space or an empty line that would be noticed in
its stead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jdm_kg import review
from jdm_kg.edit import Block, Layout, layout
from jdm_kg.errors import InputError
from jdm_kg.findings import Severity
from jdm_kg.vocab import BASE, PREFIXES
from tests.content import ROOT
from tests.verdicts import verdict

_OWN, _VOCAB = str(BASE), PREFIXES["vocab"]
_TYPE = PREFIXES["rdf"] + "type"
_CLAIM, _PREDICATE = _VOCAB + "Claim", _VOCAB + "predicate"
_ENTITY = _VOCAB + "Entity"
_SUBJECT, _OBJECT = _VOCAB + "subject", _VOCAB + "object"


@dataclass(frozen=True, eq=False)
class Part:
    """One triple of a record: where its object stands in the file, and what is written there."""

    record: Record
    number: int
    index: int
    text: str

    @property
    def predicate(self) -> str:
        """The IRI of the predicate."""
        return self.record.block.parts[self.number].predicate

    @property
    def span(self) -> tuple[int, int]:
        """Where the object begins and ends, in characters."""
        return self.record.block.parts[self.number].objects[self.index]

    @property
    def value(self) -> str:
        """The IRI in full, so that values of two files can be compared; a literal as it is written."""
        return _full(self.text, self.record.file.layout.prefixes)


@dataclass(frozen=True, eq=False)
class File:
    """A Turtle file of the content, by its path below the project."""

    path: str
    text: str

    @property
    def layout(self) -> Layout:
        """Where things stand in the file."""
        return _layout(self.text)


@dataclass(frozen=True, eq=False)
class Record:
    """A block of a file; `family` is the class, `kind` the relation of a claim, or the class of anything else."""

    number: int
    file: File
    subject: str
    family: str
    kind: str
    block: Block

    def parts(self) -> Iterator[Part]:
        """All triples of the record, in the order in which they are written."""
        for number, part in enumerate(self.block.parts):
            for index, (start, end) in enumerate(part.objects):
                yield Part(self, number, index, self.file.text[start:end])


@dataclass(frozen=True, eq=False)
class Mutant:
    """A record with one part changed, and where two parts change places, the other record too.

    Attributes:
        records: The record that stands for its kind, and the other one if there is one.
        predicate: The part, shortened.
        operator: "delete", "duplicate", "retype: …" or "swap: …".
        edits: Path, start, end and new text of each edit; offsets count in the unchanged file.
    """

    records: tuple[Record, ...]
    predicate: str
    operator: str
    edits: tuple[tuple[str, int, int, str], ...]

    @property
    def family(self) -> str:
        """The class of the record, shortened; "thing" for all that a document may speak of."""
        family = self.records[0].family
        return "thing" if _ENTITY in _lineage(family) else shorten(family)

    def __str__(self) -> str:
        record = self.records[0]
        return f"{shorten(record.subject)} ({shorten(record.kind)}): {self.predicate} {self.operator}"


def changed(some: Iterable[Mutant]) -> dict[str, str]:
    """The new text of each file that mutants change; they must not change the same record."""
    texts: dict[str, str] = {}
    edits = sorted((edit for mutant in some for edit in mutant.edits), key=lambda edit: edit[1], reverse=True)
    for path, start, end, new in edits:
        text = texts.get(path) or _read(path)
        texts[path] = text[:start] + new + text[end:]
    return texts


# Reading -------------------------------------------------------------------------------------------------------------


@cache
def _read(path: str) -> str:
    return (ROOT / path).read_bytes().decode("utf-8")


@cache
def _layout(text: str) -> Layout:
    return layout.__wrapped__(text)


def _full(text: str, prefixes: Mapping[str, str]) -> str:
    if text == "a":
        return _TYPE
    name = re.fullmatch(r"([\w-]*):([^\s\"]*)", text)
    return f"<{prefixes[name[1]]}{name[2]}>" if name and name[1] in prefixes else text


def shorten(iri: str) -> str:
    """An IRI with a prefix of the project."""
    fitting = ((prefix, space) for prefix, space in PREFIXES.items() if iri.startswith(space))
    return next((f"{prefix}:{iri[len(space) :]}" for prefix, space in fitting), iri)


@cache
def records() -> tuple[Record, ...]:
    """All records, in the order of the files and of the blocks in them."""
    paths = sorted((ROOT / "ontology").rglob("*.ttl"), key=lambda path: (path.name != "schema.ttl", path.as_posix()))
    found: list[Record] = []
    for path in paths:
        found += _records(path, len(found))
    return tuple(found)


def _records(path: Path, number: int) -> Iterator[Record]:
    name = path.relative_to(ROOT).as_posix()
    file = File(name, _read(name))
    for block in file.layout.blocks:
        values: dict[str, list[str]] = defaultdict(list)
        for part in block.parts:
            values[part.predicate] += [
                _full(file.text[start:end], file.layout.prefixes).strip("<>") for start, end in part.objects
            ]
        families = [value for value in values[_TYPE] if value.startswith(_VOCAB)]
        if families:
            kind = next(iter(values[_PREDICATE]), "") if families[0] == _CLAIM else families[0]
            yield Record(number, file, block.subject, families[0], kind, block)
            number += 1


@cache
def representatives() -> tuple[tuple[Record, frozenset[str]], ...]:
    """The records that stand for the others, in the order of the content, each with the parts for which it does.

    The first record of a kind stands for all of its parts; others only for those that no earlier one of the class has.
    """
    chosen: list[tuple[Record, frozenset[str]]] = []
    kinds: set[str] = set()
    seen: dict[str, set[str]] = defaultdict(set)
    for record in records():
        predicates = {part.predicate for part in record.block.parts}
        new = predicates if record.kind not in kinds else predicates - seen[record.family]
        if new:
            chosen.append((record, frozenset(new)))
            kinds.add(record.kind)
            seen[record.family] |= predicates
    return tuple(chosen)


@cache
def _having(family: str, predicate: str) -> tuple[Part, ...]:
    return tuple(
        part
        for record in records()
        if record.family == family
        for part in record.parts()
        if part.predicate == predicate
    )


def _siblings(part: Part) -> Iterator[Part]:
    """Parts of the same kind with another value in another record, the nearest record of the same kind first."""
    if part.predicate == _TYPE:
        yield from _of_other_class(part.record)
        return
    record = part.record
    mine = {other.value for other in record.parts() if other.predicate == part.predicate}
    others = _having(record.family, part.predicate)
    next_one = bisect_right(others, record.number, key=lambda other: other.record.number)
    for same_kind in (True, False):
        for other in (*others[next_one:], *others[:next_one]):
            if (other.record.kind == record.kind) is same_kind and other.value not in mine:
                yield other


def _of_other_class(record: Record) -> tuple[Part, ...]:
    return _others(record.subject[: record.subject.rfind("/") + 1], record.family)


@cache
def _others(space: str, family: str) -> tuple[Part, ...]:
    """The classes of records in a namespace that are neither broader nor narrower than a class."""
    classes = {record.family for record in records() if record.subject.startswith(space)}
    found = []
    for other in records():
        # Records of a namespace of their own are all of one class: then any other will do.
        same_space = len(classes) == 1 or other.subject.startswith(space)
        if same_space and other.family not in _lineage(family) and family not in _lineage(other.family):
            found += [p for p in other.parts() if p.predicate == _TYPE and p.value == f"<{other.family}>"]
    return tuple(found)


@cache
def _lineage(cls: str) -> frozenset[str]:
    found, waiting = {cls}, [cls]
    while waiting:
        new = [above for above in _broader().get(waiting.pop(), []) if above not in found]
        found.update(new)
        waiting += new
    return frozenset(found)


@cache
def _broader() -> Mapping[str, list[str]]:
    schema = File("ontology/schema.ttl", _read("ontology/schema.ttl"))
    return {
        block.subject: [
            _full(schema.text[start:end], schema.layout.prefixes).strip("<>")
            for part in block.parts
            if part.predicate == PREFIXES["rdfs"] + "subClassOf"
            for start, end in part.objects
        ]
        for block in schema.layout.blocks
    }


# Mutating ------------------------------------------------------------------------------------------------------------


@cache
def mutants() -> tuple[Mutant, ...]:
    """All mutants, in the order of the content."""
    return tuple(
        mutant
        for number, (record, predicates) in enumerate(representatives())
        for position, part in enumerate(part for part in record.parts() if part.predicate in predicates)
        for mutant in _of_part(part, number + position if _is_one_of_many(record) else None)
    )


def _of_part(part: Part, turn: int | None) -> Iterator[Mutant]:
    """The mutants of a part; with a turn, every other operator, and one of several ways to retype and to swap.

    Claims and things are of so many kinds that each operator has its turn with every part of a claim and of a thing.
    """
    path = part.record.file.path
    sibling = next(_siblings(part), None)
    second = _second(part, sibling)
    retyped = [_mutant(part, f"retype: {way}", [(path, *part.span, text)]) for way, text in _retyped(part)]
    swapped = (
        []
        if sibling is None
        else [
            _mutant(part, "swap: copied", [(path, *part.span, _written(sibling, part.record.file))]),
            _mutant(part, "swap: exchanged", _swapped(part, sibling), sibling.record),
        ]
    )
    if turn is None or turn % 2 == 0:
        yield _mutant(part, "delete", [_deleted(part)])
        yield from _in_turn(retyped, turn)
    if turn is None or turn % 2 == 1:
        if second:
            yield _mutant(part, "duplicate", [(path, part.span[1], part.span[1], f", {second}")])
        yield from _in_turn(swapped, turn)
    subject = next((other for other in part.record.parts() if other.predicate == _SUBJECT), None)
    if subject and part.predicate == _OBJECT:
        yield _mutant(part, "swap: subject with object", _swapped(subject, part))


def _is_one_of_many(record: Record) -> bool:
    return record.family == _CLAIM or _ENTITY in _lineage(record.family)


def _in_turn(ways: list[Mutant], turn: int | None) -> list[Mutant]:
    return ways if turn is None or not ways else [ways[turn // 2 % len(ways)]]


def _mutant(
    part: Part, operator: str, edits: Iterable[tuple[str, int, int, str]], second: Record | None = None
) -> Mutant:
    changed = (part.record, second) if second else (part.record,)
    return Mutant(changed, shorten(part.predicate), operator, tuple(edits))


def _deleted(part: Part) -> tuple[str, int, int, str]:
    """The edit that takes a part out, with its line where it has one of its own."""
    path, text = part.record.file.path, part.record.file.text
    here = part.record.block.parts[part.number]
    if len(here.objects) > 1:
        if part.index:
            return path, here.objects[part.index - 1][1], part.span[1], ""
        return path, part.span[0], here.objects[1][0], ""
    if text[here.stop] == ".":
        return path, part.record.block.parts[part.number - 1].stop, here.stop, ""
    return path, here.start, part.record.block.parts[part.number + 1].start, ""


def _second(part: Part, sibling: Part | None) -> str:
    """Another value that a part could have, or nothing."""
    if sibling is not None:
        return _written(sibling, part.record.file)
    return {"true": "false", "false": "true"}.get(part.text, "")


def _written(part: Part, file: File) -> str:
    """A value as it can be written in another file."""
    prefix, colon, _ = part.text.partition(":")
    declared = file.layout.prefixes
    same = declared.get(prefix) == part.record.file.layout.prefixes.get(prefix)
    return part.text if same or not colon or part.value == part.text else part.value


def _swapped(one: Part, other: Part) -> list[tuple[str, int, int, str]]:
    return [
        (one.record.file.path, *one.span, _written(other, one.record.file)),
        (other.record.file.path, *other.span, _written(one, other.record.file)),
    ]


def _retyped(part: Part) -> Iterator[tuple[str, str]]:
    """The same value as something else: an IRI as a literal and so on, each with a name for the way."""
    text = part.text
    if text[0] == '"':
        quoted = text[: text.rindex('"') + 1]
        if text.endswith('"'):
            yield "language tag", f"{quoted}@en"
        elif "^^" in text[len(quoted) :]:
            yield "no datatype", quoted
            yield "other datatype", f"{quoted}^^<{PREFIXES['xsd']}token>"
        else:
            yield "no language tag", quoted
            yield "other language", f"{quoted}@fr"
        yield "thing", f"<{_any_of_other_class(part.record)}>"
    elif text in {"true", "false"}:
        yield "text", f'"{text}"'
        yield "number", str(int(text == "true"))
    elif re.fullmatch(r"[+-]?[0-9.]+", text):
        yield "text", f'"{text}"'
        yield "other number", str(int(float(text))) if "." in text else f"{text}.0"
        yield "thing", f"<{_any_of_other_class(part.record)}>"
    else:
        yield "text", f'"{re.split(r"[/:]", part.value.strip("<>"))[-1]}"'
        yield "other kind", f"<{_of_other_kind(part)}>"


def _any_of_other_class(record: Record) -> str:
    return _of_other_class(record)[0].record.subject


def _of_other_kind(part: Part) -> str:
    """The IRI of something of another class than the value has; a class of another branch for a class."""
    target = part.value.strip("<>")
    if part.predicate == _TYPE:
        return next((other.value.strip("<>") for other in _of_other_class(part.record)), _CLAIM)
    described = _by_subject().get(target)
    return _any_of_other_class(described) if described else records()[0].subject


@cache
def _by_subject() -> Mapping[str, Record]:
    return {record.subject: record for record in records()}


# Judging many at once ------------------------------------------------------------------------------------------------

_TOGETHER = 32
"""So many mutants are put into one verdict at most; more would take longer than they save."""


@dataclass(eq=False)
class _Batch:
    mutants: list[Mutant]
    subjects: set[str]
    kinds: set[str]
    mentions: set[str]

    def admits(self, mutant: Mutant) -> bool:
        """Whether no finding about one of the mutants could be the work of another."""
        subjects = {record.subject for record in mutant.records}
        mentions = _mentions(mutant)
        passages = {iri for iri in mentions if iri.startswith(PREFIXES["passage"])}  # neighbours in a document
        return (
            len(self.mutants) < _TOGETHER
            and not self.kinds & {record.kind for record in mutant.records}
            and not self.subjects & (subjects | mentions)
            and not self.mentions & (subjects | passages)
        )

    def add(self, mutant: Mutant) -> None:
        self.mutants.append(mutant)
        self.subjects |= {record.subject for record in mutant.records}
        self.kinds |= {record.kind for record in mutant.records}
        self.mentions |= _mentions(mutant)


def _mentions(mutant: Mutant) -> frozenset[str]:
    """The IRIs of the project that the records name, before and after, and those that what they name does."""
    written = " ".join(text for _, _, _, text in mutant.edits)
    prefixes = mutant.records[0].file.layout.prefixes
    new = {_full(word, prefixes).strip("<>") for word in re.findall(r"<[^>]*>|\b[a-z]+:[\w-]+", written)}
    named = new.union(*(_named(record.subject) for record in mutant.records))
    return frozenset(iri for iri in named.union(*map(_named, named)) if iri.startswith(_OWN))


@cache
def _named(subject: str) -> frozenset[str]:
    """The IRIs that a record names, if there is one of this name."""
    record = _by_subject().get(subject)
    return frozenset(part.value.strip("<>") for part in record.parts()) if record else frozenset()


def batches(some: Iterable[Mutant]) -> list[list[Mutant]]:
    """Mutants that can be judged together: of records that have nothing to do with one another."""
    made: list[_Batch] = []
    for mutant in some:
        batch = next((batch for batch in made if batch.admits(mutant)), None)
        if batch is None:
            batch = _Batch([], set(), set(), set())
            made.append(batch)
        batch.add(mutant)
    return [batch.mutants for batch in made]


def survivors(some: Iterable[Mutant], sources: Path | None) -> dict[Mutant, bool]:
    """The mutants that no check of the content notices, each with whether the list of reviewed records tells of it.

    A finding about a record that a mutant changed tells that it was noticed. Where there is none, the mutant is judged
    once more, alone, because its finding may stand at another record.
    """
    silent = [mutant for batch in batches(some) for mutant in _not_named(batch, sources)]
    heard = {mutant: codes(mutant, sources) for mutant in silent}
    return {mutant: REVIEW in found for mutant, found in heard.items() if found <= {REVIEW}}


REVIEW = "changed since it was reviewed"
"""Stands for the codes of the list of reviewed records, which tells that something changed and not what is wrong."""


def _not_named(batch: list[Mutant], sources: Path | None) -> list[Mutant]:
    try:
        found = verdict(changed(batch), sources).findings
    except InputError:
        return batch
    named = {finding.focus for finding in found if finding.severity is not Severity.INFO}
    return [mutant for mutant in batch if not named & {shorten(record.subject) for record in mutant.records}]


def codes(mutant: Mutant, sources: Path | None) -> frozenset[str]:
    """What the check says of a mutant: the codes of errors and warnings, "refused", or `REVIEW`; empty for nothing."""
    try:
        found = verdict(changed([mutant]), sources).findings
    except InputError:
        return frozenset({"refused"})
    said = {finding.code for finding in found if finding.severity is not Severity.INFO}
    subjects = {shorten(record.subject) for record in mutant.records}
    listed = {finding.code for finding in found if finding.focus in subjects} & {e.code for e in review.EXPLANATIONS}
    return frozenset(said | ({REVIEW} if listed else set()))
