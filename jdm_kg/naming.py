"""The naming check: a claim against the words of its passages, and our own words against those of the documents.

A passage must carry, to the letter, every wording that a claim takes from it, and must name the object of the claim
and the things that qualify it. No text of ours repeats eight words of a document in a row. All of it needs the
documents at hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.graph import instances, label, shorten
from jdm_kg.hygiene import TextFile, Token, finding, is_verbatim, repair
from jdm_kg.sources import documents
from jdm_kg.turtle import Place
from jdm_kg.vocab import VOCAB

RUN: Final = 8
"""So many words of a document in a row are a quotation."""

_NOT_NAMED_BECAUSE: Final = VOCAB.notNamedBecause
_OBJECT: Final = VOCAB.object
_VALUE: Final = VOCAB.value

EXPLANATIONS: Final = (
    Explanation(
        "copied-text",
        f"No text of ours repeats {RUN} words of a document in a row",
        "These words stand in {document} in the same order: {words}.",
        "Say it in your own words.",
        Severity.ERROR,
        "every literal, against the files of the source documents",
    ),
    Explanation(
        "object-not-named",
        "A passage names the object of its claim",
        "No passage of the claim names {value}: none of its labels is there.",
        "Add the words that the passage uses as a skos:altLabel, correct the object or the passage, or say why in "
        "vocab:notNamedBecause.",
        Severity.WARNING,
        "vocab:object of every vocab:Claim",
    ),
    Explanation(
        "qualifier-not-named",
        "A passage names the things that qualify its claim",
        "No passage of the claim names its {property}, {value}: none of its labels is there.",
        "Take the qualifier from the passage itself, add the words that it uses as a skos:altLabel, or say why in "
        "vocab:notNamedBecause.",
        Severity.WARNING,
        "the things that qualify a vocab:Claim",
    ),
    Explanation(
        "reason-not-needed",
        "A reason for not naming is given only where something is not named",
        "The passages name all that the claim speaks of.",
        "Delete vocab:notNamedBecause.",
        Severity.WARNING,
        "vocab:notNamedBecause of every vocab:Claim",
    ),
    Explanation(
        "value-not-in-passage",
        "The value of a claim stands in its passage",
        "No passage of the claim holds the text “{value}”.",
        "Write the value as the passage does, or say why not in vocab:notNamedBecause.",
        Severity.WARNING,
        "vocab:value of every vocab:Claim, where it is text",
    ),
    Explanation(
        "wording-not-in-passage",
        "A wording stands in the passage to the letter",
        "No passage of the claim holds the words “{value}”.",
        "Copy the words from the passage; only capitals, white space and garbled signs may differ.",
        Severity.ERROR,
        "the wordings and the certainty cue of every vocab:Claim",
    ),
)
"""What the codes of the naming check mean."""

_BY_CODE: Final = MappingProxyType({entry.code: entry for entry in EXPLANATIONS})


def check(graph: Graph, texts: Mapping[URIRef, str], files: Iterable[TextFile]) -> list[Finding]:
    """Compare claims with the words of their passages, and our words with those of the documents.

    Args:
        graph: The authored graph.
        texts: The text of each document that is at hand; claims that rest on others are left out.
        files: The files of the content, in which the faults stand.
    """
    files = list(files)
    findings = list(_copied(graph, texts, files))
    passages = _passages(graph, texts)
    checker = _Checker(graph, Namer(graph), _qualifying_properties(graph), _Places(files))
    for claim in instances(graph, VOCAB.Claim):
        resting = list(graph.objects(claim, VOCAB.restsOn))
        if resting and all(passage in passages for passage in resting):
            findings += checker.check(claim, [passages[passage] for passage in resting])
    return findings


# Folding -------------------------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """A text without what does not count: capitals, white space, garbled signs, kinds of dash and of quote."""
    text = unicodedata.normalize("NFC", repair(text)).casefold()
    text = re.sub("[‘’]", "'", re.sub("[“”]", '"', re.sub("[–—]", "-", text)))
    return " ".join(text.split())


# Spellings that differ between Britain and the United States, folded to one; a handful is enough, because both sides
# are folded alike and nobody reads the result.
_SPELLINGS: Final = (("oe", "e"), ("ae", "e"), ("our", "or"), ("yse", "yze"), ("tre", "ter"), ("mme", "m"), ("ll", "l"))
_ENDING: Final = re.compile(
    # The longest ending is the leftmost that fits, so each is tried as early as the stem allows.
    r"(?<=\w{4})(?:ations?|ions?|ity|ities|ness|ably|ibly|able|ible|fuly|ings?|ences?|ies|ied|aly|ly|ed|es|er|(?<!s)s|y|e|al|"
    r"ment)$"
)
_SMALL_WORDS: Final = re.compile(
    "an?|the|of|in|on|at|to|for|with|by|from|as|or|and|is|are|be|being|its?|their|that|which|who|this|these|those|into|"
    "than|such|some|any"
)


def stem(word: str) -> str:
    """A word without its ending and without the difference of British and American spelling.

    "shortening", "shortens" and "shortened" give the same, as do "oesophageal" and "esophageal". It is no dictionary:
    it serves to find a label in a passage, where a chance hit needs all words of the label.
    """
    word = word.replace("'s", "").replace("'", "")
    word = re.sub(r"is(e|es|ed|ing|ation|ations)$", r"iz\1", word)
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    while (ending := _ENDING.search(word)) is not None:
        word = re.sub(r"([bdgmnprt])\1$", r"\1", word[: ending.start()])  # stopping, stop
    return word


def stems(text: str) -> frozenset[str]:
    """The stems of the words of a text, small words left out."""
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", fold(text))
    return frozenset(stem(word) for word in words if not _SMALL_WORDS.fullmatch(word))


@dataclass(frozen=True)
class Spoken:
    """A passage, folded to be searched."""

    text: str
    stems: frozenset[str]

    def says(self, wording: str) -> bool:
        """Whether the words stand in the passage, in this order and as whole words."""
        folded = fold(wording)
        return re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", self.text) is not None


class Namer:
    """Knows the labels of all things, folded once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[Node, tuple[tuple[str, frozenset[str]], ...]] = {}

    def names(self, passage: Spoken, thing: Node) -> bool:
        """Whether a passage holds a label of a thing: all words of it, in whatever form and order.

        The label of a broader thing will not do: with it every muscle would be named where any muscle is.
        """
        return any(wanted <= passage.stems if wanted else passage.says(name) for name, wanted in self._labels(thing))

    def _labels(self, thing: Node) -> tuple[tuple[str, frozenset[str]], ...]:
        if thing not in self._known:
            properties = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
            labels = [str(value) for prop in properties for value in self._graph.objects(thing, prop)]
            self._known[thing] = tuple((name, stems(name)) for name in labels)
        return self._known[thing]


