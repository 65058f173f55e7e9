"""The SPARQL 1.1 Protocol, queries only: what a request asks for, in which format it is answered, how it is refused.

Pure functions: nothing here reads a socket or evaluates a query.

Source: SPARQL 1.1 Protocol (W3C Recommendation), sections 2.1 and 4; RFC 9110, HTTP Semantics; RFC 9457, Problem
Details for HTTP APIs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from jdm_kg.serve.negotiation import Offer, choose, ranges

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

TABULAR: Final[Mapping[str, Offer]] = MappingProxyType(
    {
        "json": Offer("application/sparql-results+json", ("application/json",)),
        "xml": Offer("application/sparql-results+xml", ("application/xml", "text/xml")),
        "csv": Offer("text/csv"),
        "tsv": Offer("text/tab-separated-values"),
    }
)
"""The formats of SELECT by their short names, the preferred one first; for ASK, CSV and TSV are not defined."""

GRAPHS: Final[Mapping[str, Offer]] = MappingProxyType(
    {
        "ttl": Offer("text/turtle", ("application/x-turtle",)),
        "nt": Offer("application/n-triples", ("text/plain",)),
        "jsonld": Offer("application/ld+json", ("application/json",)),
        "rdf": Offer("application/rdf+xml", ("application/xml", "text/xml")),
    }
)
"""The formats of CONSTRUCT, DESCRIBE and of what is told in RDF, likewise."""

PAGE: Final[Mapping[str, Offer]] = MappingProxyType({"html": Offer("text/html", ("application/xhtml+xml",))})
"""What people with browsers get. It is given to those who ask for it by name, never to whoever takes anything."""

_PARAMETERS: Final = frozenset({"query", "default-graph-uri", "named-graph-uri", "format"})
_UPDATING: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_MOST_FIELDS: Final = 100
_MOST_GRAPHS: Final = 64
_READ_ONLY: Final = "This endpoint answers queries and changes nothing: SPARQL UPDATE is not offered."


@dataclass
class Refusal(Exception):  # noqa: N818 - an answer to a request, not a fault of the program
    """A request that is not answered as asked, and why.

    Attributes:
        status: The HTTP status.
        title: What is wrong, in a few plain words.
        detail: More of it, and what to do.
        line: Line of the query at fault, counted from 1, or None.
        column: Column at fault, counted from 1, or None.
        headers: Further headers of the response.
        limit: Which limit was hit, for the log, or "".
    """

    status: int
    title: str
    detail: str = ""
    line: int | None = None
    column: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    limit: str = ""

    def __str__(self) -> str:
        return self.title


class Asked(NamedTuple):
    """What a request to the endpoint asks for.

    Attributes:
        query: The text of the query; None if the request has none and asks for the description of the service.
        default_graphs: IRIs of the graphs whose merge is the default graph, if the request names any.
        named_graphs: IRIs of the named graphs, likewise.
        format: Short name of the format that is wanted whatever is accepted, or "".
    """

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""


def asked(method: str, parameters: bytes, content_type: str | None, body: bytes) -> Asked:
    """What a request asks for.

    Args:
        method: The HTTP method.
        parameters: What stands behind the question mark of the address, undecoded.
        content_type: The header of that name, or None.
        body: The body, of a POST.

    Raises:
        Refusal: The request is not one of the protocol, or asks for an update.
    """
    check_method(method)
    fields = _fields(parameters, "the address")
    text: str | None = None
    if method == "POST":
        kind = _media_type(content_type)
        if kind == FORM:
            fields += _fields(body, "the form")
        elif kind == QUERY:
            text = _text(body)
        elif kind == UPDATE:
            raise Refusal(403, "nothing can be changed here", _READ_ONLY)
        else:
            said = f"Content-Type is {kind or 'not given'}"
            detail = f"{said}: send the query as {QUERY}, or as the field `query` of a form ({FORM})."
            raise Refusal(415, "the type of the body is not one that a query can have", detail)
    return _asked(method, fields, text)


def check_method(method: str) -> None:
    """Let through the methods that the endpoint knows.

    Raises:
        Refusal: It is another.
    """
    if method not in METHODS:
        allowed = ", ".join(METHODS)
        raise Refusal(405, f"{method} is not offered", f"Use one of {allowed}.", headers={"Allow": allowed})


def _asked(method: str, fields: Sequence[tuple[str, str]], text: str | None) -> Asked:
    names = {name for name, _ in fields}
    if names & _UPDATING:
        raise Refusal(403, "nothing can be changed here", _READ_ONLY)
    queries = [value for name, value in fields if name == "query"]
    if text is not None:
        queries.append(text)
    if len(queries) > 1:
        raise Refusal(400, "there is more than one query", "Send one query with each request.")
    if not queries and (method == "POST" or names & _PARAMETERS):
        raise Refusal(400, "there is no query", "Give the query as the parameter `query`.")
    if queries and not queries[0].strip():
        raise Refusal(400, "the query is empty", "Give a SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    formats = [value for name, value in fields if name == "format"]
    known = {*TABULAR, *GRAPHS, *PAGE}
    if len(formats) > 1 or not known.issuperset(formats):
        raise Refusal(400, "the format is not known", f"`format` is one of {', '.join(sorted(known))}.")
    return Asked(
        queries[0] if queries else None,
        _graphs(fields, "default-graph-uri"),
        _graphs(fields, "named-graph-uri"),
        formats[0] if formats else "",
    )


def _graphs(fields: Sequence[tuple[str, str]], wanted: str) -> tuple[str, ...]:
    found = tuple(value for name, value in fields if name == wanted)
    if len(found) > _MOST_GRAPHS:
        raise Refusal(400, "too many graphs are named", f"{wanted} may be given {_MOST_GRAPHS} times.")
    return found


def _fields(data: bytes, place: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            data.decode("ascii") if place == "the address" else _text(data),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeError as error:
        raise Refusal(400, f"{place} is not UTF-8", "Encode the text as UTF-8, then as percent signs.") from error
    except ValueError as error:
        raise Refusal(400, f"{place} has too many fields", f"{_MOST_FIELDS} fields are read at most.") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, "the body is not UTF-8", "SPARQL queries are sent as UTF-8.") from error


def _media_type(header: str | None) -> str:
    """The media type of a Content-Type header in lower case, "" if there is none."""
    if not header:
        return ""
    # The header is written as a range of an Accept header is.
    read = ranges(header)
    if len(read) != 1 or read[0].subtype == "*":
        return header.partition(";")[0].strip().lower()[:80]
    charset = dict(read[0].parameters).get("charset", "utf-8")
    if charset not in ("utf-8", "utf8"):
        raise Refusal(415, f"the body is in {charset[:40]}", "SPARQL queries are sent as UTF-8.")
    return f"{read[0].type}/{read[0].subtype}"


def format_for(form: str, wanted: str, accept: str | None) -> str:
    """The short name of the format in which a query is answered.

    Args:
        form: The form of the query, such as "SELECT".
        wanted: Short name of the format that the request names, or "".
        accept: The Accept header, or None.

    Raises:
        Refusal: The answer can't be given in any format that the client accepts.
    """
    if form == "SELECT":
        formats = {**TABULAR, **PAGE}
    elif form == "ASK":
        formats = {"json": TABULAR["json"], "xml": TABULAR["xml"], **PAGE}
    else:
        formats = {**GRAPHS, **PAGE}
    if wanted:
        if wanted not in formats:
            detail = f"The formats for {form} are {', '.join(formats)}."
            raise Refusal(400, f"{form} can't be answered as {wanted}", detail)
        return wanted
    return negotiated(formats, accept, f"an answer to {form}")


def negotiated(formats: Mapping[str, Offer], accept: str | None, what: str) -> str:
    """The short name of the format that a client likes best.

    Args:
        formats: The formats that there are, best first.
        accept: The Accept header, or None.
        what: What it is that there is in these formats, for the message.

    Raises:
        Refusal: The client accepts none of them.
    """
    offer = choose(accept, list(formats.values()))
    if offer is None:
        types = ", ".join(offer.media_type for offer in formats.values())
        raise Refusal(406, f"{what} can't be given in a type that is accepted", f"The types are {types}.")
    return next(name for name, known in formats.items() if known is offer)


def prefers_html(accept: str | None) -> bool:
    """Whether a client is a browser that shows pages."""
    return choose(accept, [_TEXT, *PAGE.values()]) in PAGE.values()


_TEXT = Offer("text/plain")
_JSON = Offer(
    "application/problem+json", ("application/json", "application/sparql-results+json", "application/ld+json")
)


def problem(refusal: Refusal, accept: str | None) -> tuple[str, bytes]:
    """A refusal as a document: for programs where the client prefers JSON, for people otherwise.

    Args:
        refusal: What to tell.
        accept: The Accept header, or None.

    Returns:
        The media type and the document.
    """
    if choose(accept, [_TEXT, _JSON]) is _JSON:
        members = {
            "title": refusal.title,
            "status": refusal.status,
            "detail": refusal.detail,
            "line": refusal.line,
            "column": refusal.column,
        }
        told = {name: value for name, value in members.items() if value not in (None, "")}
        return _JSON.media_type, json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"
    place = f"line {refusal.line}, column {refusal.column}: " if refusal.line else ""
    text = f"{place}{refusal.title}\n" + (f"{refusal.detail}\n" if refusal.detail else "")
    return "text/plain; charset=utf-8", text.encode()
