"""Asking another SPARQL endpoint, on its user's demand and never otherwise.

Source: SPARQL 1.1 Protocol (W3C Recommendation), section 2.1.3: query via POST directly.
"""

from __future__ import annotations

import gzip
import io
import urllib.error
import urllib.parse
import urllib.request
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
    if urllib.parse.urlsplit(endpoint).scheme not in {"http", "https"}:
        raise InputError(f"{endpoint!r} is no address of an endpoint", hint="Such as https://example.org/sparql.")
    graph = query.form in {"CONSTRUCT", "DESCRIBE"}
    try:
        agent = f"jdm-kg/{version('jdm-kg')}"
    except PackageNotFoundError:
        agent = "jdm-kg"
    request = urllib.request.Request(  # noqa: S310 - http and https only, see above
        endpoint,
        data=sparql.with_prefixes(query).encode("utf-8"),
        method="POST",
        headers={
            "Accept": _GRAPH if graph else _ROWS,
            "Accept-Encoding": "gzip",
            "Content-Type": "application/sparql-query; charset=utf-8",
            "User-Agent": agent,
        },
    )
    try:
        # No proxy handlers are left out: who sets a proxy wants it used.
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=time_limit) as reply:
            media_type = reply.headers.get_content_type()
            raw = reply.read(_MOST + 1)
            if reply.headers.get("Content-Encoding") == "gzip":
                raw = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(_MOST + 1)
    except urllib.error.HTTPError as error:
        words = error.read(2000).decode("utf-8", "replace").strip()
        if moved := error.headers.get("Location"):
            words = f"It points to {moved}. If you trust that address, name it instead."
        raise InputError(f"the endpoint answers with status {error.code} {error.reason}", hint=words or None) from error
    except (OSError, HTTPException, EOFError) as error:
        reason = getattr(error, "reason", None) or error
        hint = "Check the address, and that the endpoint is running."
        raise InputError(f"nobody answers at {endpoint}: {reason}", hint=hint) from error
    if len(raw) > _MOST:
        raise InputError(f"the answer is larger than {_MOST // 1_000_000} MB", hint="Ask for less, with LIMIT.")
    return _parse(raw, media_type, graph=graph)


def _parse(raw: bytes, media_type: str, *, graph: bool) -> object:
    form = _FORMATS.get(media_type)
    try:
        if graph and isinstance(form, pyoxigraph.RdfFormat):
            return [quad.triple for quad in pyoxigraph.parse(raw, format=form)]
        if not graph and isinstance(form, pyoxigraph.QueryResultsFormat):
            if form == pyoxigraph.QueryResultsFormat.XML and b"<!DOCTYPE" in raw:
                raise InputError("the answer is XML with a document type, which no endpoint needs")
            return pyoxigraph.parse_query_results(raw, format=form)
    except (SyntaxError, ValueError) as error:
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