# Claims --------------------------------------------------------------------------------------------------------------


def _passages(graph: Graph, texts: Mapping[URIRef, str]) -> dict[Node, Spoken]:
    spoken: dict[Node, Spoken] = {}
    for document in documents(graph):
        text = texts.get(document.iri)
        if text is None:
            continue
        for passage in document.passages:
            span = text[max(passage.start, 0) : max(passage.end, 0)]
            spoken[passage.iri] = Spoken(fold(span), stems(span))
    return spoken


def _qualifying_properties(graph: Graph) -> frozenset[URIRef]:
    """The properties by which a thing qualifies a claim, but for those that come with a wording of their own."""
    kinds = set(graph.transitive_subjects(RDFS.subClassOf, VOCAB.Entity))
    return frozenset(
        URIRef(prop)
        for prop in graph.subjects(RDFS.domain, VOCAB.Claim)
        if isinstance(prop, URIRef)
        and (prop, RDF.type, OWL.ObjectProperty) in graph
        and graph.value(prop, RDFS.range) in kinds
        and (URIRef(prop + "Wording"), RDF.type, OWL.DatatypeProperty) not in graph
    )


@dataclass(frozen=True)
class _Checker:
    """Compares claims with their passages."""

    graph: Graph
    namer: Namer
    qualifiers: frozenset[URIRef]
    places: _Places

    def check(self, claim: Node, spoken: list[Spoken]) -> Iterator[Finding]:
        """All that a claim says and no passage of it does."""
        parts = sorted(self.graph.predicate_objects(claim), key=str)
        for predicate, value in parts:
            if is_verbatim(str(predicate)) and not any(passage.says(str(value)) for passage in spoken):
                yield self._problem("wording-not-in-passage", claim, predicate, value)
        unnamed = [
            (code, predicate, value) for predicate, value in parts if (code := self._unnamed(predicate, value, spoken))
        ]
        reasons = [value for predicate, value in parts if predicate == _NOT_NAMED_BECAUSE]
        if not reasons:
            yield from (self._problem(code, claim, predicate, value) for code, predicate, value in unnamed)
        elif not unnamed:
            yield self._problem("reason-not-needed", claim, _NOT_NAMED_BECAUSE, reasons[0])

    def _unnamed(self, predicate: Node, value: Node, spoken: list[Spoken]) -> str:
        """The code for a part of a claim that no passage names, or nothing."""
        if predicate == _VALUE:
            is_text = isinstance(value, Literal) and value.datatype is None
            missing = is_text and not any(passage.says(str(value)) for passage in spoken)
            return "value-not-in-passage" if missing else ""
        if predicate != _OBJECT and predicate not in self.qualifiers:
            return ""
        if any(self.namer.names(passage, value) for passage in spoken):
            return ""
        return "object-not-named" if predicate == _OBJECT else "qualifier-not-named"

    def _problem(self, code: str, claim: Node, predicate: Node, value: Node) -> Finding:
        shown = shorten(value) if isinstance(value, URIRef) else str(value)
        parts = (("value", shown), ("property", label(self.graph, predicate)))
        return finding(_BY_CODE[code], self.places.find(claim, predicate, value), shorten(claim), parts)


