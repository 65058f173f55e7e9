"""What changed between two versions of the content, in words.

`read` finds a version (a folder, an export, a git revision), `compare` says what was added, removed and changed and
what of it breaks programs that rely on the older one, and `to_text`, `to_markdown` and `to_json` write that down.

Only what curators write is compared. What is derived (direct edges, and in a full export all that the reasoner adds)
is taken out of both versions first, so that an export and the folder it was made from do not differ. Derived
statements count in one place: a direct edge that is gone, and a safety statement that no longer reaches its thing,
are among the breaking changes even where nobody typed them in.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

import pyoxigraph
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.errors import InputError
from jdm_kg.graph import derive_edges, is_own, load_authored, shorten, superclasses
from jdm_kg.reason import close
from jdm_kg.texts import read_text, refuse_deep_nesting
from jdm_kg.turtle import Triple
from jdm_kg.vocab import OA, PREFIXES, VOCAB

# What changed ------------------------------------------------------------------------------------------------------


class Group(StrEnum):
    """What kind of record changed, in the order in which changes are told."""

    CLAIMS = "claims"
    THINGS = "things"
    TENSIONS = "tensions"
    DEFECTS = "defects"
    DOCUMENTS = "documents"
    VOCABULARY = "vocabulary"
    MAPPINGS = "mappings"


class Change(StrEnum):
    """What happened to a record."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Value:
    """One value of a part of a record.

    Attributes:
        text: The label of a thing, or the literal as it is written.
        id: The short IRI of a thing; empty for a literal.
        language: Language of a literal, or empty.
        datatype: Short IRI of the datatype of a literal, or empty.
    """

    text: str
    id: str = ""
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a record, with the values that only the old and that only the new version has.

    Attributes:
        property: Short IRI, such as `vocab:frequency`.
        label: What the schema calls it, such as "frequency".
    """

    property: str
    label: str
    was: tuple[Value, ...]
    now: tuple[Value, ...]


@dataclass(frozen=True)
class Entry:
    """One record that was added, changed or removed.

    Attributes:
        id: Its short IRI; empty for an axiom without one. Mappings go by the thing that is mapped.
        kind: What it is, such as "claim" or "clinical feature".
        title: What it is about: the triple of a claim in words, the label of a thing.
        where: Document and passage that it rests on or lies in, or empty.
        text: Its statement, definition or explanation; in a version that deprecates it, what to use instead.
        parts: What differs; for a record that was added or removed, all there is.
    """

    change: Change
    group: Group
    id: str
    kind: str
    title: str
    where: str
    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Breaking:
    """A change that may break what relies on the old version.

    Attributes:
        code: `safety-lost`, `polarity-flipped`, `kind-changed`, `iri-removed`, `iri-renamed`, `predicate-removed`,
            `deprecated-without-replacement` or `edge-lost`.
        id: Short IRI of the record at fault.
        words: What happened, in a sentence.
    """

    code: str
    id: str
    words: str

    @property
    def safety(self) -> bool:
        """Whether something that protects people from harm was lost."""
        return self.code == _SAFETY_LOST


@dataclass(frozen=True)
class Side:
    """One of the two versions: the name that its user gave it, and the version in its ontology header."""

    name: str
    version: str


@dataclass(frozen=True)
class Diff:
    """All differences between two versions, sorted by group, change and IRI; the breaking ones, worst first."""

    old: Side
    new: Side
    entries: tuple[Entry, ...]
    breaking: tuple[Breaking, ...]

    @property
    def empty(self) -> bool:
        """Whether the versions say the same."""
        return not self.entries

    def count(self, group: Group, change: Change) -> int:
        """How many records of a group were added, changed or removed."""
        return sum(entry.group is group and entry.change is change for entry in self.entries)


# Reading a version -------------------------------------------------------------------------------------------------

_EXPORT_FORMATS = {
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
EXPORTED_GRAPHS = tuple(f"jdm-kg{kind}{suffix}" for kind in ("-asserted", "") for suffix in _EXPORT_FORMATS)
"""The files of a folder of exports that hold a whole graph, the one to read first."""

_GIT_SECONDS = 120
_LARGEST_EXPORT = 50_000_000
_GIT_PLACES = {f"GIT_{name}" for name in ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "PREFIX")}
_WAYS = "Give a folder with ontology/, a folder of exports, an exported .ttl, .nt or .jsonld file, or a git revision."


def read(name: str, root: Path) -> Graph:
    """The content of one version, as it was written or exported.

    Args:
        name: A folder with `ontology/`, a folder of exports, one exported file, or a revision of the git repository
            around `root`. A file or folder of that name comes first.
        root: The folder that holds `ontology/`, for git.

    Raises:
        InputError: There is no such version, it can't be read or parsed, or it holds nothing of ours. Places in a
            revision are given as `REVISION:path`, which `git show` understands.
    """
    if not name or name.startswith("-"):
        raise InputError(f"'{name}' is not a version", hint=_WAYS)
    path = Path(name)
    if _is_there(path) or path.suffix in _EXPORT_FORMATS:
        content = _read_folder(path) if path.is_dir() else _read_export(path)
    else:
        content = _read_revision(name, root)
    if not any(is_own(subject) for subject in content.subjects(RDF.type)):
        raise InputError("there is nothing of the project in it", path, hint=_WAYS)
    return content


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long for a file may still be one for git
        return False


def _read_folder(folder: Path) -> Graph:
    if (folder / "ontology").is_dir():
        return load_authored(folder)
    for name in EXPORTED_GRAPHS:
        if (folder / name).is_file():
            return _read_export(folder / name)
    raise InputError(f"the folder holds neither ontology/ nor {EXPORTED_GRAPHS[0]} or its like", folder, hint=_WAYS)


def _read_export(path: Path) -> Graph:
    rdf_format = _EXPORT_FORMATS.get(path.suffix)
    if rdf_format is None:
        raise InputError("this is neither a folder nor an exported .ttl, .nt or .jsonld file", path, hint=_WAYS)
    text = read_text(path, largest=_LARGEST_EXPORT)
    refuse_deep_nesting(text, path)  # the parser of JSON-LD would not survive it
    content = turtle.new_graph()
    blank_nodes: dict[str, BNode] = {}
    try:
        for quad in pyoxigraph.parse(text.encode("utf-8"), format=rdf_format):
            subject, predicate, obj = (
                turtle.from_oxigraph(term, blank_nodes) for term in (quad.subject, quad.predicate, quad.object)
            )
            content.add((subject, predicate, obj))
    except SyntaxError as error:
        if "LoadDocumentCallback" in str(error.msg):
            message, hint = "its @context lies elsewhere, and nothing is fetched", "Embed the context in the file."
        else:
            message, hint = f"this is not {rdf_format.name}: {error.msg}", "Export it again with jdm-kg build."
        raise InputError(message, path, error.lineno, error.offset, hint) from error
    except MemoryError as error:  # the parser has no buffer for a text of that size
        raise InputError(f"this is not {rdf_format.name}: {error}", path, hint="Export it again.") from error
    return content


def _read_revision(revision: str, root: Path) -> Graph:
    git = shutil.which("git")
    if git is None:
        message = f"'{revision}' is neither a folder nor a file, and there is no git to look for such a revision"
        raise InputError(message, hint="Install git, or correct the path.")
    inside = _git(git, root, "rev-parse", "--show-prefix")
    if inside.returncode:
        message = f"'{revision}' is neither a folder nor a file, and there is no git repository to look for a revision"
        raise InputError(f"{message} ({_complaint(inside)})", root, hint="Name the checkout with --root.")
    found = _git(git, root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode:
        message = f"'{revision}' is neither a folder nor a file nor a revision that git knows here"
        raise InputError(message, root, hint=f"See `git log --oneline` and `git tag`. {_WAYS}")
    archive = _git(git, root, "archive", "--format=tar", found.stdout.decode().strip(), "--", "ontology")
    if archive.returncode:
        message = f"revision '{revision}' gives no folder 'ontology' ({_complaint(archive)})"
        raise InputError(message, root, hint="Choose a revision that has one.")
    prefix = inside.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    with tempfile.TemporaryDirectory(prefix="jdm-kg-diff-") as name:
        folder = Path(name)
        _unpack(archive.stdout, folder)
        try:
            return load_authored(folder)
        except InputError as error:
            # The user knows the revision, not our temporary folder.
            if error.path is not None and error.path.is_relative_to(folder):
                error.path = Path(f"{revision}:{prefix}{error.path.relative_to(folder).as_posix()}")
            raise


def _git(git: str, root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # The repository is that of `root`, whatever a hook that we run in has set; and nothing is fetched or asked.
    environment = {key: value for key, value in os.environ.items() if key not in _GIT_PLACES}
    environment |= {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = [git, "-C", str(root), *arguments]
    try:
        return subprocess.run(command, check=False, capture_output=True, env=environment, timeout=_GIT_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"git gives no answer ({error})", root, hint="Try the git command by hand.") from error


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git says is wrong."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"status {done.returncode}"]
    return lines[0].removeprefix("fatal: ")


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the regular files of an archive that git made into a folder, and nothing beside it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None and not name.is_absolute() and ".." not in name.parts:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read())


# Comparing ---------------------------------------------------------------------------------------------------------

SAFETY_PROPERTIES = (VOCAB.hasSafetyAdvice, VOCAB.needsMonitoring, VOCAB.prescribedOnlyBy)
"""What protects people: a thing that loses one of these is the worst that a change can do."""
_EXPLANATION = VOCAB.explanation

_SAFETY_LOST = "safety-lost"
SEVEREST_FIRST = (
    _SAFETY_LOST,
    "polarity-flipped",
    "kind-changed",
    "predicate-removed",
    "iri-removed",
    "iri-renamed",
    "deprecated-without-replacement",
    "edge-lost",
)
"""The codes of breaking changes, in the order in which they are told."""

_RECORDS: Mapping[Node, Group] = {
    VOCAB.Claim: Group.CLAIMS,
    VOCAB.Tension: Group.TENSIONS,
    VOCAB.SourceDefect: Group.DEFECTS,
    VOCAB.SourceDocument: Group.DOCUMENTS,
    VOCAB.Section: Group.DOCUMENTS,
    VOCAB.Passage: Group.DOCUMENTS,
}
_MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_DEEPEST = 64
_PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_SCHEMA_KINDS = (OWL.Ontology, OWL.Class, *_PROPERTY_KINDS)
_NAMES = (SKOS.prefLabel, RDFS.label, VOCAB.statement)
# What foreign properties are called in words; the others go by their own names.
_FOREIGN_LABELS: Mapping[Node, str] = {
    RDF.type: "kind",
    SKOS.prefLabel: "label",
    SKOS.altLabel: "other label",
    OA.start: "start",
    OA.end: "end",
}


@dataclass(frozen=True)
class _Expression:
    """A class expression or list, in one piece: equal where it says the same, whatever its blank nodes are called."""

    key: str
    words: str = field(compare=False)


_Object = URIRef | Literal | _Expression
_Parts = dict[Node, set[_Object]]


def compare(old: Graph, new: Graph, names: tuple[str, str] = ("old", "new")) -> Diff:
    """What differs between two versions of the content.

    Args:
        old: A graph as `read` gives it, or as `graph.load` or an export does; it is not changed, nor is the other.
        new: The later one.
        names: What to call them.
    """
    comparison = _Comparison(_Version(old), _Version(new))
    entries = tuple(sorted(comparison.entries(), key=_entry_order))
    breaking = tuple(sorted(set(comparison.breaking()), key=_breaking_order)) if entries else ()
    return Diff(Side(names[0], _header_version(old)), Side(names[1], _header_version(new)), entries, breaking)


def _entry_order(entry: Entry) -> tuple[int, int, str, str]:
    return list(Group).index(entry.group), list(Change).index(entry.change), entry.id, repr(entry.parts)


def _breaking_order(breaking: Breaking) -> tuple[int, str, str]:
    return SEVEREST_FIRST.index(breaking.code), breaking.id, breaking.words


def _header_version(content: Graph) -> str:
    return min((str(value) for value in content.objects(None, OWL.versionInfo)), default="")


class _Version:
    """One version, as it was written: what is derived is taken out, and kept apart."""

    def __init__(self, content: Graph) -> None:
        self.edges: set[Triple] = set(derive_edges(content))
        self.graph = _authored(content, self.edges)
        self.labels: dict[Node, str] = {}
        for predicate in (RDFS.label, SKOS.prefLabel):
            for subject, obj in sorted(
                self.graph.subject_objects(predicate), key=lambda pair: str(pair[1]), reverse=True
            ):
                self.labels[subject] = str(obj)
        self.records: dict[Node, _Parts] = {}
        self.mappings: dict[Node, _Parts] = {}  # apart, because a mapping may outlive its thing in the table
        self.axioms: list[_Parts] = []
        self._read_records()

    def _read_records(self) -> None:
        used = {obj for obj in self.graph.objects() if isinstance(obj, BNode)}
        for subject in sorted(set(self.graph.subjects()), key=str):
            if not isinstance(subject, BNode):
                parts = self._parts(subject)
                mapped: _Parts = {p: parts.pop(p) for p in _MAPPINGS if p in parts} if _is_thing(subject) else {}
                if parts:
                    self.records[subject] = parts
                if mapped:
                    self.mappings[subject] = mapped
            elif subject not in used:
                self.axioms.append(self._parts(subject, flat=True))

    def _parts(self, subject: Node, *, flat: bool = False) -> _Parts:
        parts: _Parts = defaultdict(set)
        for predicate, obj in self.graph.predicate_objects(subject):
            if flat and (obj, RDF.first, None) in self.graph:
                parts[predicate].update(self._object(member) for member in self._members(obj))
            else:
                parts[predicate].add(self._object(obj))
        return dict(parts)

    def _object(self, node: Node) -> _Object:
        if isinstance(node, URIRef | Literal):
            return node
        return _Expression(self._describe(node, {}), self._describe(node, self.labels))

    def _describe(self, node: Node, labels: Mapping[Node, str], above: frozenset[Node] = frozenset()) -> str:
        """A class expression in words; without labels, a text that is equal for what says the same."""
        if not isinstance(node, BNode):
            return labels.get(node) or shorten(node)
        if node in above or len(above) > _DEEPEST:
            return "…"
        above |= {node}
        if (node, RDF.first, None) in self.graph:
            return "(" + ", ".join(self._describe(member, labels, above) for member in self._members(node)) + ")"
        parts = [
            f"{_in_words(predicate)} {self._describe(obj, labels, above)}"
            for predicate, obj in self.graph.predicate_objects(node)
            if predicate != RDF.type or not labels
        ]
        return f"[{'; '.join(sorted(parts))}]"

    def _members(self, node: Node) -> list[Node]:
        """The members of a list, up to the cell where it bites its tail."""
        members: list[Node] = []
        cells: set[Node] = set()
        while node not in cells:
            cells.add(node)
            members += sorted(self.graph.objects(node, RDF.first), key=str)
            node = min(self.graph.objects(node, RDF.rest), key=str, default=RDF.nil)
        return members

    def types(self, subject: Node) -> set[Node]:
        """The kinds of a record, and all kinds above them."""
        return {upper for cls in self.graph.objects(subject, RDF.type) for upper in superclasses(self.graph, cls)}

    def deprecated(self, subject: Node) -> bool:
        return any(str(value) in {"true", "1"} for value in self.graph.objects(subject, OWL.deprecated))

    def relations(self) -> Graph:
        """Things, vocabulary and direct edges, and what follows from them: what programs find when they ask."""
        asked = turtle.new_graph()
        bookkeeping = (VOCAB.Claim, VOCAB.Passage, VOCAB.SourceDefect, VOCAB.Tension)
        records = {subject for cls in bookkeeping for subject in self.graph.subjects(RDF.type, cls)}
        for triple in (*self.graph, *self.edges):
            if triple[0] not in records:
                asked.add(triple)
        return asked + close(asked)


def _authored(content: Graph, edges: set[Triple]) -> Graph:
    """A graph without what can be derived from the rest of it; the same for an authored, asserted or full graph.

    Direct edges are dropped; so are kinds above another kind of the same thing and kinds that a definition fills. Of
    the relations that curators write between things, inverses are turned one way, and what follows from a part of a
    relation or from its being transitive is dropped.
    """
    claimed = set(content.subjects(VOCAB.edgeFromHedged))
    schema_terms = {s for kind in _SCHEMA_KINDS for s in content.subjects(RDF.type, kind)}
    result = turtle.new_graph()
    types: dict[Node, set[Node]] = defaultdict(set)
    relations: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
    for subject, predicate, obj in content:
        if predicate == RDF.type:
            types[subject].add(obj)
        elif predicate in claimed:
            # Nothing but the claims gives an edge to a thing; a literal may be written on a document.
            if isinstance(obj, Literal) and (subject, predicate, obj) not in edges:
                result.add((subject, predicate, obj))
        elif is_own(predicate) and is_own(obj) and subject not in schema_terms:
            relations[predicate].add((subject, obj))
        else:
            result.add((subject, predicate, obj))
    for subject, kinds in types.items():
        for kind in _narrowest(content, kinds):
            result.add((subject, RDF.type, kind))
    for predicate, pairs in _reduced(content, relations).items():
        for subject, obj in pairs:
            result.add((subject, predicate, obj))
    return result


def _narrowest(content: Graph, kinds: set[Node]) -> set[Node]:
    stated = {kind for kind in kinds if (kind, OWL.equivalentClass, None) not in content} or kinds
    above = {upper for kind in stated for upper in superclasses(content, kind) - {kind}}
    return stated - above or stated


def _reduced(content: Graph, relations: Mapping[Node, set[tuple[Node, Node]]]) -> dict[Node, set[tuple[Node, Node]]]:
    stated = [(s, o) for s, o in content.subject_objects(OWL.inverseOf) if is_own(s) and is_own(o) and s != o]
    # Of two inverses stay the one that the engine knows, or else the one that is not defined by the other.
    second = {subject for subject, _ in stated}
    kept = {
        max(pair, key=rank): min(pair, key=rank)
        for pair in sorted(stated, key=str)
        for rank in [lambda prop: (prop not in VOCAB, prop in second, str(prop))]
    }
    turned: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
    for predicate, pairs in relations.items():
        if predicate in kept:
            turned[kept[predicate]] |= {(obj, subject) for subject, obj in pairs}
        elif (predicate, RDF.type, OWL.SymmetricProperty) in content:
            turned[predicate] |= {(min(pair, key=str), max(pair, key=str)) for pair in pairs}
        else:
            turned[predicate] |= pairs
    for narrow in list(turned):
        for wide in set(content.transitive_objects(narrow, RDFS.subPropertyOf)) - {narrow}:
            if wide in turned:
                turned[wide] = turned[wide] - turned[narrow]
    return {
        predicate: _without_shortcuts(pairs) if (predicate, RDF.type, OWL.TransitiveProperty) in content else pairs
        for predicate, pairs in turned.items()
    }


def _without_shortcuts(pairs: set[tuple[Node, Node]]) -> set[tuple[Node, Node]]:
    """A transitive relation without the pairs that longer ways give; what lies on a circle is left as it is."""
    following: dict[Node, set[Node]] = defaultdict(set)
    for subject, obj in pairs:
        following[subject].add(obj)
    reached = {start: _reachable(following, start) for start in following}
    return {
        (subject, obj)
        for subject, obj in pairs
        if subject in reached.get(obj, ())
        or not any(obj in reached.get(between, ()) for between in following[subject] - {obj})
    }


def _reachable(following: Mapping[Node, set[Node]], start: Node) -> set[Node]:
    found: set[Node] = set()
    waiting = list(following.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += following.get(node, ())
    return found


class _Comparison:
    """Two versions side by side."""

    def __init__(self, old: _Version, new: _Version) -> None:
        self._old = old
        self._new = new
        self._removed = [subject for subject in old.records if subject not in new.records]
        self._added = [subject for subject in new.records if subject not in old.records]
        self._renamed = self._find_renamed()
        self._replaced = self._find_replaced()

    # Entries

    def entries(self) -> Iterator[Entry]:
        for subject in {**self._old.records, **self._new.records}:
            was, now = self._old.records.get(subject, {}), self._new.records.get(subject, {})
            if was != now:
                yield self._entry(subject, self._group(subject), was, now)
        for subject in {**self._old.mappings, **self._new.mappings}:
            was, now = self._old.mappings.get(subject, {}), self._new.mappings.get(subject, {})
            if was != now:
                yield self._entry(subject, Group.MAPPINGS, was, now)
        yield from self._axiom_entries()

    def _entry(self, subject: Node, group: Group, was: _Parts, now: _Parts) -> Entry:
        change = Change.ADDED if not was else Change.REMOVED if not now else Change.CHANGED
        return Entry(
            change,
            group,
            id=shorten(subject),
            kind=self._kind(subject),
            title=self._title(subject),
            where=self._where(subject),
            text=self._text(subject),
            parts=self._differing(was, now),
        )

    def _axiom_entries(self) -> Iterator[Entry]:
        """Axioms have no IRI: one that shares half of its parts with an older one is that one, changed."""
        lost = [axiom for axiom in self._old.axioms if axiom not in self._new.axioms]
        for now in sorted((a for a in self._new.axioms if a not in self._old.axioms), key=_axiom_key):
            was = max(sorted(lost, key=_axiom_key), key=lambda axiom: _alike(axiom, now), default={})
            if _alike(was, now) >= 0.5:
                lost.remove(was)
                yield self._axiom_entry(Change.CHANGED, was, now)
            else:
                yield self._axiom_entry(Change.ADDED, {}, now)
        for was in lost:
            yield self._axiom_entry(Change.REMOVED, was, {})

    def _axiom_entry(self, change: Change, was: _Parts, now: _Parts) -> Entry:
        kinds = sorted(_in_words(kind) for kind in (now or was).get(RDF.type, ()) if isinstance(kind, URIRef))
        parts = self._differing(was, now)
        return Entry(change, Group.VOCABULARY, "", "axiom", " ".join(kinds) or "axiom", "", "", parts)

    def _differing(self, was: _Parts, now: _Parts) -> tuple[Part, ...]:
        parts = []
        for predicate in sorted({*was, *now}, key=lambda p: (self._property_label(p).casefold(), str(p))):
            only_was = was.get(predicate, set()) - now.get(predicate, set())
            only_now = now.get(predicate, set()) - was.get(predicate, set())
            if only_was or only_now:
                values = (self._values(only_was, self._old), self._values(only_now, self._new))
                parts.append(Part(shorten(predicate), self._property_label(predicate), *values))
        return tuple(parts)

    def _values(self, objects: Iterable[_Object], version: _Version) -> tuple[Value, ...]:
        return tuple(sorted((self._value(obj, version) for obj in objects), key=lambda v: (v.text, repr(v))))

    def _value(self, obj: _Object, version: _Version) -> Value:
        if isinstance(obj, _Expression):
            return Value(obj.words)
        if isinstance(obj, Literal):
            return Value(str(obj), language=obj.language or "", datatype=shorten(obj.datatype) if obj.datatype else "")
        types = self._types(obj)
        if VOCAB.Claim in types or VOCAB.Passage in types:
            return Value(self._text(obj) if VOCAB.Claim in types else self._title(obj), shorten(obj))
        return Value(version.labels.get(obj) or self._label(obj), shorten(obj))

    # Words

    def _label(self, node: Node) -> str:
        return self._new.labels.get(node) or self._old.labels.get(node) or shorten(node).strip("<>")

    def _property_label(self, predicate: Node) -> str:
        own = self._new.labels.get(predicate) or self._old.labels.get(predicate)
        return own or _FOREIGN_LABELS.get(predicate) or _in_words(predicate)

    def _types(self, subject: Node) -> set[Node]:
        return self._old.types(subject) | self._new.types(subject)

    def _group(self, subject: Node) -> Group:
        types = self._types(subject)
        for cls, group in _RECORDS.items():
            if cls in types:
                return group
        vocabulary = not is_own(subject) or str(subject).startswith(PREFIXES["vocab"]) or types & set(_SCHEMA_KINDS)
        return Group.VOCABULARY if vocabulary else Group.THINGS

    def _kind(self, subject: Node) -> str:
        for version in self._sides(subject):
            kinds = version.records.get(subject, {}).get(RDF.type, set())
            schema = [kind for kind in _SCHEMA_KINDS if kind in kinds]
            own = sorted(self._label(kind) for kind in kinds if isinstance(kind, URIRef) and is_own(kind))
            if schema or own:
                return own[0] if own else _in_words(schema[0])
        return "record"

    def _sides(self, subject: Node) -> tuple[_Version, ...]:
        return (self._new, self._old) if subject in self._new.records else (self._old,)

    def _objects(self, subject: Node, predicate: URIRef) -> list[Node]:
        for version in self._sides(subject):
            found = sorted(version.graph.objects(subject, predicate), key=str)
            if found:
                return found
        return []

    def _title(self, subject: Node) -> str:
        types = self._types(subject)
        if VOCAB.Claim in types:
            parts = [
                " ".join(_quoted(obj) if isinstance(obj, Literal) else self._label(obj) for obj in objects)
                for predicate in (VOCAB.subject, VOCAB.predicate, VOCAB.object, VOCAB.value)
                if (objects := self._objects(subject, predicate))
            ]
            denied = VOCAB.denied in self._objects(subject, VOCAB.polarity)
            return ("denied: " if denied else "") + " ".join(parts) if parts else shorten(subject)
        if VOCAB.Passage in types:
            return self._passages([subject])
        return self._label(subject)

    def _text(self, subject: Node) -> str:
        if self._new.deprecated(subject) and not self._old.deprecated(subject):
            instead = [
                f"“{self._label(node)}” ({shorten(node)})" for node in self._objects(subject, DCTERMS.isReplacedBy)
            ]
            return f"Deprecated; use {' or '.join(instead)} instead." if instead else "Deprecated; nothing replaces it."
        texts: Iterable[Node] = (
            obj
            for predicate in (VOCAB.statement, SKOS.definition, _EXPLANATION, VOCAB.setAsideNote)
            for obj in self._objects(subject, predicate)
        )
        return next((str(text) for text in texts), "")

    def _where(self, subject: Node) -> str:
        passages = self._objects(subject, VOCAB.restsOn) or self._objects(subject, VOCAB.inPassage)
        return self._passages(passages)

    def _passages(self, passages: Iterable[Node]) -> str:
        """Document and number of passages: "Document, passages 1 and 2"."""
        numbers: dict[str, list[str]] = defaultdict(list)
        for passage in passages:
            document = next((self._label(node) for node in self._objects(passage, VOCAB.inSource)), "")
            numbers[document] += [str(order) for order in self._objects(passage, VOCAB.order)] or [shorten(passage)]
        found = []
        for document, orders in sorted(numbers.items()):
            ordered = sorted(orders, key=lambda order: (len(order), order))
            listed = " and ".join([", ".join(ordered[:-1]), ordered[-1]] if ordered[1:] else ordered)
            found.append(f"{document or 'unknown document'}, passage{'s' if ordered[1:] else ''} {listed}")
        return "; ".join(found)

    # What breaks

    def breaking(self) -> Iterator[Breaking]:
        yield from self._lost_records()
        for subject in self._old.records:
            if subject in self._new.records:
                yield from self._broken_record(subject)
        if self._relations_lost():
            before, after = self._old.relations(), self._new.relations()
            safety = dict(self._lost_safety(before, after))
            yield from safety.values()
            yield from self._lost_edges(after, set(safety))

    def _find_renamed(self) -> dict[Node, Node]:
        """Records that are gone while another of the same kind and name, and no second one, has come."""
        come: dict[object, list[Node]] = defaultdict(list)
        gone: dict[object, list[Node]] = defaultdict(list)
        for subjects, version, found in ((self._removed, self._old, gone), (self._added, self._new, come)):
            for subject in subjects:
                found[_identity(version.records[subject])].append(subject)
        pairs = ((subjects, come.get(key, [])) for key, subjects in gone.items())
        return {old[0]: new[0] for old, new in pairs if len(old) == len(new) == 1}

    def _find_replaced(self) -> dict[Node, Node]:
        """What either version says replaces a record, as far as the new version has it."""
        found: dict[Node, Node] = {}
        for version in (self._old, self._new):
            for subject in version.records:
                targets = sorted(version.graph.objects(subject, DCTERMS.isReplacedBy), key=str)
                here = [target for target in targets if target in self._new.records]
                if version.deprecated(subject) and here:
                    found[subject] = here[0]
        return found

    def _today(self, node: Node) -> Node:
        """What a record of the old version is called in the new one."""
        seen = {node}
        while node in self._replaced or node in self._renamed:
            node = self._replaced.get(node) or self._renamed[node]
            if node in seen:
                break
            seen.add(node)
        return node

    def _lost_records(self) -> Iterator[Breaking]:
        for subject in self._removed:
            if subject in self._replaced or not is_own(subject):
                continue
            what = f"{self._kind(subject)} “{self._title(subject)}”"
            if subject in self._renamed:
                name = shorten(self._renamed[subject])
                words = f"{what} is now called {name}; the old name leads nowhere, deprecate it instead"
                yield Breaking("iri-renamed", shorten(subject), words)
            elif self._old.records[subject].get(RDF.type, set()) & set(_PROPERTY_KINDS):
                yield Breaking("predicate-removed", shorten(subject), f"{what} was removed from the schema")
            else:
                yield Breaking("iri-removed", shorten(subject), f"{what} was removed")

    def _broken_record(self, subject: Node) -> Iterator[Breaking]:
        was, now = self._old.records[subject], self._new.records[subject]
        what = f"{self._kind(subject)} “{self._title(subject)}”"
        if self._new.deprecated(subject):
            if subject not in self._replaced and not self._old.deprecated(subject) and is_own(subject):
                words = f"{what} is deprecated, and nothing in the new version replaces it"
                yield Breaking("deprecated-without-replacement", shorten(subject), words)
            return
        if is_own(subject) and was.get(RDF.type, set()) - now.get(RDF.type, set()):
            words = f"{what}: kind was {self._kinds(was)}, now {self._kinds(now)}"
            yield Breaking("kind-changed", shorten(subject), words)
        polarities = [parts.get(VOCAB.polarity, set()) for parts in (was, now)]
        if all(polarities) and polarities[0] != polarities[1]:
            values = [self._values(each, self._new)[0].text for each in polarities]
            plain = self._title(subject).removeprefix("denied: ")
            place = self._where(subject)
            words = f"claim “{plain}”: was {values[0]}, now {values[1]}" + (f" ({place})" if place else "")
            yield Breaking("polarity-flipped", shorten(subject), words)

    def _kinds(self, parts: _Parts) -> str:
        kinds = [kind for kind in parts.get(RDF.type, ()) if isinstance(kind, URIRef)]
        return " and ".join(sorted(_quoted(self._label(k) if is_own(k) else _in_words(k)) for k in kinds)) or "none"

    def _lost_edges(self, after: Graph, told: set[Triple]) -> Iterator[Breaking]:
        """Edges that the new version neither states nor implies, where both ends and the relation are still there."""
        for edge in self._edges(self._old):
            today = self._today_triple(edge)
            gone = any(is_own(n) and (n not in self._new.records or self._new.deprecated(n)) for n in today)
            if not {edge, today} & told and edge not in after and today not in after and not gone:
                yield Breaking(
                    "edge-lost", shorten(edge[0]), f"“{self._edge_words(edge)}” is gone{self._because(edge)}"
                )

    def _edges(self, version: _Version) -> set[Triple]:
        """The direct edges of the claims, and what curators wrote between things."""
        not_edges = {RDF.type, DCTERMS.isReplacedBy}
        ends = ((s, p, o) for s, p, o in version.graph if _is_thing(s) and _is_thing(o) and p not in not_edges)
        return {*ends, *version.edges}

    def _today_triple(self, triple: Triple) -> Triple:
        subject, predicate, obj = triple
        return self._today(subject), self._today(predicate), self._today(obj)

    def _edge_words(self, edge: Triple) -> str:
        subject, predicate, obj = edge
        target = _quoted(obj) if isinstance(obj, Literal) else self._label(obj)
        return f"{self._label(subject)} {self._property_label(predicate)} {target}"

    def _because(self, edge: Triple) -> str:
        """Which claims gave the edge."""
        if edge not in self._old.edges:
            return ""
        subject, predicate, obj = edge
        graph = self._old.graph
        claims = set(graph.subjects(VOCAB.subject, subject)) & set(graph.subjects(VOCAB.predicate, predicate))
        claims &= set(graph.subjects(VOCAB.object, obj)) | set(graph.subjects(VOCAB.value, obj))
        told = [
            f"{shorten(claim)} was {'changed' if claim in self._new.records else 'removed'}"
            for claim in sorted(claims, key=str)
            if self._old.records.get(claim) != self._new.records.get(claim)
        ]
        return f" ({', '.join(told)})" if told else ""

    def _lost_safety(self, before: Graph, after: Graph) -> Iterator[tuple[Triple, Breaking]]:
        """What protects people, stated or implied, that no longer reaches a thing which is still there."""
        for predicate in SAFETY_PROPERTIES:
            for subject, obj in before.subject_objects(predicate):
                edge = (subject, predicate, obj)
                today = self._today_triple(edge)
                if edge not in after and today not in after and today[0] in self._new.records:
                    lost = _quoted(f"{self._property_label(predicate)}: {self._label(obj)}")
                    words = f"{_quoted(self._label(subject))} lost its safety statement {lost}"
                    yield today, Breaking(_SAFETY_LOST, shorten(subject), words)

    def _relations_lost(self) -> bool:
        """Whether anything is gone from which a relation follows; more statements never undo one."""
        if self._old.edges - self._new.edges:
            return True
        records = (Group.CLAIMS, Group.TENSIONS, Group.DEFECTS)
        for subject, was in self._old.records.items():
            now = self._new.records.get(subject, {})
            lost = any(values - now.get(p, set()) for p, values in was.items() if not _all_literals(values))
            if lost and self._group(subject) not in records:
                return True
        return False


def _is_thing(node: Node) -> bool:
    return isinstance(node, URIRef) and node.startswith(PREFIXES["id"])


def _all_literals(values: Iterable[_Object]) -> bool:
    return all(isinstance(value, Literal) for value in values)


def _only(parts: _Parts, predicates: Iterable[Node]) -> _Parts:
    return {predicate: parts[predicate] for predicate in predicates if predicate in parts}


def _identity(parts: _Parts) -> object:
    """By what a record is known again under another IRI: its kinds and names, or all of it where it has no name."""
    chosen = _only(parts, (RDF.type, *_NAMES)) if any(name in parts for name in _NAMES) else parts
    return frozenset((predicate, frozenset(values)) for predicate, values in chosen.items())


def _pairs(axiom: _Parts) -> set[tuple[Node, _Object]]:
    return {(predicate, value) for predicate, values in axiom.items() for value in values}


def _alike(one: _Parts, other: _Parts) -> float:
    if one.get(RDF.type) != other.get(RDF.type):
        return 0.0
    return len(_pairs(one) & _pairs(other)) / len(_pairs(one) | _pairs(other))


def _axiom_key(axiom: _Parts) -> list[str]:
    return sorted(f"{predicate} {value}" for predicate, value in _pairs(axiom))


def _in_words(node: Node) -> str:
    """The local name of an IRI as words: `owl:AllDisjointClasses` is "all disjoint classes"."""
    local = re.split(r"[/#]", str(node))[-1] or str(node)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower()


def _quoted(value: object) -> str:
    return f"“{value}”"


# Writing -----------------------------------------------------------------------------------------------------------

GROUP_TITLES: Mapping[Group, str] = {
    Group.CLAIMS: "Claims",
    Group.THINGS: "Things",
    Group.TENSIONS: "Tensions",
    Group.DEFECTS: "Defects of the documents",
    Group.DOCUMENTS: "Documents and passages",
    Group.VOCABULARY: "Vocabulary",
    Group.MAPPINGS: "Mappings",
}
_NOT_ADVICE = "This tells what changed in a data set that restates public documents; it is not medical advice."


def part_words(part: Part) -> str:
    """What happened to a part: "was “some”, now “about half”"."""
    was, now = _listed(part.was, part.now), _listed(part.now, part.was)
    if len(part.was) == len(part.now) == 1:
        return f"was {was}, now {now}"
    return "; ".join(words for values, words in ((was, f"removed {was}"), (now, f"added {now}")) if values)


def _listed(values: tuple[Value, ...], others: tuple[Value, ...]) -> str:
    """Values in quotes; with language, datatype or IRI where the text alone does not tell them apart."""
    texts = [value.text for value in (*values, *others)]
    return ", ".join(_quoted(value.text) + (_hint(value) if texts.count(value.text) > 1 else "") for value in values)


def _hint(value: Value) -> str:
    return f" ({value.id or value.language or value.datatype or 'plain text'})"


def sentence(entry: Entry, part: Part) -> str:
    """A change in one sentence that stands alone: part, of what, was and now, document and passage."""
    place = f" ({entry.where})" if entry.where else ""
    return f"{part.label} of {_quoted(entry.title)}: {part_words(part)}{place}"


def _whole(entry: Entry) -> str:
    """A record that was added or removed, in one sentence."""
    place = f" ({entry.where})" if entry.where else ""
    if entry.group is Group.MAPPINGS:
        told = "; ".join(f"{part.label} {_listed(part.was or part.now, ())}" for part in entry.parts)
        return f"{_quoted(entry.title)}: {told}"
    if entry.group is Group.CLAIMS and entry.text:
        return f"{_quoted(entry.text)}{place}"
    told = entry.text or "; ".join(f"{part.label} {_listed(part.was or part.now, ())}" for part in entry.parts)
    return f"{entry.kind} {_quoted(entry.title)}{place}: {told}" if told else f"{entry.kind} {_quoted(entry.title)}"


def _deprecation(entry: Entry) -> str:
    """What a newly deprecated record says in place of its parts, or nothing."""
    newly = entry.change is Change.CHANGED and any(
        part.property == shorten(OWL.deprecated) and part.now for part in entry.parts
    )
    return f"{entry.kind} {_quoted(entry.title)}: {entry.text}" if newly else ""


def summary(diff: Diff) -> str:
    """How much changed, in one sentence."""
    counts = []
    for group in Group:
        each = [f"{n} {change}" for change in Change if (n := diff.count(group, change))]
        if each:
            counts.append(f"{GROUP_TITLES[group].lower()}: {', '.join(each)}")
    if not counts:
        return "no difference"
    return "; ".join([*counts, f"{len(diff.breaking)} breaking for consumers"])


def to_text(diff: Diff) -> str:
    """All differences as plain text, one line each, and a line with the numbers at the end."""
    lines = []
    if diff.breaking:
        lines.append("Breaking for consumers")
        for item in diff.breaking:
            words = " ".join(item.words.split())
            lines.append(f"  {'!! SAFETY:' if item.safety else '!'} {words} [{item.code}, {item.id}]")
        lines.append("")
    for group in Group:
        entries = [entry for entry in diff.entries if entry.group is group]
        if entries:
            lines.append(GROUP_TITLES[group])
            lines += [f"  {line}" for entry in entries for line in _text_lines(entry)]
            lines.append("")
    lines.append(f"{_side(diff.old)} → {_side(diff.new)}: {summary(diff)}")
    return "\n".join(lines) + "\n"


def _text_lines(entry: Entry) -> list[str]:
    told = [_deprecation(entry) or _whole(entry)]
    if entry.change is Change.CHANGED and not _deprecation(entry):
        told = [sentence(entry, part) for part in entry.parts]
    name = f" [{entry.id}]" if entry.id else ""
    return [" ".join(f"{entry.change}: {line}{name}".split()) for line in told]


def _side(side: Side) -> str:
    return f"{side.name} ({side.version})" if side.version else side.name


def to_markdown(diff: Diff) -> str:
    """All differences as Markdown, fit for release notes."""
    told = summary(diff)
    blocks = [
        f"## Changes from {_plain(_side(diff.old))} to {_plain(_side(diff.new))}",
        f"{told[0].upper()}{told[1:]}.",
    ]
    if diff.breaking:
        lines = [
            f"- {'**Safety:** ' if item.safety else ''}{_plain(item.words)} (`{item.id}`)" for item in diff.breaking
        ]
        blocks += ["### Breaking for consumers", "\n".join(lines)]
    for group in Group:
        entries = [entry for entry in diff.entries if entry.group is group]
        if entries:
            lines = [line for entry in entries for line in _markdown_lines(entry)]
            blocks += [f"### {GROUP_TITLES[group]}", "\n".join(lines)]
    return "\n\n".join([*blocks, f"_{_NOT_ADVICE}_"]) + "\n"


def _markdown_lines(entry: Entry) -> list[str]:
    name = f" (`{entry.id}`)" if entry.id else ""
    head = f"- {str(entry.change).capitalize()}: "
    deprecation = _deprecation(entry)
    if entry.change is not Change.CHANGED or deprecation:
        return [head + _plain(deprecation or _whole(entry)) + name]
    if len(entry.parts) == 1:
        return [head + _plain(sentence(entry, entry.parts[0])) + name]
    place = f" ({entry.where})" if entry.where else ""
    parts = [f"  - {_plain(f'{part.label}: {part_words(part)}')}" for part in entry.parts]
    return [f"{head}{_plain(f'{_quoted(entry.title)}{place}')}{name}", *parts]


def _plain(text: str) -> str:
    """Text on one line, in which Markdown sees no marks."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", " ".join(text.split()))


