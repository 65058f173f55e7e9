"""Asking another SPARQL endpoint, on its user's demand and never otherwise.

Source: SPARQL 1.1 Protocol (W3C Recommendation), section 2.1.2: query via POST with
URL-encoded parameters.
"""

from __future__ import annotations

import gzip
import io
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections import deque
from collections.abc import Iterable, Mapping
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import pyoxigraph

from jdm_kg import sparql
from jdm_kg.errors import InputError
from jdm_kg.iris import name

_MOST: Final = 200_000_000
_ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_GRAPH: Final = "application/n-triples, text/turtle;q=0.9"
_FORMATS: Final[Mapping[str, pyoxigraph.QueryResultsFormat | pyoxigraph.RdfFormat]] = {
    "application/json": pyoxigraph.QueryResultsFormat.JSON,
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
    "application/xml": pyoxigraph.QueryResultsFormat.XML,
    "text/plain": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Goes nowhere but to where the user sent us: nobody else may choose whom we ask."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def ask(endpoint: str, query: sparql.Query, *, time_limit: float = 60) -> object:
    """Ask an endpoint.

    Args:
        endpoint: Its address, with http: or https:.
        query: As `jdm_kg.sparql.read` gives it.
        time_limit: Seconds without a sign of life after which it counts as dead.

    Returns:
        As `jdm_kg.store.evaluate`; for CONSTRUCT and DESCRIBE a list of triples.

    Raises:
        InputError: The address is none, nobody answers there, the endpoint refuses the query, or its answer can't be
            read.
    """
    if not _is_address(endpoint):
        raise InputError(f"{endpoint!r} is no address of an endpoint", hint="Such as https://example.org/sparql.")
    graph = query.form in {"CONSTRUCT", "DESCRIBE"}
    try:
        agent = f"jdm-kg/{version('jdm-kg')}"
    except PackageNotFoundError:
        agent = "jdm-kg"
    request = urllib.request.Request(  # noqa: S310 - http and https only, see above
        endpoint,
        # As a form: Virtuoso 7.2.5 never answers a query that is posted by itself.
        data=urllib.parse.urlencode({"query": sparql.with_prefixes(query)}).encode("ascii"),
        method="POST",
        headers={
            "Accept": _GRAPH if graph else _ROWS,
            "Accept-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": agent,
        },
    )
    try:
        # No proxy handlers are left out: who sets a proxy wants it used.
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=time_limit) as reply:
            media_type = reply.headers.get_content_type()
            packed = reply.headers.get("Content-Encoding") == "gzip"
            raw = reply.read(_MOST + 1)
            # A read of so many bytes does not tell when fewer come than were announced.
            if reply.length and len(raw) <= _MOST:
                raise InputError("the answer breaks off before its end", hint="Ask again.")
    except urllib.error.HTTPError as error:
        said = f"the endpoint answers with status {error.code} {_printable(error.reason)}".rstrip()
        with error:
            raise InputError(said, hint=_words(error) or None) from error
    except (OSError, HTTPException) as error:
        reason = _printable(str(getattr(error, "reason", None) or str(error) or type(error).__name__))
        hint = "Check the address, and that the endpoint is running."
        raise InputError(f"nobody answers at {endpoint}: {reason}", hint=hint) from error
    if packed:
        try:
            raw = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(_MOST + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"the endpoint's answer is no sound gzip: {error}") from error
    if len(raw) > _MOST:
        raise InputError(f"the answer is larger than {_MOST // 1_000_000} MB", hint="Ask for less, with LIMIT.")
    return _parse(raw, media_type, graph=graph)


def _is_address(endpoint: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(endpoint)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and endpoint.isascii()
    except ValueError:
        return False


def _words(error: urllib.error.HTTPError) -> str:
    """What the endpoint has to say about an error."""
    if moved := error.headers.get("Location"):
        return f"It points to {_printable(moved)}. If you trust that address, name it instead."
    try:
        return _printable(error.read(2000).decode("utf-8", "replace").strip())
    except (OSError, HTTPException):
        return ""


def _printable(text: str) -> str:
    """A text of somebody else, in which nothing commands a terminal."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _parse(raw: bytes, media_type: str, *, graph: bool) -> object:
    form = _FORMATS.get(media_type)
    try:
        if graph and isinstance(form, pyoxigraph.RdfFormat):
            return [quad.triple for quad in pyoxigraph.parse(raw, format=form)]
        if not graph and isinstance(form, pyoxigraph.QueryResultsFormat):
            if form == pyoxigraph.QueryResultsFormat.XML and b"<!doctype" in raw.lower():
                raise InputError("the answer is XML with a document type, which no endpoint needs")
            answer = pyoxigraph.parse_query_results(raw, format=form)
            if isinstance(answer, pyoxigraph.QueryBoolean):
                return answer
            del answer  # it may not outlive this thread, as what hangs on an error can
            # It is read row by row, and whether it is sound shows at its end.
            deque(pyoxigraph.parse_query_results(raw, format=form), maxlen=0)  # type: ignore[arg-type]  # rows
            return pyoxigraph.parse_query_results(raw, format=form)
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise InputError(f"the endpoint's answer is no sound {media_type}: {error}") from error
    raise InputError(f"the endpoint answers with {media_type}, which is no answer to such a query")


def labels(endpoint: str, iris: Iterable[str], *, time_limit: float = 60) -> dict[str, str]:
    """The English names that an endpoint has for IRIs; none where it can't tell.

    Args:
        endpoint: Its address.
        iris: Whole IRIs; at most the first 500 are asked for.
        time_limit: As for `ask`.
    """
    listed = " ".join(f"<{iri}>" for iri in list(iris)[:500])
    if not listed:
        return {}
    text = (
        f"SELECT ?iri (MIN(STR(?label)) AS ?name) {{ VALUES ?iri {{ {listed} }} "
        f"?iri <{name('skos:prefLabel')}>|<{name('rdfs:label')}> ?label "
        'FILTER(LANG(?label) = "" || LANGMATCHES(LANG(?label), "en")) } GROUP BY ?iri'
    )
    try:
        rows = ask(endpoint, sparql.read(text), time_limit=time_limit)
        return {row["iri"].value: row["name"].value for row in rows}  # type: ignore[attr-defined]  # it is a SELECT
    except InputError:
        return {}  # the answer itself has come, and is shown without names
