"""The files that the content consists of: where they are, what they say, and where in them it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Final

import pyoxigraph

from jdm_kg import facts, texts
from jdm_kg.errors import InputError
from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.iris import PREFIXES
from jdm_kg.texts import Lines, Place, Token, read_text

MAPPINGS_FILE: Final = "mappings.sssom.tsv"
SUFFIXES: Final = frozenset({".rq", ".tsv", ".ttl"})
"""The endings of files that curators write: rules, tables and Turtle."""


@dataclass(frozen=True)
class TextFile:
    """A file as text, and what can be read from it; each is read when it is first asked for.

    Attributes:
        path: Where it is; the ending tells Turtle (.ttl), a query (.rq) and a table (.tsv) apart.
        text: All of it.
    """

    path: Path
    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of Turtle or of a query, which knows the prefixes of the project; none of a table.

        Raises:
            InputError: The file is a query that is longer, or nested deeper, than any that a person writes.
        """
        if self.path.suffix == ".rq":
            texts.refuse_unwieldy_rule(self.text, self.path)
            return tuple(texts.tokens(self.text, PREFIXES))
        return tuple(texts.tokens(self.text, {})) if self.path.suffix == ".ttl" else ()

    @cached_property
    def declarations(self) -> list[tuple[str, str]] | None:
        """The prefixes that Turtle declares, each with its namespace; None where only the tokens tell."""
        return texts.declarations(self.text) if self.path.suffix == ".ttl" else []

    @cached_property
    def quads(self) -> tuple[pyoxigraph.Quad, ...]:
        """The statements of Turtle or of a table of mappings; none of a query.

        Raises:
            InputError: The file can't be parsed; line and column say where.
        """
        if self.path.suffix == ".ttl":
            return tuple(facts.quads(self.text, self.path))
        if self.path.suffix == ".tsv":
            return tuple(facts.quad_of(triple) for triple in facts.mappings(self.text, self.path))
        return ()

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The same as plain triples.

        Raises:
            InputError: As `quads`.
        """
        return tuple(facts.convert(self.quads))

    @cached_property
    def kind(self) -> str:
        """What the file holds: "content" (mappings too), "shapes" or "rule"."""
        if self.path.suffix == ".rq":
            return "rule"
        return "shapes" if self.path.suffix == ".ttl" and self.path.parent.name == "shapes" else "content"

    @cached_property
    def subjects(self) -> frozenset[str]:
        """All that the file says something about.

        Raises:
            InputError: As `quads`.
        """
        return frozenset(s for s, _, _ in self.triples)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _written(self) -> Mapping[tuple[str, str], list[Token]]:
        """The tokens of the objects by subject and predicate; those of a subject itself under an empty predicate."""
        found: dict[tuple[str, str], list[Token]] = {}
        for token in self._rows if self.path.suffix == ".tsv" else self.tokens:
            if token.role == "object":
                found.setdefault((token.subject, token.predicate), []).append(token)
            elif token.role == "subject":
                found.setdefault((token.value, ""), []).append(token)
        return found

    @property
    def _rows(self) -> Iterator[Token]:
        """Each row of a table of mappings, as the token of its subject and of its object: it is one statement."""
        lines = self.text.split("\n")
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        for number, (s, p, o) in facts.mapping_rows(self.text, self.path):
            start = starts[number - 1]
            end = start + len(lines[number - 1])
            yield Token("iri", s, start, end, "subject")
            yield Token("iri", o, start, end, "object", s, p)

    def place(self, start: int, end: int) -> Place:
        """The place of a span of characters."""
        return self._lines.place(start, end, self.path)

    def place_of(self, token: Token) -> Place:
        """The place of a token."""
        return self.place(token.start, token.end)

    def span_in(self, literal: Token, start: int, end: int) -> tuple[int, int]:
        """The offsets in the file of a span of the text of a literal."""
        return texts.offsets_in(self.text, literal, start, end)

    def find(self, subject: str, predicate: str = "", value: Term | None = None) -> Token | None:
        """The token of the value of a triple; without a value the first that the property has; else the subject."""
        written = self._written.get((subject, predicate), ())
        if value is None:
            return next(iter(written), None)
        text, tag = (value.text, value.language) if isinstance(value, Literal) else (value, "")
        if isinstance(value, str) and value.startswith("_:"):
            text = "_:"  # which of several it is, the text does not tell
        same = [token for token in written if token.value == text]
        return next((token for token in same if token.tag.lower() == tag), same[0] if same else None)


def find(files: Iterable[TextFile], subject: str, predicate: str = "", value: Term | None = None) -> Place | None:
    """Where a triple stands; or one with the same subject and predicate; or the subject.

    Args:
        files: Content; only those that speak of the subject are looked into.
        subject: IRI, or an empty text for any node without a name.
        predicate: IRI, or an empty text.
        value: The object, or None.

    Returns:
        The place of the object, or of the subject; None for what no file says.
    """
    speaking = [file for file in files if file.kind != "rule" and (not subject or subject in file.subjects)]
    for wanted in ((predicate, value), (predicate, None), ("", None)) if subject else ((predicate, value),):
        for file in speaking:
            token = file.find(subject, *wanted)
            if token is not None:
                return file.place_of(token)
    return None


def find_root(start: Path | None = None) -> Path:
    """The folder that holds `ontology/` and `shapes/`.

    Args:
        start: Take this folder and no other.

    Returns:
        `start` if given; else the working folder if it holds `ontology/`; else the checkout that the package runs
        from; else the content that the wheel carries.

    Raises:
        InputError: There is no such folder, or it holds no `ontology/`.
    """
    package = Path(__file__).resolve().parent
    candidates = [start] if start else [Path.cwd(), package.parent, package / "_data"]
    for folder in candidates:
        if (folder / "ontology").is_dir():
            return folder
    raise InputError(
        "there is no folder 'ontology' here",
        candidates[0],
        hint="Run the command in a checkout of the project, or name its folder with --root.",
    )


def content_files(root: Path) -> list[Path]:
    """All Turtle files below `ontology/`, schema first, then sorted by path.

    Raises:
        InputError: The folder is missing or holds no Turtle file.
    """
    folder = root / "ontology"
    if not folder.is_dir():
        raise InputError("there is no folder 'ontology' here", root, hint="Name the folder of the project with --root.")
    files = sorted(folder.rglob("*.ttl"), key=lambda path: (path.name != "schema.ttl", path.as_posix()))
    if not files:
        raise InputError("the folder holds no Turtle file", folder, hint="Restore it from version control.")
    return files


def paths(root: Path) -> list[Path]:
    """All files that curators write: content, shapes, rules and mappings.

    Raises:
        InputError: The folder `ontology/` is missing or holds no Turtle file.
    """
    folder = root / "shapes"
    found = [*content_files(root), *sorted(folder.glob("*.ttl")), *sorted((folder / "rules").glob("*.rq"))]
    mappings = root / "ontology" / MAPPINGS_FILE
    return [*found, mappings] if mappings.is_file() else found


def digest(root: Path) -> str:
    """SHA-256 of the content, in hexadecimal: of the Turtle files and the mappings, with their paths below the folder.

    Raises:
        InputError: The folder `ontology/` is missing or holds no Turtle file.
        OSError: A file can't be read.
    """
    found = hashlib.sha256()
    mappings = root / "ontology" / MAPPINGS_FILE
    for path in sorted([*content_files(root), *([mappings] if mappings.is_file() else [])]):
        raw = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()} {len(raw)}\n".encode())
        found.update(raw)
    return found.hexdigest()


def read_files(root: Path) -> list[TextFile]:
    """The text of all files that curators write.

    Raises:
        InputError: A file can't be read or is not UTF-8.
    """
    return [TextFile(path, read_text(path)) for path in paths(root)]


def is_shapes(file: TextFile) -> bool:
    """Whether a file holds shapes."""
    return file.kind == "shapes"


def is_content(file: TextFile) -> bool:
    """Whether a file holds content or mappings."""
    return file.kind == "content"


def content(files: Iterable[TextFile]) -> Facts:
    """What curators wrote, and the mappings; without the edges that are derived from claims.

    Raises:
        InputError: A file can't be parsed.
    """
    return Facts(triple for file in files if is_content(file) for triple in file.triples)


def shapes(files: Iterable[TextFile]) -> Facts:
    """All shapes.

    Raises:
        InputError: A file can't be parsed.
    """
    return Facts(triple for file in files if is_shapes(file) for triple in file.triples)
