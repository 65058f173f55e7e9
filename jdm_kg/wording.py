"""The wording check: a claim's own words against its parts, and the labels of a thing against its name.

A statement is read without its claim, so it must name what the claim is about; a qualifier and the figures of a claim
must be those of the wording beside them. None of it needs the documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.files import TextFile, find
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.hygiene import finding
from jdm_kg.iris import is_own, name, shorten
from jdm_kg.naming import Namer, Spoken, fold, stems

EXPLANATIONS: Final = (
    Explanation(
        "figure-fits-wording",
        "The figures of a claim are those of its wording",
        "The wording “{wording}” does not give {figure} as the {property}.",
        "Write the figure as the wording gives it, in the same unit, or correct the wording.",
        Severity.WARNING,
        "the bounds of every vocab:Claim, where a wording with figures stands beside them",
    ),
    Explanation(
        "figure-left-out",
        "The figures of a wording are given as figures",
        "The wording “{wording}” gives figures, but the claim has no {property}.",
        "Write the figure, or correct the wording.",
        Severity.WARNING,
        "the wordings of every vocab:Claim that may have bounds beside them",
    ),
    Explanation(
        "label-fits-iri",
        "A label of a thing shares a word with its IRI",
        "No label of {thing} shares a word with its IRI.",
        "See whether the label belongs to another thing; else add the words of the IRI as a skos:hiddenLabel.",
        Severity.WARNING,
        "skos:prefLabel, skos:altLabel and skos:hiddenLabel of all but every vocab:Record",
    ),
    Explanation(
        "qualifier-fits-wording",
        "A qualifier is that of its wording",
        "The wording “{wording}” holds no label of the {property} {value}.",
        "Choose the value that the wording speaks of, correct the wording, or add its words as a skos:altLabel.",
        Severity.WARNING,
        "the qualifiers of every vocab:Claim that come with a wording of their own",
    ),
    Explanation(
        "statement-names-neither",
        "A statement is that of its claim",
        "The statement shares no word with a label of the subject, {subject}, nor of the object, {value}.",
        "See whether the statement belongs to another claim; else name the subject and the object in it.",
        Severity.WARNING,
        "vocab:statement of every vocab:Claim",
    ),
    Explanation(
        "statement-names-object",
        "A statement names the object of its claim",
        "The statement shares no word with a label of the object, {value}.",
        "Correct the object, name it in the statement, or add the words of the statement as a skos:altLabel.",
        Severity.WARNING,
        "vocab:object of every vocab:Claim",
    ),
    Explanation(
        "statement-names-subject",
        "A statement names the subject of its claim",
        "The statement shares no word with a label of the subject, {value}.",
        "Correct the subject, name it in the statement, or add the words of the statement as a skos:altLabel.",
        Severity.WARNING,
        "vocab:subject of every vocab:Claim",
    ),
)
"""What the codes of the wording check mean."""

_BY_CODE: Final = MappingProxyType({entry.code: entry for entry in EXPLANATIONS})
_TYPE: Final = name("rdf:type")
_RANGE: Final = name("rdfs:range")
_SUBJECT: Final = name("vocab:subject")
_OBJECT: Final = name("vocab:object")
_STATEMENT: Final = name("vocab:statement")
_LABELS: Final = (name("skos:prefLabel"), name("skos:altLabel"), name("skos:hiddenLabel"))
_NUMERIC: Final = frozenset({name("xsd:decimal"), name("xsd:integer"), name("xsd:double")})
_BOUNDS: Final = ("Minimum", "Maximum")


class Misfit(NamedTuple):
    """A part of a record that its own words do not bear out.

    Attributes:
        code: One of `EXPLANATIONS`.
        subject: IRI of the claim or thing.
        predicate: IRI of the property at fault.
        value: Its value.
        words: What fills the placeholders of the explanation.
    """

    code: str
    subject: str
    predicate: str
    value: Term
    words: tuple[tuple[str, str], ...]


class Checker:
    """Compares claims with their own words.

    Args:
        graph: The authored graph.
        is_unknown: Whether a term is described nowhere or in a way that another check faults; such are passed over.
    """

    def __init__(self, graph: Facts, is_unknown: Callable[[Term], bool]) -> None:
        self._graph = graph
        self._is_unknown = is_unknown
        self._namer = Namer(graph)
        self._stems: dict[str, frozenset[str]] = {}
        literals = set(graph.subjects(_TYPE, name("owl:DatatypeProperty")))
        wordings = {prop.removesuffix("Wording"): prop for prop in literals if prop.endswith("Wording")}
        objects = graph.subjects(_TYPE, name("owl:ObjectProperty"))
        self._qualifiers = {
            prop: (wordings[prop], [kind for cls in graph.resources(prop, _RANGE) for kind in graph.subclasses(cls)])
            for prop in objects
            if prop in wordings
        }
        self._figures = {
            wording: (base + _BOUNDS[0], base + _BOUNDS[1])
            for base, wording in wordings.items()
            if base + _BOUNDS[0] in literals and base + _BOUNDS[1] in literals
        }

    def check(self, claim: str) -> Iterator[Misfit]:
        """All in which a claim does not fit its own words."""
        yield from self._check_statement(claim)
        properties = self._graph.of(claim)
        for prop, (wording, kinds) in self._qualifiers.items():
            if prop in properties and wording in properties:
                yield from self._check_qualifier(claim, prop, wording, kinds)
        for wording, bounds in self._figures.items():
            if wording in properties:
                yield from self._check_figures(claim, wording, bounds)

    def _check_statement(self, claim: str) -> Iterator[Misfit]:
        statements = [value for value in self._graph.objects(claim, _STATEMENT) if isinstance(value, Literal)]
        if len(statements) != 1:
            return
        said = stems(statements[0].text)
        subjects = self._unnamed(claim, _SUBJECT, said)
        objects = self._unnamed(claim, _OBJECT, said)
        if subjects and objects:
            words = (("subject", shorten(subjects[0])), ("value", shorten(objects[0])))
            yield Misfit("statement-names-neither", claim, _STATEMENT, statements[0], words)
            return
        for thing in subjects:
            yield Misfit("statement-names-subject", claim, _SUBJECT, thing, (("value", shorten(thing)),))
        for thing in objects:
            yield Misfit("statement-names-object", claim, _OBJECT, thing, (("value", shorten(thing)),))

    def _unnamed(self, claim: str, predicate: str, said: frozenset[str]) -> list[str]:
        found = []
        for thing in self._graph.resources(claim, predicate):
            known = self._label_stems(thing)
            if known and known.isdisjoint(said) and not self._is_unknown(thing):
                found.append(thing)
        return found

    def _label_stems(self, thing: str) -> frozenset[str]:
        found = self._stems.get(thing)
        if found is None:
            found = self._stems[thing] = frozenset(
                word for predicate in _LABELS for label in self._graph.texts(thing, predicate) for word in stems(label)
            )
        return found

    def _check_qualifier(self, claim: str, prop: str, wording: str, kinds: Iterable[str]) -> Iterator[Misfit]:
        texts = self._graph.texts(claim, wording)
        spoken = [Spoken(fold(text), stems(text)) for text in texts]
        for value in self._graph.resources(claim, prop):
            fits = any(self._namer.names(passage, value) for passage in spoken)
            if fits or not spoken or self._is_unknown(value) or not self._is_a(value, kinds):
                continue
            words = (("wording", texts[0]), ("property", self._said(prop)), ("value", shorten(value)))
            yield Misfit("qualifier-fits-wording", claim, prop, value, words)

    def _is_a(self, thing: str, kinds: Iterable[str]) -> bool:
        return not set(kinds).isdisjoint(self._graph.objects(thing, _TYPE))

    def _check_figures(self, claim: str, wording: str, bounds: tuple[str, str]) -> Iterator[Misfit]:
        values = self._graph.objects(claim, wording)
        text = values[0]
        figures = read_figures(text.text) if isinstance(text, Literal) and len(values) == 1 else None
        given = {bound: self._graph.objects(claim, bound) for bound in bounds}
        if figures is None or any(len(found) > 1 or not all(map(_is_number, found)) for found in given.values()):
            return
        numbers = {bound: Decimal(found[0][0]) for bound, found in given.items() if found}
        if len(numbers) == 2 and numbers[bounds[0]] > numbers[bounds[1]]:
            return  # a shape says so, and either may be the wrong one
        wanted = dict(zip(bounds, figures.span, strict=True)) if figures.span else {}
        for bound, number in numbers.items():
            if number == wanted.get(bound, number) and number in figures.numbers:
                continue
            words = (("wording", text[0]), ("figure", f"{number.normalize():f}"), ("property", self._said(bound)))
            yield Misfit("figure-fits-wording", claim, bound, given[bound][0], words)
        missing = [bound for bound in wanted if bound not in numbers] if wanted or numbers else list(bounds)
        # A bound whose property is misspelt is not left out.
        if missing and not any(is_own(prop) and self._is_unknown(prop) for prop in self._graph.of(claim)):
            lacking = " nor ".join(map(self._said, missing))
            yield Misfit("figure-left-out", claim, wording, text, (("wording", text[0]), ("property", lacking)))

    def _said(self, prop: str) -> str:
        return self._graph.label(prop) or shorten(prop)


def _is_number(value: Term) -> bool:
    if not isinstance(value, Literal) or value.datatype not in _NUMERIC:
        return False
    return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", value.text, flags=re.ASCII) is not None


def check_labels(graph: Facts, is_unknown: Callable[[Term], bool]) -> list[Misfit]:
    """The things of which no label shares a word with their IRI.

    Args:
        graph: The authored graph.
        is_unknown: As for `Checker`.
    """
    found = []
    records = set(graph.instances(name("vocab:Record")))
    for thing in {node for nodes in graph.inverse(_LABELS[0]).values() for node in nodes} - records:
        local = re.split("[/#]", thing)[-1]
        if not is_own(thing) or any(_share(local, text) for p in _LABELS for text in graph.texts(thing, p)):
            continue
        labels = [(p, value) for p in _LABELS for value in graph.objects(thing, p) if isinstance(value, Literal)]
        if labels and not is_unknown(thing):
            predicate, label = labels[0]
            found.append(Misfit("label-fits-iri", thing, predicate, label, (("thing", shorten(thing)),)))
    return sorted(found, key=lambda misfit: misfit.subject)


@lru_cache(maxsize=8192)
def _share(local: str, label: str) -> bool:
    """Whether the last part of an IRI and a label share a word; a label may be of small words alone, or be run in."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-_.]", " ", local)
    if not stems(words).isdisjoint(stems(label)):
        return True
    if not stems(label):
        return not set(fold(label).split()).isdisjoint(fold(words).split())
    return re.sub(r"\W", "", fold(local)) == re.sub(r"\W", "", fold(label))


