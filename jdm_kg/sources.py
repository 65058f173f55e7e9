"""The source documents: their passages, the digests that pin them, and the ledger of what is encoded.

The text of the documents is not in the project. With the files at hand every offset and digest is checked again;
without them everything else still works.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jdm_kg.errors import InputError
from jdm_kg.facts import Facts, Literal
from jdm_kg.files import TextFile, find
from jdm_kg.findings import Explanation, Finding, Severity
from jdm_kg.iris import name, shorten

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

    iri: str
    source: str
    section: str
    order: int
    start: int
    end: int
    sha256: str
    set_aside: str
    note: str


@dataclass(frozen=True)
class Document:
    """A source document and its passages in reading order; `characters` and `bytes` are lengths of the file."""

    iri: str
    label: str
    file_name: str
    characters: int
    bytes: int
    sha256: str
    passages: tuple[Passage, ...]


def documents(graph: Facts) -> list[Document]:
    """The source documents that a graph describes, sorted by IRI, each with its passages in reading order.

    A part that is missing from the description counts as empty or -1; the shapes report it.
    """
    passages: dict[str, list[Passage]] = {}
    for node in graph.instances(name("vocab:Passage")):
        passage = Passage(
            iri=node,
            source=_text(graph, node, "vocab:inSource"),
            section=_text(graph, node, "vocab:inSection"),
            order=_number(graph, node, "vocab:order"),
            start=_number(graph, node, "oa:start"),
            end=_number(graph, node, "oa:end"),
            sha256=_text(graph, node, "vocab:sha256"),
            set_aside=_text(graph, node, "vocab:setAsideReason"),
            note=_text(graph, node, "vocab:setAsideNote"),
        )
        passages.setdefault(passage.source, []).append(passage)
    return [
        Document(
            iri=node,
            label=graph.label(node) or shorten(node),
            file_name=_text(graph, node, "vocab:fileName"),
            characters=_number(graph, node, "vocab:characterCount"),
            bytes=_number(graph, node, "vocab:byteCount"),
            sha256=_text(graph, node, "vocab:sha256"),
            passages=tuple(sorted(passages.get(node, []), key=lambda p: (p.order, p.iri))),
        )
        for node in graph.instances(name("vocab:SourceDocument"))
    ]


def _text(graph: Facts, node: str, curie: str) -> str:
    values = graph.objects(node, name(curie))
    return min((value.text if isinstance(value, Literal) else value for value in values), default="")


def _number(graph: Facts, node: str, curie: str) -> int:
    text = _text(graph, node, curie)
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


def read_documents(described: Iterable[Document], folder: Path) -> dict[str, str]:
    """The text of each described document that is in the folder and is, to the byte, the one described, by its IRI."""
    texts = {}
    for document in described:
        raw = _read(document, folder)
        if raw is not None and _digest(raw) == document.sha256:
            with contextlib.suppress(UnicodeDecodeError):  # `verify` reports it
                texts[document.iri] = raw.decode("utf-8")
    return texts


def _digest(content: bytes) -> str:
    import hashlib  # a check without documents has no need of it, and it takes a while to load

    return hashlib.sha256(content).hexdigest()


def _read(document: Document, folder: Path) -> bytes | None:
    """The bytes of a document; None where there is no such file, or one that can't be read."""
    try:
        path = folder / document.file_name
        return path.read_bytes() if document.file_name and path.is_file() else None
    except (OSError, ValueError):  # no file can have that name, or nobody may read it
        return None


def verify(graph: Facts, folder: Path, files: Iterable[TextFile] = ()) -> list[Finding]:
    """Check documents and passages against the files: lengths, digests, and that passages tile each document.

    Tiling means that every character other than white space lies in exactly one passage.

    Args:
        graph: The content.
        folder: Where the documents are; each under the file name that its description gives.
        files: The project's own files, in which the findings get their places.

    Raises:
        InputError: The folder does not exist.
    """
    files = list(files)
    return [said(problem, files) for problem in problems(documents(graph), folder)]


@dataclass(frozen=True)
class Problem:
    """Something about a document or passage that does not fit the file.

    Attributes:
        code: One of `EXPLANATIONS`.
        message: What does not fit.
        node: IRI of the document or passage.
        predicate: The property at fault, as `prefix:name`.
        hint: What to do about it, or empty.
    """

    code: str
    message: str
    node: str
    predicate: str
    hint: str = ""


