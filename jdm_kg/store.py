"""The embedded store: the whole graph, ready to be asked, without a server and without a set-up.

The graph is kept on disk as a store that opens in some milliseconds. It is made from the exports where these belong to
the content as it is, and derived anew where that was edited since. Nothing that a question needs loads rdflib.

The default graph is the full graph. The named graphs are those of the TriG export: the schema, what rests on each
document, what belongs to no document, and what follows by reasoning.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph

from jdm_kg import sparql
from jdm_kg.errors import InputError
from jdm_kg.iris import BASE, PREFIXES, is_own, name, shorten

if TYPE_CHECKING:
    from pathlib import Path

CACHE_SETTING: Final = "JDM_KG_CACHE"
"""Names the folder that stores are kept in; by default `jdm-kg` in the user's folder of caches."""

Graph = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph
Answer = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

_TRIG: Final = "jdm-kg.trig"
_MANIFEST: Final = "MANIFEST.json"
_INFERRED: Final = pyoxigraph.NamedNode(BASE + "graph/inferred")
_LARGEST: Final = 500_000_000
_LABELS: Final = tuple(pyoxigraph.NamedNode(name(label)) for label in ("skos:prefLabel", "rdfs:label"))
# Of what stands on disk: what was made in another way, or by another version of the engine, is not read.
_LAYOUT: Final = f"1 pyoxigraph {pyoxigraph.__version__}"


def open_store(
    root: str | None = None, *, asserted: bool = False, say: Callable[[str], None] = lambda _: None
) -> pyoxigraph.Store:
    """The graph of the content below a folder, read-only.

    Args:
        root: The folder that holds `ontology/`; by default as `jdm_kg.files.find_root` finds it.
        asserted: Leave out what a reasoner derives.
        say: Is told of work that takes longer than a blink.

    Raises:
        InputError: There is no content, it can't be read, or the check finds an error in it.
    """
    folder = _root(root)
    state = _state(folder)
    cache = _cache()
    kind = "said" if asserted else "full"
    key = f"{os.path.basename(folder) or 'root'}-{zlib.crc32(os.fsencode(folder)):08x}-{kind}"
    try:
        with open(os.path.join(cache, f"{key}.state"), encoding="utf-8", errors="surrogateescape") as file:
            kept, _, known = file.read().partition("\n")
        if known == state and kept.startswith(key) and os.path.basename(kept) == kept:
            return pyoxigraph.Store.read_only(os.path.join(cache, kept))
    except (OSError, RuntimeError):
        pass  # there is none yet, or it is damaged
    return _keep(list(_dataset(_quads(folder, say), asserted=asserted)), cache, key, state)


def in_memory(
    root: str | None = None, *, asserted: bool = False, say: Callable[[str], None] = lambda _: None
) -> pyoxigraph.Store:
    """The same in memory, for a process that makes copies of itself.

    Raises:
        InputError: As `open_store`.
    """
    store = pyoxigraph.Store()
    store.extend(_dataset(_quads(_root(root), say), asserted=asserted))
    return store


def _root(root: str | None) -> str:
    here = os.path.realpath(root or ".")
    if os.path.isdir(os.path.join(here, "ontology")):
        return here
    from pathlib import Path

    from jdm_kg.files import find_root

    return os.path.realpath(find_root(None if root is None else Path(root)))


def _state(root: str) -> str:
    """What tells whether content or exports have changed: the stamps of their files, one in a line."""
    stamps = [_stamp(os.path.join(root, "exports", one)) for one in (_MANIFEST, _TRIG)]
    waiting = [os.path.join(root, "ontology")]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith((".ttl", ".tsv")):
                    stamps.append(_stamp(entry.path))
    return "\n".join([_LAYOUT, root, *sorted(stamps)])


def _stamp(path: str) -> str:
    try:
        stat = os.stat(path)
    except OSError:
        return f"{path} none"
    return f"{path} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"


def _cache() -> str:
    """The folder for stores."""
    if chosen := os.environ.get(CACHE_SETTING):
        return os.path.abspath(chosen)
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(os.path.abspath(home), "jdm-kg")


