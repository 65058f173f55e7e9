"""What a store says of itself: which editions it holds, and which of them readers are to ask.

All of it stands in one small named graph. Its pointer is one triple: `<dataset> dcat:hasCurrentVersion <edition>`, and
the edition is at the same time the name of the graph to ask. An
edition that the dataset does not name with `dcat:hasVersion` is not whole: it is being loaded or removed, or whoever
did so was interrupted.

Each change takes effect only if what it rests on still holds, so of two that publish at the same time one finds that it
has lost. What readers see, the pointer, changes in one operation.

Source: Data Catalog Vocabulary (DCAT) version 3, section 11 (W3C Recommendation).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jdm_kg.iris import BASE, name
from jdm_kg.publish.editions import CATALOGUE, Edition, iri_of

DATASET = BASE
_DCAT = "http://www.w3.org/ns/dcat#"
_CURRENT = f"<{_DCAT}hasCurrentVersion>"
_WHOLE = f"<{_DCAT}hasVersion>"
_PART, _SEE, _BEGAN, _ISSUED, _VERSION, _BY = (
    f"<{name(curie)}>"
    for curie in (
        "dcterms:hasPart",
        "rdfs:seeAlso",
        "dcterms:created",
        "dcterms:issued",
        "owl:versionInfo",
        "prov:wasGeneratedBy",
    )
)
_TIME = name("xsd:dateTime")
_NAME = re.compile(r"[0-9A-Za-z._-]*-[0-9a-f]{12}")
_SAFE = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")

READ = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{CATALOGUE}> {{ ?s ?p ?o }} }}"
"""The query whose rows `read` takes."""


@dataclass(frozen=True)
class Held:
    """An edition that a store holds, whole or not.

    Attributes:
        name: Of the edition.
        version: Of its content.
        graphs: IRIs of the graphs that the content is divided into.
        others: IRIs of its other graphs.
        whole: Whether it has been loaded and compared.
        current: Whether readers are to ask it.
        began: When loading began.
        issued: When it first became the current one, or None.
        run: IRI of the run that is loading it, or empty.
    """

    name: str
    version: str
    graphs: tuple[str, ...]
    others: tuple[str, ...]
    whole: bool
    current: bool
    began: datetime
    issued: datetime | None
    run: str

    @property
    def iri(self) -> str:
        """The IRI of the edition and of its full graph."""
        return iri_of(self.name)

    @property
    def sequence(self) -> tuple[datetime, str]:
        """What editions are sorted by, the oldest first."""
        return (self.issued or self.began, self.name)


def read(rows: Iterable[Mapping[str, str]]) -> list[Held]:
    """The editions of a catalogue, the oldest first.

    Others may write to the store too. Names that are none of ours, and graphs that do not belong to their edition, are
    passed over: what is read here is dropped some day, and becomes part of requests.

    Args:
        rows: Its triples, as `READ` gives them.
    """
    said: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        said.setdefault(row["s"], {}).setdefault(f"<{row['p']}>", []).append(row["o"])
    of_dataset = said.pop(DATASET, {})
    found = []
    for iri in said.keys() | set(of_dataset.get(_WHOLE, [])) | set(of_dataset.get(_CURRENT, [])):
        of = said.get(iri, {})
        if _NAME.fullmatch(iri, len(iri_of(""))) is None or not iri.startswith(iri_of("")):
            continue
        found.append(
            Held(
                iri.removeprefix(iri_of("")),
                min(of.get(_VERSION, [""])),
                _own_graphs(of.get(_PART, []), iri),
                _own_graphs(of.get(_SEE, []), iri),
                iri in of_dataset.get(_WHOLE, []),
                iri in of_dataset.get(_CURRENT, []),
                _moment(of.get(_BEGAN, [])) or datetime.min.replace(tzinfo=UTC),
                _moment(of.get(_ISSUED, [])),
                min(of.get(_BY, [""])),
            )
        )
    return sorted(found, key=lambda held: held.sequence)


def _own_graphs(iris: Iterable[str], edition: str) -> tuple[str, ...]:
    return tuple(sorted(one for one in iris if one.startswith(f"{edition}/") and _SAFE.fullmatch(one)))


def new_run() -> str:
    """An IRI for a run."""
    return uuid.uuid4().urn


def announce(edition: Edition, run: str, now: datetime) -> str:
    """The UPDATE request that says that a run is going to load an edition.

    It takes over from any other run. Whoever sends it has to look whether the store holds the edition whole by then.
    """
    this = f"<{edition.iri}>"
    parts = " , ".join(f"<{graph.iri}>" for graph in edition.graphs)
    said = (
        f'{this} {_BY} <{run}> ; {_BEGAN} {_time(now)} ; {_VERSION} "{_plain(edition.version)}" ; '
        f"{_PART} {parts} ; {_SEE} <{edition.about.iri}> ."
    )
    unless = f"FILTER NOT EXISTS {{ <{DATASET}> {_WHOLE} {this} }}"
    earlier = _change(f"{this} ?p ?o", "", f"{this} ?p ?o . {unless}")
    return f"{earlier} ;\nINSERT DATA {{ GRAPH <{CATALOGUE}> {{ {said} }} }}"


def switch(edition: str, before: Collection[str], now: datetime, run: str = "") -> str:
    """The UPDATE request that makes an edition the current one, for all readers at once.

    Args:
        edition: Name of the edition.
        before: Names of the current editions, of which there is one at most: nothing changes if it is another by now.
        now: When.
        run: The run that has loaded it: nothing changes if another has taken over. Empty for an edition that is whole
            already: nothing changes if it is not.
    """
    this = f"<{iri_of(edition)}>"
    pointer = f"<{DATASET}> {_CURRENT} {this} ."
    whole = f"<{DATASET}> {_WHOLE} {this} ."
    loaded = f"{this} {_BY} <{run}> ." if run else ""
    issued = f"{whole} {this} {_ISSUED} {_time(now)} ." if run else ""
    old = " ".join(f"<{DATASET}> {_CURRENT} <{iri_of(one)}> ." for one in before)
    none = "" if before else f"FILTER NOT EXISTS {{ <{DATASET}> {_CURRENT} ?other }}"
    return _change(f"{old} {loaded}", f"{pointer} {issued}", f"{old} {loaded or whole} {none}")


def withdraw(edition: str) -> str:
    """The UPDATE request that says that an edition is about to be removed, unless it is the current one."""
    whole = f"<{DATASET}> {_WHOLE} <{iri_of(edition)}>"
    return _change(whole, "", f"{whole} . FILTER NOT EXISTS {{ <{DATASET}> {_CURRENT} <{iri_of(edition)}> }}")


def give_up(edition: str, run: str) -> str:
    """The UPDATE request by which a run lets go of an edition that it has been loading."""
    said = f"<{iri_of(edition)}> {_BY} <{run}>"
    return _change(said, "", said)


def forget(edition: str) -> str:
    """The UPDATE request that removes what is said of an edition whose graphs are gone."""
    this = f"<{iri_of(edition)}>"
    unless = f"FILTER NOT EXISTS {{ <{DATASET}> {_WHOLE} {this} }}"
    return _change(f"{this} ?p ?o", "", f"{this} ?p ?o . {unless}")


def superfluous(editions: Sequence[Held], keep: int) -> list[Held]:
    """The editions to remove, the oldest first, so that some old ones stay beside the current one."""
    old = [held for held in editions if held.whole and not held.current]
    return old[: max(len(old) - keep, 0)]


def _change(removed: str, added: str, where: str) -> str:
    """One operation. No variable in it is ever unbound: Virtuoso then changes nothing at all."""
    into = f"GRAPH <{CATALOGUE}>"
    delete = f"DELETE {{ {into} {{ {removed} }} }}\n" if removed.strip() else ""
    insert = f"INSERT {{ {into} {{ {added} }} }}\n" if added else ""
    return f"{delete}{insert}WHERE {{ {into} {{ {where} }} }}"


def _time(moment: datetime) -> str:
    return f'"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"^^<{_TIME}>'


def _moment(texts: Sequence[str]) -> datetime | None:
    """The earliest of some points in time; None where there is none that can be read."""
    found = []
    for text in texts:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        found.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return min(found, default=None)


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
