"""The answer to one request, made in a process of its own from the data that it was handed.

Nothing here opens a file or a socket: in the process that runs it, neither can be done.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from itertools import islice
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import pyoxigraph

from jdm_kg import results, sparql, store
from jdm_kg.errors import InputError
from jdm_kg.iris import BASE, PREFIXES, name
from jdm_kg.serve import description, protocol
from jdm_kg.serve.limits import Limits
from jdm_kg.serve.negotiation import Offer, accepts_gzip, has_already
from jdm_kg.serve.paths import DOCUMENTS, KINDS, address
from jdm_kg.serve.protocol import GRAPHS, PAGE, TABULAR, Refusal
from jdm_kg.serve.replies import Job, Reply
from jdm_kg.serve.world import World

_RESULTS: Final[Mapping[str, pyoxigraph.QueryResultsFormat]] = MappingProxyType(
    {
        "json": pyoxigraph.QueryResultsFormat.JSON,
        "xml": pyoxigraph.QueryResultsFormat.XML,
        "csv": pyoxigraph.QueryResultsFormat.CSV,
        "tsv": pyoxigraph.QueryResultsFormat.TSV,
    }
)
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {fmt: offer.media_type for offers in (TABULAR, GRAPHS, PAGE) for fmt, offer in offers.items()}
)
_WITH_CHARSET: Final = frozenset({"html", "csv", "tsv", "ttl"})
_SHORTEST_TO_PACK: Final = 500
# Their answer is another each time, so that it can be neither kept nor recognised.
_CHANGING: Final = frozenset({"NOW", "RAND", "STRUUID", "UUID"})


def answer(world: World, job: Job, limits: Limits) -> Reply:
    """The answer to a job.

    Args:
        world: The data.
        job: What is wanted; its `kind` names one of the functions below, the rest are what this one reads.
        limits: How much an answer may hold.
    """
    try:
        reply = _KINDS[job["kind"]](world, job, limits)
    except Refusal as refusal:
        return _shown(world, job, refusal)
    return _packed(reply, job)


_REHEARSED: Final = (
    *(("SELECT * { ?s ?p ?o } LIMIT 3", fmt) for fmt in (*TABULAR, *PAGE)),
    *(("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3", fmt) for fmt in (*GRAPHS, *PAGE)),
    ("ASK { FILTER (REGEX(REPLACE(UCASE('x'), 'x', 'y', 'i'), 'y') && NOW() > YEAR(NOW())) }", "json"),
    ("SELECT (RAND() AS ?x) {}", "json"),
    ("ASK { ?s no:name ?o }", "json"),
    ("ASK { ?s FILTR (1 = 1) ?o }", "json"),
    ("ASK { ?s ?p ?o . FILTER (?s = ) }", "json"),
    ("SELECT ?x (1 AS ?x) { ?x ?y ?z } GROUP BY ?y", "json"),
    ("ASK FROM <x:none> {}", "json"),
)
"""Sound and faulty queries that need what a module loads only when it is needed."""


def rehearse(world: World, limits: Limits) -> None:
    """Answer some questions beforehand: a process that may open no file can't load a module that it comes to need."""
    for query, fmt in _REHEARSED:
        answer(world, {**_ANY, "kind": "query", "query": query, "format": fmt}, limits)
    for path in ("id/none", *sorted(node.removeprefix(BASE) for node in world.nodes)[:1]):
        for fmt in DOCUMENTS:
            answer(world, {**_ANY, "kind": "document", "path": path, "format": fmt}, limits)
    for fmt in GRAPHS:
        for kind in ("service", "void"):
            accept = GRAPHS[fmt].media_type
            answer(world, {**_ANY, "kind": kind, "endpoint": "http://localhost/sparql", "accept": accept}, limits)


_ANY: Final[Job] = MappingProxyType(
    {"accept": "*/*", "encoding": "gzip", "default_graphs": [], "named_graphs": [], "format": "", "if_none_match": ""}
)


def refused(refusal: Refusal, accept: str | None) -> Reply:
    """A refusal as an answer."""
    media_type, body = protocol.problem(refusal, accept)
    notes = {"limit": refusal.limit} if refusal.limit else {}
    return Reply(refusal.status, body, {"Content-Type": media_type, "Vary": "Accept", **refusal.headers}, notes)