def _keep(quads: Sequence[pyoxigraph.Quad], cache: str, key: str, state: str) -> pyoxigraph.Store:
    """Put a store on disk, whole or not at all, and open it; it stays in memory where the folder can't be written."""
    import fcntl
    import shutil
    import tempfile
    from pathlib import Path

    from jdm_kg.replacing import replace_file

    folder = ""
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        # One writer at a time: it throws away what others have left.
        with open(os.path.join(cache, f"{key}.lock"), "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder = tempfile.mkdtemp(prefix=f"{key}-", dir=cache)
            _write(quads, folder)
            content = f"{os.path.basename(folder)}\n{state}"
            replace_file(Path(cache, f"{key}.state"), content.encode("utf-8", "surrogateescape"))
            store = pyoxigraph.Store.read_only(folder)
            # Who has an older one open goes on reading it: its files last until they are closed.
            for old in os.scandir(cache):
                if old.name.startswith(f"{key}-") and old.name != os.path.basename(folder):
                    if old.is_dir(follow_symlinks=False):
                        shutil.rmtree(old.path, ignore_errors=True)
                    else:
                        os.unlink(old.path)
    except (OSError, RuntimeError):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        store = pyoxigraph.Store()
        store.extend(quads)
    return store


def _write(quads: Iterable[pyoxigraph.Quad], folder: str) -> None:
    """Write a store; it is closed at the end, so that others may open it."""
    store = pyoxigraph.Store(folder)
    store.bulk_extend(quads)
    store.optimize()
    store.flush()


def _quads(root: str, say: Callable[[str], None]) -> list[pyoxigraph.Quad]:
    """The graph as it is divided in the TriG export."""
    text = _exported(root)
    if text is None:
        say("the content is not as it was exported; deriving what follows from it, which takes some seconds …")
        # rdflib and the reasoner are loaded for this alone.
        from pathlib import Path

        from jdm_kg.exports import BY_NAME
        from jdm_kg.pipeline import release

        text = BY_NAME["trig"].write(release(Path(root)))[_TRIG]
    else:
        say("making the store of this version …")
    found = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TRIG)
    return [quad for quad in found if quad.graph_name != pyoxigraph.DefaultGraph()]  # that one is about the file


def _exported(root: str) -> bytes | None:
    """The TriG export, if it is whole and was made from the content as it is now."""
    import hashlib
    import json
    from pathlib import Path

    from jdm_kg.files import digest

    folder = Path(root, "exports")
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        text = (folder / _TRIG).read_bytes()
        listed = {entry["file"]: entry["sha256"] for entry in manifest["files"]}
        current = manifest["content"] == digest(Path(root)) and listed[_TRIG] == hashlib.sha256(text).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return text if current else None


def _dataset(quads: Iterable[pyoxigraph.Quad], *, asserted: bool) -> Iterator[pyoxigraph.Quad]:
    """All statements, each in the default graph and in its own."""
    for quad in quads:
        if not (asserted and quad.graph_name == _INFERRED):
            yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)
            yield quad


class Loaded(NamedTuple):
    """A file of RDF.

    Attributes:
        store: What it says, in memory.
        prefixes: Those that it declares, each with its namespace.
    """

    store: pyoxigraph.Store
    prefixes: Mapping[str, str]


_FORMATS: Final = {
    ".json": pyoxigraph.RdfFormat.JSON_LD,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
    ".n3": pyoxigraph.RdfFormat.N3,
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".owl": pyoxigraph.RdfFormat.RDF_XML,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".xml": pyoxigraph.RdfFormat.RDF_XML,
}


def read_file(path: str) -> Loaded:
    """Any file of RDF; its ending tells the format: Turtle, TriG, N-Triples, N-Quads, N3, RDF/XML or JSON-LD.

    Nothing that the file names is fetched.

    Raises:
        InputError: The file can't be read, is larger than 500 MB or no well-formed RDF, or is made to bring a reader to
            its knees: nested too deep, or with entities that multiply; line and column say where, if that is known.
    """
    from itertools import chain, islice
    from pathlib import Path

    from jdm_kg import texts

    where = Path(path)
    form = _FORMATS.get(where.suffix.lower())
    if form is None:
        hint = f"The ending tells the format; known are {', '.join(_FORMATS)}."
        raise InputError(
            f"it can't be told in which format this file is: {where.suffix or 'no ending'}", where, hint=hint
        )
    text = texts.read_text(where, largest=_LARGEST)
    if form == pyoxigraph.RdfFormat.RDF_XML:
        _refuse_entities(text, where)
        _refuse_deep_elements(text, where)
    elif form not in {pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.RdfFormat.N_QUADS} or "<<" in text:
        texts.refuse_deep_nesting(text, where)
    base = where.resolve().as_uri()
    store = pyoxigraph.Store()
    try:
        parser = pyoxigraph.parse(text, format=form, base_iri=base)
        first = list(islice(parser, 1))
        prefixes = dict(parser.prefixes)  # at its end RDF/XML has none any more
        store.bulk_extend(chain(first, parser))
        prefixes |= parser.prefixes
    except SyntaxError as error:
        said = f"this is no well-formed {form.name}: {error.msg}"
        json_hint = "A context at another address is never fetched." if form == pyoxigraph.RdfFormat.JSON_LD else None
        raise InputError(said, where, error.lineno, error.offset, json_hint) from error
    except ValueError as error:
        raise InputError(f"this is no well-formed {form.name}: {error}", where) from error
    return Loaded(store, prefixes)


