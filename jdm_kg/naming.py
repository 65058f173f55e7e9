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
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.files import TextFile, find
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.hygiene import finding, is_verbatim, repair
from jdm_kg.iris import name, shorten
from jdm_kg.sources import Document, documents

RUN: Final = 8
"""So many words of a document in a row are a quotation."""

_NOT_NAMED_BECAUSE: Final = name("vocab:notNamedBecause")
_OBJECT: Final = name("vocab:object")
_VALUE: Final = name("vocab:value")
_RESTS_ON: Final = name("vocab:restsOn")
_STRING: Final = name("xsd:string")

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


def check(graph: Facts, texts: Mapping[str, str], files: Iterable[TextFile]) -> list[Finding]:
    """Compare claims with the words of their passages, and our words with those of the documents.

    Args:
        graph: The authored graph.
        texts: The text of each document that is at hand, by its IRI; claims that rest on others are left out.
        files: The files of the content, in which the faults stand.

    Raises:
        InputError: A file can't be parsed.
    """
    files = list(files)
    described = documents(graph)
    runs = document_runs({document.label: texts[document.iri] for document in described if document.iri in texts})
    findings = [found for file in files for found in check_copied(file, runs)]
    checker = Checker(graph, spoken_passages(described, texts))
    parts = [part for claim in graph.instances(name("vocab:Claim")) for part in checker.check(claim)]
    return findings + [said(part, graph, files) for part in parts]


# Folding -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """A text without what does not count: capitals, white space, garbled signs, kinds of dash and of quote."""
    text = unicodedata.normalize("NFC", repair(text)).casefold()
    return " ".join(text.translate(_PLAIN).split())


_PLAIN: Final = str.maketrans("‘’“”–—", "''\"\"--")


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


@lru_cache(maxsize=16384)
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


@lru_cache(maxsize=16384)
def stems(text: str) -> frozenset[str]:
    """The stems of the words of a text, small words left out."""
    return frozenset(filter(None, map(_stem_unless_small, re.findall(r"[^\W_]+(?:'[^\W_]+)?", fold(text)))))


@lru_cache(maxsize=16384)
def _stem_unless_small(word: str) -> str:
    return "" if _SMALL_WORDS.fullmatch(word) else stem(word)


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
    """Knows the labels of all things."""

    def __init__(self, graph: Facts) -> None:
        self._graph = graph

    def names(self, passage: Spoken, thing: str) -> bool:
        """Whether a passage holds a label of a thing: all words of it, in whatever form and order.

        The label of a broader thing will not do: with it every muscle would be named where any muscle is.
        """
        for predicate in _LABELS:
            for label in self._graph.texts(thing, predicate):
                wanted = stems(label)
                if wanted <= passage.stems if wanted else passage.says(label):
                    return True
        return False


_LABELS: Final = (name("skos:prefLabel"), name("skos:altLabel"), name("skos:hiddenLabel"))


# Claims --------------------------------------------------------------------------------------------------------------


def spoken_passages(described: Iterable[Document], texts: Mapping[str, str]) -> dict[str, Spoken]:
    """The passages of those documents that are at hand, folded.

    Args:
        described: The documents with their passages.
        texts: The text of each document, by its IRI.
    """
    spoken: dict[str, Spoken] = {}
    for document in described:
        text = texts.get(document.iri)
        if text is None:
            continue
        for passage in document.passages:
            span = text[max(passage.start, 0) : max(passage.end, 0)]
            spoken[passage.iri] = Spoken(fold(span), stems(span))
    return spoken


def _qualifying_properties(graph: Facts) -> frozenset[str]:
    """The properties by which a thing qualifies a claim, but for those that come with a wording of their own."""
    kinds = graph.subclasses(name("vocab:Entity"))
    wordings = set(graph.subjects(name("rdf:type"), name("owl:DatatypeProperty")))
    objects = set(graph.subjects(name("rdf:type"), name("owl:ObjectProperty")))
    return frozenset(
        prop
        for prop in graph.subjects(name("rdfs:domain"), name("vocab:Claim"))
        if prop in objects
        and not kinds.isdisjoint(graph.objects(prop, name("rdfs:range")))
        and f"{prop}Wording" not in wordings
    )


class Unsaid(NamedTuple):
    """A part of a claim that its passages do not bear out.

    Attributes:
        code: One of `EXPLANATIONS`.
        claim: IRI of the claim.
        predicate: IRI of the property of the claim.
        value: Its value.
    """

    code: str
    claim: str
    predicate: str
    value: Term