def _shown(world: World, job: Job, refusal: Refusal) -> Reply:
    """A refusal for the client: for people with browsers a page from which they can go on."""
    reply = refused(refusal, job.get("accept"))
    if not protocol.prefers_html(job.get("accept")):
        return reply
    if job["kind"] == "query":
        place = f"line {refusal.line}, column {refusal.column}: " if refusal.line else ""
        page = world.answer(job["query"], error=f"{place}{refusal.title}. {refusal.detail}".strip())
    elif refusal.status == 404 and "path" in job:
        page = world.page("front", job["path"].partition("/")[2].replace("-", " "))
    else:
        return reply
    return Reply(reply.status, page, {**reply.headers, "Content-Type": _type("html")}, reply.notes)


def _packed(reply: Reply, job: Job) -> Reply:
    """A reply compressed, if it is worth while and the client takes that."""
    headers = {"Vary": "Accept, Accept-Encoding", **reply.headers}
    body = reply.body
    if reply.status == 200 and len(body) >= _SHORTEST_TO_PACK and accepts_gzip(job.get("encoding")):
        body = gzip.compress(body, 5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Reply(reply.status, body, headers, reply.notes, reply.keep)


def _query(world: World, job: Job, limits: Limits) -> Reply:
    """Evaluate a query."""
    defaults, named = list(job["default_graphs"]), list(job["named_graphs"])
    # Relative IRIs mean what they mean in the data, whatever the address of the endpoint.
    base = f"BASE <{BASE}> "
    try:
        query = sparql.read(base + job["query"], known=world.prefixes)
        fmt = protocol.format_for(query.form, job["format"], job.get("accept"))
        dataset = json.dumps([defaults, named])
        changes = any(token.kind == "word" and token.text.upper() in _CHANGING for token in query.tokens)
        tag = "" if changes else _tag(world.digest, query.text, dataset, fmt)
        if has_already(job.get("if_none_match"), tag):
            return _unchanged(tag)

        def evaluate() -> bytes:
            found = store.evaluate(world.store, query, default_graph=defaults, named_graphs=named)
            return _written(found, fmt, limits) if fmt != "html" else _answer_page(world, job["query"], found, limits)

        body = _by_chance(evaluate) if changes else evaluate()
    except InputError as error:
        before = len(base) if error.line == 1 else 0
        column = error.column - before if error.column else None
        raise Refusal(400, error.message, error.hint or "", error.line, column) from error
    notes = {"form": query.form, "format": fmt}
    return Reply(200, body, _headers(fmt, tag), notes, keep=bool(tag))


def _by_chance(work: Callable[[], bytes]) -> bytes:
    """Do work that draws random numbers.

    The engine has a generator for each thread, and a copy of a process begins with the state that all its copies have:
    they would draw the same numbers, and make the same UUIDs. A thread of its own begins with a seed of its own.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def _written(
    found: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples, fmt: str, limits: Limits
) -> bytes:
    """The answer to a query in a format, if it is not too large."""
    if isinstance(found, pyoxigraph.QueryTriples):
        triples = list(islice(found, limits.rows + 1))
        if len(triples) > limits.rows:
            raise _too_many("triples", limits)
        return _rdf(triples, fmt, limits)
    sink = _Sink(limits.answer_bytes)
    try:
        found.serialize(sink, _RESULTS[fmt])  # type: ignore[arg-type]  # it has what is used of a stream: write
    except _FullError as full:
        raise _too_many_bytes(limits) from full
    body = b"".join(sink.pieces)
    if isinstance(found, pyoxigraph.QuerySolutions) and _COUNTS[fmt](body) > limits.rows:
        raise _too_many("rows", limits)
    return body


def _answer_page(
    world: World,
    query: str,
    found: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples,
    limits: Limits,
) -> bytes:
    if isinstance(found, pyoxigraph.QueryTriples):
        return world.answer(query, text=_written(found, "ttl", limits).decode())
    return world.answer(query, results=_written(found, "json", limits))


class _FullError(Exception):
    """An answer is larger than it may be."""


class _Sink:
    """What is written, up to a number of bytes."""

    def __init__(self, room: int) -> None:
        self.pieces: list[bytes] = []
        self._room = room

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self._room -= len(piece)
        if self._room < 0:
            raise _FullError
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits to be written."""


_NARROW: Final = "Narrow the query, or page through it: ORDER BY, LIMIT, OFFSET."


def _too_many(what: str, limits: Limits) -> Refusal:
    detail = f"{limits.rows:,} {what} are given at most. {_NARROW}"
    return Refusal(422, f"the answer has too many {what}", detail, limit="rows")


def _too_many_bytes(limits: Limits) -> Refusal:
    detail = f"{limits.answer_bytes:,} bytes are given at most. {_NARROW}"
    return Refusal(422, "the answer is too large", detail, limit="bytes")


# The engine writes each row in one way only, so that rows can be counted in what it has written.
_COUNTS: Final[Mapping[str, Callable[[bytes], int]]] = MappingProxyType(
    {
        "json": lambda body: len(json.loads(body)["results"]["bindings"]),
        "xml": lambda body: body.count(b"<result>"),
        "csv": lambda body: sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1,
        "tsv": lambda body: body.count(b"\n") - 1,
    }
)


def _rdf(triples: Iterable[pyoxigraph.Triple], fmt: str, limits: Limits) -> bytes:
    triples = list(triples)
    if fmt == "rdf":
        used = " ".join(map(str, triples))
        prefixes = {prefix: iri for prefix, iri in PREFIXES.items() if iri in used}
        body = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.RDF_XML, prefixes=prefixes) or b""
    else:
        body = results.write(triples, fmt)
    if len(body) > limits.answer_bytes:
        raise _too_many_bytes(limits)
    return body


