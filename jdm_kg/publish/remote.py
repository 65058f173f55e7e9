"""A store by its addresses: what is asked of it, and how a graph gets into it.

Sources: SPARQL 1.1 Protocol; SPARQL 1.1 Graph Store HTTP Protocol; SPARQL 1.1 Query Results JSON Format (W3C
Recommendations).
"""

from __future__ import annotations

import itertools
import json
import urllib.parse
from dataclasses import dataclass
from http import HTTPStatus

import pyoxigraph

from jdm_kg.publish.editions import Graph
from jdm_kg.publish.wire import Answer, StoreError, Wire

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"
_RDF = f"{_NTRIPLES}, text/turtle;q=0.5"
_SHORT = 2000  # triples; stores that limit answers are set to 10,000 or more
# No RDF/XML: a few hundred bytes of it can stop the process that reads them.
_READABLE = {
    _NTRIPLES: pyoxigraph.RdfFormat.N_TRIPLES,
    "text/plain": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
}


@dataclass(frozen=True)
class Target:
    """The addresses of a store.

    Attributes:
        query: Where it takes queries.
        update: Where it takes SPARQL UPDATE.
        graph_store: Where it speaks the Graph Store HTTP Protocol, or empty: then graphs go in by UPDATE alone.
    """

    query: str
    update: str
    graph_store: str = ""

    def graph(self, iri: str) -> str:
        """The address of a named graph in the Graph Store HTTP Protocol."""
        joint = "&" if "?" in self.graph_store else "?"
        return f"{self.graph_store}{joint}graph={urllib.parse.quote(iri, safe='')}"


@dataclass(frozen=True)
class Remote:
    """A store that is being published to.

    Attributes:
        target: Its addresses.
        wire: The requests to it.
    """

    target: Target
    wire: Wire

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query: the text of each value by the name of its variable.

        Raises:
            StoreError: As `Wire.send`, or the answer is none to a query.
        """
        answer = self.wire.send("POST", self.target.query, form(query=query), _headers(_JSON))
        try:
            rows = json.loads(answer.body)["results"]["bindings"]
            return [{variable: str(value["value"]) for variable, value in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise StoreError(
                f"{self.target.query} does not answer a query as SPARQL stores do",
                hint="Is this the address for queries? See docs/stores.md.",
            ) from error

    def update(self, text: str) -> None:
        """Carry out an UPDATE request, which may be sent again if it is unclear whether it arrived.

        Raises:
            StoreError: As `Wire.send`.
        """
        self.wire.send("POST", self.target.update, form(update=text), _headers("*/*"))

    def load(self, graph: Graph) -> None:
        """Put a graph in the place of what the store holds under its name.

        Raises:
            StoreError: As `Wire.send`.
        """
        if self.target.graph_store:
            self.wire.send("PUT", self.target.graph(graph.iri), graph.ntriples, {"Content-Type": _NTRIPLES})
        else:
            for text in graph.requests():
                self.update(text)

    def drop(self, iri: str) -> None:
        """Remove a graph; it is fine if there is none.

        Raises:
            StoreError: As `Wire.send`.
        """
        if self.target.graph_store:
            self.wire.send("DELETE", self.target.graph(iri), also=HTTPStatus.NOT_FOUND)
        else:
            self.update(f"DROP SILENT GRAPH <{iri}>")

    def count(self, iri: str) -> int:
        """How many triples a graph holds.

        Raises:
            StoreError: As `rows`.
        """
        rows = self.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")
        try:
            return int(float(rows[0]["n"]))
        except (IndexError, KeyError, ValueError, OverflowError) as error:
            raise StoreError(f"{self.target.query} does not count") from error

    def triples(self, iri: str) -> list[pyoxigraph.Triple]:
        """What a graph holds, or as much of it as the store gives in one answer.

        Raises:
            StoreError: As `Wire.send`, or the answer is no RDF.
        """
        if self.target.graph_store:
            return self._read(self.wire.send("GET", self.target.graph(iri), headers={"Accept": _RDF}))
        return self._construct(iri, "")

    def triples_in_parts(self, iri: str, number: int) -> list[pyoxigraph.Triple]:
        """What a graph holds, in as many answers as keep each short.

        The parts are those whose subjects have a digest that begins alike, and one with all blank nodes, which have
        the same names within one answer only.

        Args:
            iri: The name of the graph.
            number: How many triples it holds.

        Raises:
            StoreError: As `triples`.
        """
        digits = 1
        while number / 16**digits > _SHORT:
            digits += 1
        found = self._construct(iri, "FILTER(isBlank(?s) || isBlank(?o))")
        for start in itertools.product("0123456789abcdef", repeat=digits):
            alike = f'STRSTARTS(MD5(STR(?s)), "{"".join(start)}")'
            found += self._construct(iri, f"FILTER(!isBlank(?s) && !isBlank(?o) && {alike})")
        return found

    def _construct(self, iri: str, condition: str) -> list[pyoxigraph.Triple]:
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o {condition} }} }}"
        return self._read(self.wire.send("POST", self.target.query, form(query=query), _headers(_RDF)))

    def _read(self, answer: Answer) -> list[pyoxigraph.Triple]:
        known = _READABLE.get(answer.media_type)
        if known is None:
            given = answer.media_type or "nothing known"
            raise StoreError(f"{self.target.query} gives a graph back as {given}, not as N-Triples")
        try:
            return [quad.triple for quad in pyoxigraph.parse(answer.body, format=known)]
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"what {self.target.query} gives back of a graph can't be read: {error}") from error


def form(**fields: str) -> bytes:
    """Fields as a form in the body of a request."""
    return urllib.parse.urlencode(fields).encode("ascii")


def _headers(accept: str) -> dict[str, str]:
    return {"Content-Type": _FORM, "Accept": accept}
