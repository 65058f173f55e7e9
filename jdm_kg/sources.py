"""The source documents: their passages, the digests that pin them, and the ledger of what is encoded.

The text of the documents is not in the project. With the files at hand every offset and digest is checked again;
without them everything else still works.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg.errors import InputError
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.graph import Locator, instances, label, shorten
from jdm_kg.vocab import OA, VOCAB

SOURCES_SETTING = "JDM_KG_SOURCES"


def _explained(code: str, title: str, problem: str, solution: str) -> Explanation:
    return Explanation(code, title, problem, solution, Severity.ERROR, "the files of the source documents")


EXPLANATIONS = (
    _explained(
        "passage-digest",
        "A digest fits its passage",
        "The digest does not fit the characters of the document, or fits only if the offsets count bytes.",
        "Offsets count characters from 0. Correct the offsets or the digest.",
    ),
    _explained(
        "passage-inside-another",
        "Passages of a document do not overlap",
        "The passage begins inside another.",
        "Correct the offsets.",
    ),
    _explained(
        "passage-out-of-range",
        "A passage lies within its document",
        "The passage ends before it begins, or behind the end of the document.",
        "Offsets count characters from 0; the end is the offset after the last one.",
    ),
    _explained(
        "passages-gap",
        "Every character but white space lies in a passage",
        "No passage covers some characters of the document.",
        "Add the passage that is missing; set it aside with a reason if nothing is to be encoded.",
    ),
    _explained(
        "source-file-digest",
        "A document is, to the byte, the one that was encoded",
        "The SHA-256 of the file differs from the one in its description.",
        "Get the original file, or encode the new version of the document as a new source.",
    ),
    _explained(
        "source-file-encoding",
        "A document is UTF-8 text",
        "The file can't be decoded as UTF-8.",
        "Get the original file.",
    ),
    _explained(
        "source-file-length",
        "The length of a document is the one described",
        "The number of characters or bytes differs.",
        "Correct vocab:characterCount or vocab:byteCount, or get the original file.",
    ),
    _explained(
        "source-file-missing",
        "A described document is in the folder",
        "The folder holds no file of that name.",
        "Name the right folder, or correct vocab:fileName.",
    ),
)
"""What the codes of the checks against the documents mean."""


@dataclass(frozen=True)
class Passage:
    """One span of a document.

    Attributes:
        start: Offset of the first character, in Unicode characters from 0.
        end: Offset after the last character.
        sha256: Digest of the UTF-8 bytes of the span, hexadecimal.
        set_aside: Why no claim rests on it, or None.
        note: What is set aside, in words; empty where nothing is.
    """

    iri: URIRef
    source: URIRef
    section: URIRef
    order: int
    start: int
    end: int
    sha256: str
    set_aside: URIRef | None
    note: str


@dataclass(frozen=True)
class Document:
    """A source document and its passages in reading order; `characters` and `bytes` are lengths of the file."""

    iri: URIRef
    label: str
    file_name: str
    characters: int
    bytes: int
    sha256: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class PassageCoverage:
    """How one passage is accounted for: by claims, by being set aside, or not at all."""

    passage: str
    section: str
    claims: int
    set_aside: str
    note: str

    @property
    def accounted(self) -> bool:
        """Whether claims rest on the passage or it is set aside."""
        return self.claims > 0 or bool(self.set_aside)


@dataclass(frozen=True)
class DocumentCoverage:
    """The ledger of one document, passages in reading order."""

    document: str
    label: str
    passages: tuple[PassageCoverage, ...]


@dataclass(frozen=True)
class Mention:
    """A passage that names a thing which no claim from that passage is about."""

    passage: str
    thing: str
    wording: str


@dataclass(frozen=True)
class Coverage:
    """The whole ledger; `mentions` is None when the documents are not at hand."""

    documents: tuple[DocumentCoverage, ...]
    mentions: tuple[Mention, ...] | None

    @property
    def unaccounted(self) -> tuple[str, ...]:
        """The passages on which no claim rests and which are not set aside."""
        return tuple(p.passage for d in self.documents for p in d.passages if not p.accounted)


def documents(graph: Graph) -> list[Document]:
    """The source documents that a graph describes, sorted by IRI, each with its passages in reading order.

    A part that is missing from the description counts as empty or -1; the shapes report it.
    """
    passages: dict[Node, list[Passage]] = {}
    for node in instances(graph, VOCAB.Passage):
        passage = Passage(
            iri=URIRef(str(node)),
            source=_iri(graph, node, VOCAB.inSource),
            section=_iri(graph, node, VOCAB.inSection),
            order=_number(graph, node, VOCAB.order),
            start=_number(graph, node, OA.start),
            end=_number(graph, node, OA.end),
            sha256=_text(graph, node, VOCAB.sha256),
            set_aside=_iri(graph, node, VOCAB.setAsideReason) or None,
            note=_text(graph, node, VOCAB.setAsideNote),
        )
        passages.setdefault(passage.source, []).append(passage)
    return [
        Document(
            iri=URIRef(str(node)),
            label=label(graph, node),
            file_name=_text(graph, node, VOCAB.fileName),
            characters=_number(graph, node, VOCAB.characterCount),
            bytes=_number(graph, node, VOCAB.byteCount),
            sha256=_text(graph, node, VOCAB.sha256),
            passages=tuple(sorted(passages.get(node, []), key=lambda p: (p.order, p.iri))),
        )
        for node in instances(graph, VOCAB.SourceDocument)
    ]


def _iri(graph: Graph, node: Node, predicate: URIRef) -> URIRef:
    return URIRef(_text(graph, node, predicate))


def _text(graph: Graph, node: Node, predicate: URIRef) -> str:
    return min((str(value) for value in graph.objects(node, predicate)), default="")


def _number(graph: Graph, node: Node, predicate: URIRef) -> int:
    text = _text(graph, node, predicate)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def find_sources(given: Path | None = None) -> Path | None:
    """The folder with the source documents: the one given, the one that `JDM_KG_SOURCES` names, or None.

    Raises:
        InputError: The folder is named but does not exist.
    """
    named = os.environ.get(SOURCES_SETTING)
    folder = given or (Path(named) if named else None)
    if folder is not None and not folder.is_dir():
        raise InputError(
            "there is no such folder",
            folder,
            hint=f"Name the folder with the source documents, or unset {SOURCES_SETTING}.",
        )
    return folder


def read_documents(graph: Graph, folder: Path) -> dict[URIRef, str]:
    """The text of each described document that is in the folder and is, to the byte, the one described."""
    texts = {}
    for document in documents(graph):
        path = folder / document.file_name
        if document.file_name and path.is_file():
            raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() == document.sha256:
                texts[document.iri] = raw.decode("utf-8")
    return texts


def verify(graph: Graph, folder: Path, locator: Locator | None = None) -> list[Finding]:
    """Check documents and passages against the files: lengths, digests, and that passages tile each document.

    Tiling means that every character other than white space lies in exactly one passage.

    Args:
        graph: The asserted graph.
        folder: Where the documents are; each under the file name that its description gives.
        locator: Finds places in the project's own files for the findings.

    Raises:
        InputError: The folder does not exist.
    """
    if not folder.is_dir():
        raise InputError("there is no such folder", folder, hint="Name the folder with the source documents.")
    problems = [problem for document in documents(graph) for problem in _document_problems(document, folder)]
    return [
        Finding(
            problem.code,
            Severity.ERROR,
            problem.message,
            shorten(problem.node),
            locator.find(problem.node, problem.predicate) if locator else None,
            problem.hint,
        )
        for problem in problems
    ]


@dataclass(frozen=True)
class _Problem:
    code: str
    message: str
    node: URIRef
    predicate: URIRef
    hint: str = ""


def _document_problems(document: Document, folder: Path) -> Iterator[_Problem]:
    path = folder / document.file_name
    if not document.file_name or not path.is_file():
        message = f"the file {document.file_name!r} is not in {folder}"
        yield _Problem("source-file-missing", message, document.iri, VOCAB.fileName)
        return
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != document.sha256:
        yield _Problem(
            "source-file-digest",
            f"{document.file_name} is not the file that was encoded: its SHA-256 differs",
            document.iri,
            VOCAB.sha256,
            "Get the original file, or encode the new version of the document as a new source.",
        )
    if len(raw) != document.bytes:
        message = f"the file has {len(raw)} bytes, not {document.bytes}"
        yield _Problem("source-file-length", message, document.iri, VOCAB.byteCount)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        yield _Problem("source-file-encoding", f"{document.file_name} is not UTF-8", document.iri, VOCAB.fileName)
        return
    if len(text) != document.characters:
        message = f"the file has {len(text)} characters, not {document.characters}"
        yield _Problem("source-file-length", message, document.iri, VOCAB.characterCount)
    for passage in document.passages:
        yield from _passage_problems(passage, text)
    yield from _tiling_problems(document, text)


def _passage_problems(passage: Passage, text: str) -> Iterator[_Problem]:
    if not 0 <= passage.start < passage.end <= len(text):
        yield _Problem(
            "passage-out-of-range",
            f"characters {passage.start} to {passage.end} are not in the document, which has {len(text)}",
            passage.iri,
            OA.end,
            "Offsets count characters from 0; the end is the offset after the last one.",
        )
        return
    span = text[passage.start : passage.end].encode("utf-8")
    if hashlib.sha256(span).hexdigest() == passage.sha256:
        return
    span_in_bytes = text.encode("utf-8")[passage.start : passage.end]
    if hashlib.sha256(span_in_bytes).hexdigest() == passage.sha256:
        message = "the digest fits the offsets only if they count bytes"
        yield _Problem("passage-digest", message, passage.iri, OA.start, "Offsets must count characters, not bytes.")
    else:
        message = f"the digest does not fit characters {passage.start} to {passage.end} of the document"
        yield _Problem("passage-digest", message, passage.iri, VOCAB.sha256, "Correct the offsets or the digest.")


def _tiling_problems(document: Document, text: str) -> Iterator[_Problem]:
    end, previous = 0, document.iri
    for passage in sorted(document.passages, key=lambda p: (p.start, p.end)):
        if passage.start < end:
            message = f"the passage begins at {passage.start}, inside {shorten(previous)}"
            yield _Problem("passage-inside-another", message, passage.iri, OA.start, "Correct the offsets.")
        elif text[end : passage.start].strip():
            message = f"no passage covers characters {end} to {passage.start} before it"
            yield _Problem("passages-gap", message, passage.iri, OA.start, "Add the passage that is missing.")
        end, previous = max(end, passage.end), passage.iri
    if text[end:].strip():
        message = f"no passage covers characters {end} to {len(text)}"
        yield _Problem("passages-gap", message, previous, OA.end, "Add the passage that is missing.")


def coverage(graph: Graph, texts: Mapping[URIRef, str] | None = None) -> Coverage:
    """The ledger: per document and passage, how many claims rest on it or why it is set aside.

    Args:
        graph: The asserted graph.
        texts: The text of each document, if at hand; then passages that name a thing which none of their claims is
            about are listed.
    """
    resting: dict[Node, set[Node]] = {}
    for claim in instances(graph, VOCAB.Claim):
        for passage in graph.objects(claim, VOCAB.restsOn):
            resting.setdefault(passage, set()).add(claim)
    docs = documents(graph)
    ledger = tuple(
        DocumentCoverage(
            shorten(document.iri),
            document.label,
            tuple(
                PassageCoverage(
                    shorten(p.iri),
                    label(graph, p.section) if p.section else "",
                    len(resting.get(p.iri, ())),
                    label(graph, p.set_aside) if p.set_aside else "",
                    p.note,
                )
                for p in document.passages
            ),
        )
        for document in docs
    )
    return Coverage(ledger, _mentions(graph, docs, resting, texts) if texts else None)


def _mentions(
    graph: Graph, docs: list[Document], resting: Mapping[Node, set[Node]], texts: Mapping[URIRef, str]
) -> tuple[Mention, ...]:
    things = _labels(graph)
    found = []
    for document in docs:
        text = texts.get(document.iri)
        for passage in document.passages if text is not None else ():
            if passage.set_aside:
                continue
            span = re.sub(r"\s+", " ", (text or "")[passage.start : passage.end])
            about = _spoken_of(graph, resting.get(passage.iri, set()))
            for wording, thing in _longest_matches(span, things):
                if not about & ({thing} | set(graph.transitive_objects(thing, SKOS.broader))) and not any(
                    thing in graph.transitive_objects(other, SKOS.broader) for other in about
                ):
                    found.append(Mention(shorten(passage.iri), shorten(thing), wording))
    return tuple(found)


def _labels(graph: Graph) -> dict[str, Node]:
    """Every label of every thing, in lower case, to the thing."""
    labels: dict[str, Node] = {}
    for thing in instances(graph, VOCAB.Entity):
        for predicate in (SKOS.altLabel, SKOS.prefLabel):
            for value in graph.objects(thing, predicate):
                if isinstance(value, Literal) and len(value) > 2:  # two letters name too much by chance
                    labels[str(value).casefold()] = thing
    return labels


def _spoken_of(graph: Graph, claims: set[Node]) -> set[Node]:
    """All things that claims point to by any of their parts."""
    return {obj for claim in claims for obj in graph.objects(claim) if isinstance(obj, URIRef)}


def _longest_matches(text: str, labels: Mapping[str, Node]) -> list[tuple[str, Node]]:
    """The labels that stand in a text as whole words, the longer before the shorter that it contains."""
    words = list(re.finditer(r"[^\W_]+(?:[-'’][^\W_]+)*-?", text))
    longest = max((len(label.split()) for label in labels), default=0)
    found = []
    index = 0
    while index < len(words):
        for size in range(min(longest, len(words) - index), 0, -1):
            wording = text[words[index].start() : words[index + size - 1].end()]
            thing = labels.get(wording.casefold()) or labels.get(wording.casefold().removesuffix("s"))
            if thing is not None:
                found.append((wording, thing))
                index += size - 1
                break
        index += 1
    return sorted(set(found), key=lambda match: (match[0].casefold(), str(match[1])))


def counts(graph: Graph) -> dict[str, int]:
    """How many things, claims, passages, tensions and defects a graph holds."""
    kinds = {
        "things": VOCAB.Entity,
        "claims": VOCAB.Claim,
        "passages": VOCAB.Passage,
        "tensions": VOCAB.Tension,
        "defects": VOCAB.SourceDefect,
    }
    return {name: len(instances(graph, cls)) for name, cls in kinds.items()}