def _tag(*parts: str) -> str:
    """The entity tag of what was made from these parts; weak, since the order of rows may differ."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{digest[:32]}"'


def _type(fmt: str) -> str:
    return _TYPES[fmt] + ("; charset=utf-8" if fmt in _WITH_CHARSET else "")


def _headers(fmt: str, tag: str = "") -> dict[str, str]:
    headers = {"Content-Type": _type(fmt), "Cache-Control": "no-cache" if tag else "no-store"}
    return headers | {"ETag": tag} if tag else headers


def _unchanged(tag: str) -> Reply:
    return Reply(304, b"", {"ETag": tag, "Cache-Control": "no-cache"}, {"unchanged": True})


def _service(world: World, job: Job, _: Limits) -> Reply:
    """Describe the endpoint: to people with the editor, to programs in RDF."""
    fmt = _picked(job, {**PAGE, **GRAPHS}, "the description of this endpoint", default="ttl")
    return _told(world, job, fmt, "service", lambda: _service_body(world, job, fmt))


def _service_body(world: World, job: Job, fmt: str) -> bytes:
    if fmt == "html":
        return world.page("editor")
    return _rdf(description.service(world, job["endpoint"]), fmt, Limits())


def _void(world: World, job: Job, limits: Limits) -> Reply:
    """Describe the dataset."""
    fmt = _picked(job, GRAPHS, "the description of the dataset")
    return _told(world, job, fmt, "void", lambda: _rdf(description.dataset(world, job["endpoint"]), fmt, limits))


def _page(world: World, job: Job, _: Limits) -> Reply:
    """A page that tells of no thing: the front page and its like."""
    which, text, question = job["page"], job.get("text", ""), job.get("question", "")
    _picked(job, PAGE, "this page")
    parts = json.dumps([which, text, question])
    return _told(world, job, "html", parts, lambda: world.page(which, text, question))


def _completions(world: World, job: Job, _: Limits) -> Reply:
    """The words that the editor completes."""
    reply = _told(world, job, "html", "completions", world.completions)
    return Reply(reply.status, reply.body, {**reply.headers, "Content-Type": "application/json"}, {}, reply.keep)


def _docs(world: World, job: Job, _: Limits) -> Reply:
    """Tell what programs can ask for, on a page."""
    _picked(job, PAGE, "this page")
    return _told(world, job, "html", f"docs {json.dumps(job['openapi'])}", lambda: world.docs(job["openapi"]))


def _document(world: World, job: Job, limits: Limits) -> Reply:
    """The document about a thing, in the format that its address or else its client names."""
    iri = world.older.get(BASE + job["path"], BASE + job["path"])
    if not world.knows(iri):
        raise _unknown(world, job["path"])
    offers = {fmt: offer for fmt, offer in DOCUMENTS.items() if fmt != "html" or world.has_page(iri)}
    fmt = job["format"] or _picked(job, offers, "this document")
    if fmt not in offers:
        raise Refusal(404, "there is no such page", f"It is told as data only: take one of {', '.join(offers)}.")
    headers = {"Link": _links(world, iri, offers)}
    if not job["format"]:
        headers["Content_Location"] = address(iri.removeprefix(BASE), fmt)
    return _told(world, job, fmt, f"document {iri}", lambda: _document_body(world, iri, fmt, limits), **headers)


def _document_body(world: World, iri: str, fmt: str, limits: Limits) -> bytes:
    made = world.thing_html(iri) if fmt == "html" else world.thing_jsonld(iri) if fmt == "jsonld" else None
    return _rdf(world.about(iri), fmt, limits) if made is None else made


def _links(world: World, iri: str, offers: Iterable[str]) -> str:
    """What belongs to a document: the thing that it describes, its other formats, and what took the thing's place."""
    path = iri.removeprefix(BASE)
    links = [f'<{iri}>; rel="describes"']
    links += [f'<{address(path, fmt)}>; rel="alternate"; type="{_TYPES[fmt]}"' for fmt in offers]
    for newer in world.facts.resources(iri, name("dcterms:isReplacedBy")):
        links.append(f'<{quote(newer, safe=":/#?=&%~._-")}>; rel="successor-version"')
    return ", ".join(links)