def problems(described: Iterable[Document], folder: Path) -> list[Problem]:
    """What does not fit the files of documents.

    Args:
        described: The documents with their passages.
        folder: Where the files are.

    Raises:
        InputError: The folder does not exist, or a file in it can't be read.
    """
    if not folder.is_dir():
        raise InputError("there is no such folder", folder, hint="Name the folder with the source documents.")
    return [problem for document in described for problem in _document_problems(document, folder)]


def said(problem: Problem, files: Iterable[TextFile]) -> Finding:
    """The finding for a problem, with its place in the project's own files."""
    place = find(files, problem.node, name(problem.predicate))
    return Finding(problem.code, Severity.ERROR, problem.message, shorten(problem.node), place, problem.hint)


def _document_problems(document: Document, folder: Path) -> Iterator[Problem]:
    raw = _read(document, folder)
    if raw is None:
        message = f"the file {document.file_name[:100]!r} is not in {folder}, or can't be read"
        yield Problem("source-file-missing", message, document.iri, "vocab:fileName")
        return
    if _digest(raw) != document.sha256:
        yield Problem(
            "source-file-digest",
            f"{document.file_name} is not the file that was encoded: its SHA-256 differs",
            document.iri,
            "vocab:sha256",
            "Get the original file, or encode the new version of the document as a new source.",
        )
    if len(raw) != document.bytes:
        message = f"the file has {len(raw)} bytes, not {document.bytes}"
        yield Problem("source-file-length", message, document.iri, "vocab:byteCount")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        yield Problem("source-file-encoding", f"{document.file_name} is not UTF-8", document.iri, "vocab:fileName")
        return
    if len(text) != document.characters:
        message = f"the file has {len(text)} characters, not {document.characters}"
        yield Problem("source-file-length", message, document.iri, "vocab:characterCount")
    for passage in document.passages:
        yield from _passage_problems(passage, text)
    yield from _tiling_problems(document, text)


def _passage_problems(passage: Passage, text: str) -> Iterator[Problem]:
    if not 0 <= passage.start < passage.end <= len(text):
        yield Problem(
            "passage-out-of-range",
            f"characters {passage.start} to {passage.end} are not in the document, which has {len(text)}",
            passage.iri,
            "oa:end",
            "Offsets count characters from 0; the end is the offset after the last one.",
        )
        return
    span = text[passage.start : passage.end].encode("utf-8")
    if _digest(span) == passage.sha256:
        return
    span_in_bytes = text.encode("utf-8")[passage.start : passage.end]
    if _digest(span_in_bytes) == passage.sha256:
        message = "the digest fits the offsets only if they count bytes"
        yield Problem("passage-digest", message, passage.iri, "oa:start", "Offsets must count characters, not bytes.")
    else:
        message = f"the digest does not fit characters {passage.start} to {passage.end} of the document"
        yield Problem("passage-digest", message, passage.iri, "vocab:sha256", "Correct the offsets or the digest.")


def _tiling_problems(document: Document, text: str) -> Iterator[Problem]:
    end, previous = 0, document.iri
    for passage in sorted(document.passages, key=lambda p: (p.start, p.end)):
        if passage.start < end:
            message = f"the passage begins at {passage.start}, inside {shorten(previous)}"
            yield Problem("passage-inside-another", message, passage.iri, "oa:start", "Correct the offsets.")
        elif text[end : passage.start].strip():
            message = f"no passage covers characters {end} to {passage.start} before it"
            yield Problem("passages-gap", message, passage.iri, "oa:start", "Add the passage that is missing.")
        end, previous = max(end, passage.end), passage.iri
    if text[end:].strip():
        message = f"no passage covers characters {end} to {len(text)}"
        yield Problem("passages-gap", message, previous, "oa:end", "Add the passage that is missing.")


def counts(graph: Facts) -> dict[str, int]:
    """How many things, claims, passages, tensions and defects a graph holds."""
    kinds = {
        "things": "vocab:Entity",
        "claims": "vocab:Claim",
        "passages": "vocab:Passage",
        "tensions": "vocab:Tension",
        "defects": "vocab:SourceDefect",
    }
    return {kind: len(graph.instances(name(cls))) for kind, cls in kinds.items()}