def said(misfit: Misfit, files: Iterable[TextFile]) -> Finding:
    """The finding for what does not fit, with its place.

    Args:
        misfit: What does not fit.
        files: The files of the content, in which it stands.
    """
    place = find(files, misfit.subject, misfit.predicate, misfit.value)
    return finding(_BY_CODE[misfit.code], place, shorten(misfit.subject), misfit.words)


# Figures in words ----------------------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """The figures of a wording.

    Attributes:
        numbers: All of them.
        span: The bounds of the one range that it gives, or None.
    """

    numbers: frozenset[Decimal]
    span: tuple[Decimal, Decimal] | None


_WORDS: Final = MappingProxyType(
    {
        word: Decimal(number)
        for number, word in (
            *((1, "one"), (2, "two"), (3, "three"), (4, "four"), (5, "five"), (6, "six"), (7, "seven"), (8, "eight")),
            *((9, "nine"), (10, "ten"), (11, "eleven"), (12, "twelve"), (20, "twenty"), (30, "thirty"), (40, "forty")),
            *((50, "fifty"), (60, "sixty"), (70, "seventy"), (80, "eighty"), (90, "ninety")),
        )
    }
)
_NUMBER: Final = rf"(?<![\w.,])(?:\d+(?:[.,]\d+)*|(?:{'|'.join(_WORDS)})(?!\w))"
# Words that make another number of the one beside them, and figures that are no plain number.
_UNTOLD: Final = re.compile(
    r"\b(?:half|halves|thirds?|quarters?|dozens?|couple|\w+teen|\w*ty-\w+)\b|\d/\d|\d\s*(?:st|nd|rd|th|am|pm)\b|"
    rf"{_NUMBER}\s+(?:and a|hundred|thousand|million|billion)\b|\d,\d{{1,2}}(?!\d)|\.\d+\.|[²³½¼¾×]"
)
_SPAN: Final = re.compile(
    rf"({_NUMBER})(?:\s*-\s*|\s+or\s+|(?:\s*[a-z%]+)?\s+to\s+)({_NUMBER})|between\s+({_NUMBER})\s+and\s+({_NUMBER})"
)


@lru_cache(maxsize=1024)
def read_figures(wording: str) -> Figures | None:
    """The figures of a wording, in digits or as words.

    Returns:
        None where there are none, or where a word makes it uncertain what they are ("half", "two thousand").
    """
    text = fold(wording)
    if _UNTOLD.search(text):
        return None
    numbers = frozenset(map(_number, re.findall(_NUMBER, text)))
    spans = [tuple(map(_number, filter(None, found))) for found in _SPAN.findall(text)]
    if not numbers or len(spans) > 1:
        return None
    if spans and len(numbers) == 2 and spans[0][0] < spans[0][1]:
        return Figures(numbers, (spans[0][0], spans[0][1]))
    return Figures(numbers, None)


def _number(text: str) -> Decimal:
    return _WORDS[text] if text in _WORDS else Decimal(text.replace(",", ""))