def _unknown(world: World, path: str) -> Refusal:
    kind, _, local = path.partition("/")
    known = [iri.removeprefix(BASE) for iri in world.nodes if iri.startswith(f"{BASE}{kind}/")]
    close = get_close_matches(path[:100], known, n=3, cutoff=0.6)
    if not close and kind in KINDS:  # right name, wrong kind
        close = [f"{other}/{local}" for other in KINDS if world.knows(f"{BASE}{other}/{local}")]
    hint = (
        f"Did you mean {' or '.join('/' + one for one in close)}?" if close else "The front page lists what there is."
    )
    return Refusal(404, f"nothing here is called /{path[:200]}", hint)


def _exists(world: World, job: Job, _: Limits) -> Reply:
    """Whether there is something of a name: which formats its document has, or the refusal."""
    iri = BASE + job["path"]
    if not world.knows(iri):
        raise _unknown(world, job["path"])
    offers = [fmt for fmt in DOCUMENTS if fmt != "html" or world.has_page(iri)]
    return Reply(200, notes={"formats": offers}, keep=True)


def _hello(world: World, _: Job, __: Limits) -> Reply:
    """What the server tells of the data."""
    told = {
        "name": "jdm-kg",
        "version": world.version,
        "title": world.title,
        "content_sha256": world.digest,
        "triples": len(world.store),
    }
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache"}
    return Reply(200, json.dumps(told, indent=2).encode() + b"\n", headers, keep=True)


def _picked(job: Job, offers: Mapping[str, Offer], what: str, default: str = "") -> str:
    accept = job.get("accept")
    if default and (not accept or accept.strip() == "*/*"):
        return default
    return protocol.negotiated(offers, accept, what)


def _told(world: World, job: Job, fmt: str, what: str, make: Callable[[], bytes], **headers: str) -> Reply:
    """What is made from the data alone: with a tag, and not made again for a client that has it.

    Args:
        world: The data.
        job: The job.
        fmt: The format.
        what: Stands for what it is.
        make: Makes it.
        headers: Further headers, with low lines for hyphens.
    """
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    day = world.today if fmt == "html" else ""  # pages tell whose review is overdue
    tag = _tag(world.digest, world.version, day, what, job.get("endpoint", ""), fmt)
    if has_already(job.get("if_none_match"), tag):
        return _unchanged(tag)
    return Reply(200, make(), {**_headers(fmt, tag), **named}, {"format": fmt}, keep=True)


_KINDS: Final[Mapping[str, Callable[[World, Job, Limits], Reply]]] = MappingProxyType(
    {
        "completions": _completions,
        "docs": _docs,
        "document": _document,
        "exists": _exists,
        "hello": _hello,
        "page": _page,
        "query": _query,
        "service": _service,
        "void": _void,
    }
)