class _Places:
    """Finds where the object of a triple stands; quicker than a parse, and made only when asked."""

    def __init__(self, files: list[TextFile]) -> None:
        self._files = files
        self._known: dict[tuple[str, str, str], tuple[TextFile, Token]] | None = None

    def find(self, subject: Node, predicate: Node, value: Node) -> Place | None:
        """The place of the object of a triple, or None."""
        if self._known is None:
            self._known = {
                (token.subject, token.predicate, token.value): (file, token)
                for file in self._files
                for token in file.tokens
                if token.role == "object"
            }
        found = self._known.get((str(subject), str(predicate), str(value)))
        return found[0].place(found[1].start, found[1].end) if found else None


# Copying -------------------------------------------------------------------------------------------------------------


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(match.group().casefold(), match.start(), match.end()) for match in re.finditer(r"[^\W_]+", text)]


def copied(text: str, runs: Mapping[tuple[str, ...], str]) -> Iterator[tuple[int, int, str]]:
    """The spans of a text that stand in a document, each with the name of the document.

    Args:
        text: What we wrote.
        runs: Every run of eight words of the documents, and the name of the document.
    """
    words = _words(text)
    plain = [word for word, _, _ in words]
    runs_here = [tuple(plain[i : i + RUN]) for i in range(len(plain) - RUN + 1)]
    index = 0
    while index < len(runs_here):
        document = runs.get(runs_here[index])
        if document is None:
            index += 1
            continue
        last = index
        while last + 1 < len(runs_here) and runs_here[last + 1] in runs:
            last += 1
        yield words[index][1], words[last + RUN - 1][2], document
        index = last + RUN


def document_runs(texts: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Every run of eight words of the documents, as printed and with garbled signs put right, to its document."""
    runs: dict[tuple[str, ...], str] = {}
    for name, text in sorted(texts.items()):
        for version in (text, repair(text)):
            words = [word for word, _, _ in _words(version)]
            for index in range(len(words) - RUN + 1):
                runs.setdefault(tuple(words[index : index + RUN]), name)
    return runs


def _copied(graph: Graph, texts: Mapping[URIRef, str], files: Iterable[TextFile]) -> Iterator[Finding]:
    runs = document_runs({label(graph, iri): text for iri, text in texts.items()})
    for file in files:
        for token in file.tokens if file.path.suffix == ".ttl" else ():
            if token.kind != "literal" or len(token.value) < 2 * RUN - 1:
                continue
            for start, end, document in copied(token.value, runs):
                parts = (("document", document), ("words", token.value[start:end]))
                place = file.place(*file.span_in(token, start, end))
                focus = shorten(URIRef(token.subject)) if token.subject else ""
                yield finding(_BY_CODE["copied-text"], place, focus, parts)