_DEEPEST: Final = 64


def _refuse_entities(text: str, path: Path) -> None:
    """Refuse a document type that names files, or entities that stand for others or for much.

    Those that honest tools write stand for one namespace each.
    """
    import re
    from collections import Counter

    declared = list(re.finditer("<!DOCTYPE", text, re.IGNORECASE))
    if not declared:
        return
    values = re.findall(r"<!ENTITY\s++([\w.-]++)\s++(?:\"([^\"]*+)\"|'([^']*+)')\s*+>", text)
    used = Counter(re.findall(r"&([\w.-]++);", text))
    size = sum(used[entity] * len(one or other) for entity, one, other in values)
    # Looked for in the whole text: what seems to be a comment here may be none for a reader, and the other way round.
    odd = (
        len(declared) > 1
        or len(re.findall("<!ENTITY", text, re.IGNORECASE)) != len(values)
        or any("&" in one + other or "%" in one + other for _, one, other in values)
    )
    outside = re.compile(r"<!DOCTYPE\s++[^\s\[>]++\s++(?:SYSTEM|PUBLIC)", re.IGNORECASE)
    if odd or size > 10 * len(text) or outside.match(text, declared[0].start()):
        line, column = sparql.position(text, declared[0].start())
        hint = "Take out what is between <!DOCTYPE and ]>."
        raise InputError("the document type names files, or entities that multiply", path, line, column, hint)


def _refuse_deep_elements(text: str, path: Path) -> None:
    """Refuse elements in elements in elements, for which a reader of RDF/XML takes the square of their number."""
    import re

    tag = re.compile(
        r"""<!--(?:[^-]++|-(?!->))*+(?:-->)? | <!\[CDATA\[(?:[^\]]++|\](?!\]>))*+(?:\]\]>)?
        | <\?(?:[^?]++|\?(?!>))*+(?:\?>)?
        | <(?P<end>/)?[^\s<>!?/](?:[^<>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+(?P<empty>/)?>""",
        re.VERBOSE,
    )
    depth = 0
    for match in tag.finditer(text):
        if match["end"]:
            depth -= 1
        elif match.group()[1] not in "!?" and not match["empty"]:
            depth += 1
        if depth > _DEEPEST:
            line, column = sparql.position(text, match.start())
            said = f"elements are nested more than {_DEEPEST} deep"
            raise InputError(said, path, line, column, "Flatten it.")


def evaluate(
    store: pyoxigraph.Store,
    query: sparql.Query,
    *,
    default_graph: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Answer:
    """Ask a store. Nothing leaves this process: a graph that the store does not hold is refused, not fetched.

    Args:
        store: What is asked.
        query: As `jdm_kg.sparql.read` gives it.
        default_graph: IRIs of graphs to take in the place of the default graph; together with `named_graphs` they
            override FROM and FROM NAMED (SPARQL 1.1 Protocol, section 2.1.4).
        named_graphs: IRIs of the graphs that GRAPH may look into.

    Raises:
        InputError: The query is faulty, or names a graph in its dataset that the store does not hold.
    """
    chosen = (*default_graph, *named_graphs)
    for graph in chosen or query.graphs:
        if not _holds(store, graph):
            held = sorted(str(one.value) for one in store.named_graphs() if isinstance(one, pyoxigraph.NamedNode))
            hint = f"It holds {', '.join(map(shorten, held))}." if held else "It holds no named graphs."
            raise InputError(f"there is no graph <{graph}> here, and nothing is fetched", query.place, hint=hint)
    dataset: dict[str, list[Graph]] = {}
    if chosen:
        # Where only one of the two is given, the other one is empty.
        dataset["default_graph"] = [pyoxigraph.NamedNode(graph) for graph in default_graph]
        dataset["named_graphs"] = [pyoxigraph.NamedNode(graph) for graph in named_graphs]
    try:
        return store.query(query.text, prefixes=dict(PREFIXES) | dict(query.known), **dataset)  # type: ignore[arg-type]  # lists of graphs are what it takes
    except SyntaxError as error:
        raise sparql.in_words(error, query) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"the query can't be answered: {error}", query.place) from error