def to_json(diff: Diff) -> dict[str, Any]:
    """All differences as plain values for JSON; every key is always there.

    - `format`: 1, the version of this layout.
    - `old`, `new`: `name` as given and `version` from the ontology header.
    - `counts`: for each group, how many were `added`, `changed` and `removed`.
    - `breaking`: worst first, each with `code` (see `Breaking`), `safety` (a boolean), `id` and `words`.
    - `changes`: sorted by group, change and id, each with `change`, `group`, `id` (null for an axiom), `kind`, `title`,
      `where`, `text` and `parts`. A part has `property`, `label`, `was`, `now` and `words`, a sentence that stands
      alone; of a changed record only the parts and values that differ are given. A value has `text` and, each a
      string or null, `id` (things), `language` and `datatype` (literals).

    IRIs are short (`claim:…`), with the prefixes of every export.
    """
    return {
        "format": 1,
        "old": {"name": diff.old.name, "version": diff.old.version},
        "new": {"name": diff.new.name, "version": diff.new.version},
        "counts": {str(group): {str(change): diff.count(group, change) for change in Change} for group in Group},
        "breaking": [
            {"code": item.code, "safety": item.safety, "id": item.id, "words": item.words} for item in diff.breaking
        ],
        "changes": [_entry_json(entry) for entry in diff.entries],
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "change": str(entry.change),
        "group": str(entry.group),
        "id": entry.id or None,
        "kind": entry.kind,
        "title": entry.title,
        "where": entry.where,
        "text": entry.text,
        "parts": [
            {
                "property": part.property,
                "label": part.label,
                "was": [_value_json(value) for value in part.was],
                "now": [_value_json(value) for value in part.now],
                "words": sentence(entry, part),
            }
            for part in entry.parts
        ],
    }


def _value_json(value: Value) -> dict[str, str | None]:
    return {
        "text": value.text,
        "id": value.id or None,
        "language": value.language or None,
        "datatype": value.datatype or None,
    }