class Checker:
    """Compares claims with their passages.

    Args:
        graph: The authored graph.
        passages: The passages that are at hand; claims that rest on others are left out.
    """

    def __init__(self, graph: Facts, passages: Mapping[str, Spoken]) -> None:
        self._graph = graph
        self._passages = passages
        self._namer = Namer(graph)
        self._qualifiers = _qualifying_properties(graph)

    def check(self, claim: str) -> Iterator[Unsaid]:
        """All that a claim says and no passage of it does."""
        resting = self._graph.resources(claim, _RESTS_ON)
        spoken = [self._passages[passage] for passage in resting if passage in self._passages]
        if not resting or len(spoken) < len(resting):
            return
        parts = [(predicate, value) for predicate, values in self._graph.of(claim).items() for value in values]
        for predicate, value in parts:
            text = value.text if isinstance(value, Literal) else value
            if is_verbatim(predicate) and not any(passage.says(text) for passage in spoken):
                yield Unsaid("wording-not-in-passage", claim, predicate, value)
        unnamed = [
            Unsaid(code, claim, predicate, value)
            for predicate, value in parts
            if (code := self._unnamed(predicate, value, spoken))
        ]
        reasons = self._graph.objects(claim, _NOT_NAMED_BECAUSE)
        if not reasons:
            yield from unnamed
        elif not unnamed:
            yield Unsaid("reason-not-needed", claim, _NOT_NAMED_BECAUSE, reasons[0])

    def _unnamed(self, predicate: str, value: Term, spoken: list[Spoken]) -> str:
        """The code for a part of a claim that no passage names, or nothing."""
        if predicate == _VALUE:
            is_text = isinstance(value, Literal) and (value.datatype == _STRING or bool(value.language))
            missing = is_text and not any(passage.says(value[0]) for passage in spoken)
            return "value-not-in-passage" if missing else ""
        if (predicate != _OBJECT and predicate not in self._qualifiers) or isinstance(value, Literal):
            return ""
        if any(self._namer.names(passage, value) for passage in spoken):
            return ""
        return "object-not-named" if predicate == _OBJECT else "qualifier-not-named"


def said(part: Unsaid, graph: Facts, files: Iterable[TextFile]) -> Finding:
    """The finding for a part of a claim that is not borne out.

    Args:
        part: What is not borne out.
        graph: The authored graph, for the labels.
        files: The files of the content, in which it stands.
    """
    shown = part.value.text if isinstance(part.value, Literal) else shorten(part.value)
    words = (("value", shown), ("property", graph.label(part.predicate) or shorten(part.predicate)))
    place = find(files, part.claim, part.predicate, part.value)
    return finding(_BY_CODE[part.code], place, shorten(part.claim), words)


# Copying -------------------------------------------------------------------------------------------------------------


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(match.group().casefold(), match.start(), match.end()) for match in re.finditer(r"[^\W_]+", text)]


def copied(text: str, runs: Mapping[tuple[str, ...], str]) -> Iterator[tuple[int, int, str]]:
    """The spans of a text that stand in a document, each with the name of the document.

    Args:
        text: What we wrote.
        runs: Every run of eight words of the documents, and the name of the document.
    """
    if len(text) < 2 * RUN - 1:
        return
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
    for document, text in sorted(texts.items()):
        for version in (text, repair(text)):
            words = [word for word, _, _ in _words(version)]
            for index in range(len(words) - RUN + 1):
                runs.setdefault(tuple(words[index : index + RUN]), document)
    return runs


def check_copied(file: TextFile, runs: Mapping[tuple[str, ...], str]) -> Iterator[Finding]:
    """The texts of a Turtle file that repeat eight words of a document in a row.

    Args:
        file: Content or shapes.
        runs: As `document_runs` gives them.

    Raises:
        InputError: The file can't be parsed.
    """
    if file.path.suffix != ".ttl" or not any(
        next(copied(value.text, runs), None) for _, _, value in file.triples if isinstance(value, Literal)
    ):
        return
    for token in file.tokens:
        for start, end, document in copied(token.value, runs) if token.kind == "literal" else ():
            parts = (("document", document), ("words", token.value[start:end]))
            place = file.place(*file.span_in(token, start, end))
            focus = shorten(token.subject) if token.subject else ""
            yield finding(_BY_CODE["copied-text"], place, focus, parts)