def _holds(store: pyoxigraph.Store, graph: str) -> bool:
    try:
        return store.contains_named_graph(pyoxigraph.NamedNode(graph))
    except ValueError:  # no IRI
        return False


class Unknown(NamedTuple):
    """A name in a query that stands nowhere in the graph.

    Attributes:
        message: What is wrong, in words.
        line: Where it stands, counted from 1.
        column: Likewise, in characters.
        hint: Names that look like it, in words, or empty.
        certain: Whether the query can't be meant: the vocabulary of the project is closed.
    """

    message: str
    line: int
    column: int
    hint: str
    certain: bool


def unknown_names(store: pyoxigraph.Store, query: sparql.Query) -> list[Unknown]:
    """The names in a query, of the project or of a vocabulary that it uses, that stand nowhere in the graph.

    A misspelt name makes a query that finds nothing, and nothing else would tell.
    """
    found = {}
    for token in _asked(query):
        iri = query.expand(token) or ""
        if iri in found or _stands(store, iri):
            continue
        line, column = sparql.place(query, token.start)
        found[iri] = _unknown(store, iri, token.text if token.kind == "name" else shorten(iri), line, column)
    return list(found.values())


def _asked(query: sparql.Query) -> Iterator[sparql.Token]:
    """The names that the query looks for; not those of graphs, of functions, or of what it makes."""
    tokens = query.tokens
    # What stands before the form are declarations.
    start = next(index for index, token in enumerate(tokens) if token.text.upper() == query.form)
    if query.form == "CONSTRUCT" and tokens[start + 1 : start + 2] and tokens[start + 1].text == "{":
        start = next((index for index in range(start, len(tokens)) if tokens[index].text == "}"), start)
    known = tuple(namespace for prefix, namespace in PREFIXES.items() if prefix != "xsd")
    for before, token, after in zip(tokens[start:], tokens[start + 1 :], (*tokens[start + 2 :], None), strict=False):
        if token.kind not in {"iri", "name"} or (before.kind == "word" and before.text.upper() in _NO_TERM):
            continue
        if before.text == "^^" or (after is not None and after.text == "(" and before.kind != "variable"):
            continue
        if (query.expand(token) or "").startswith(known) and (query.expand(token) or "") not in known:
            yield token


_NO_TERM: Final = frozenset({"FROM", "GRAPH", "NAMED"})


def _stands(store: pyoxigraph.Store, iri: str) -> bool:
    try:
        node = pyoxigraph.NamedNode(iri)
    except ValueError:
        return True  # the engine says what is wrong with it
    patterns = ((node, None, None), (None, node, None), (None, None, node))
    return any(next(store.quads_for_pattern(*pattern), None) is not None for pattern in patterns)


def _unknown(store: pyoxigraph.Store, iri: str, written: str, line: int, column: int) -> Unknown:
    from difflib import get_close_matches

    namespace = max((one for one in PREFIXES.values() if iri.startswith(one)), key=len)
    local = iri.removeprefix(namespace)
    certain = namespace == PREFIXES["vocab"]
    if certain:
        message = f"no {'class' if local[:1].isupper() else 'property'} {written}"
    else:
        message = f"nothing here is called {written}" if is_own(iri) else f"nothing here uses {written}"
    names: dict[str, str] = {}
    for quad in store:
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, pyoxigraph.NamedNode) and term.value.startswith(namespace):
                one = term.value.removeprefix(namespace)
                if not certain or one[:1].isupper() == local[:1].isupper():
                    names.setdefault(one.lower(), one)
    close = get_close_matches(local.lower(), sorted(names), n=3, cutoff=0.7)
    hint = f"Did you mean {' or '.join(shorten(namespace + names[one]) for one in close)}?" if close else ""
    return Unknown(message, line, column, hint, certain)


def labels(store: pyoxigraph.Store, iris: Iterable[str]) -> dict[str, str]:
    """The name of each IRI in English, or in any language that there is; those without one are left out."""
    found = {}
    for iri in iris:
        for predicate in _LABELS:
            graph = pyoxigraph.DefaultGraph()
            texts = [q.object for q in store.quads_for_pattern(pyoxigraph.NamedNode(iri), predicate, None, graph)]
            named = sorted(
                (not (one.language or "en").startswith("en"), one.value)
                for one in texts
                if isinstance(one, pyoxigraph.Literal)
            )
            if named:
                found[iri] = named[0][1]
                break
    return found
