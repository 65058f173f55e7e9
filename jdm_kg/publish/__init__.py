"""Publishing to a store that others run: loaded beside the old, compared, then shown to all readers at once.

What is shown stays as it is until the last step, and that step is one operation on one triple. Whatever stops a run
before it, even the end of the process, leaves the old version in place; the next run removes what was left behind.

    1. Say in the store's catalogue what is going to be loaded.
    2. Load each graph under a name that no other content has.
    3. Count the triples of each, read it back, and compare.
    4. Move the pointer.
    5. Remove versions that are no longer kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyoxigraph

from jdm_kg.errors import InputError
from jdm_kg.publish import catalogue
from jdm_kg.publish.catalogue import Held
from jdm_kg.publish.comparing import Normal, differences, normal
from jdm_kg.publish.credentials import Credentials, from_environment
from jdm_kg.publish.editions import CATALOGUE, Edition, Graph, edition
from jdm_kg.publish.remote import Remote, Target, form
from jdm_kg.publish.wire import Limits, StoreError, Wire, check_address

__all__ = [
    "CATALOGUE",
    "KEEP",
    "Credentials",
    "Edition",
    "Held",
    "Limits",
    "Outcome",
    "Remote",
    "Step",
    "StoreError",
    "Target",
    "Wire",
    "check_address",
    "edition",
    "from_environment",
    "held",
    "plan",
    "publish",
    "switch",
]

KEEP = 2
"""How many old editions are kept beside the current one, if nothing else is said."""
_ABANDONED = timedelta(hours=1)  # after this, what was begun and not finished is removed by others


@dataclass(frozen=True)
class Step:
    """What would be sent.

    Attributes:
        what: In words.
        method: Of HTTP.
        url: Where.
        requests: How many of them.
        size: Bytes in all of what is sent.
        triples: Triples in all.
    """

    what: str
    method: str
    url: str
    requests: int
    size: int
    triples: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a run did.

    Attributes:
        name: The edition that is the current one now.
        before: The one that was, or empty.
        triples: Triples of the edition by graph, as the store counts them; empty where none was compared.
        digests: SHA-256 of each graph in normal form, the same for what was sent and what the store holds.
        loaded: Whether anything was loaded.
        removed: The editions that were removed.
    """

    name: str
    before: str
    triples: dict[str, int]
    digests: dict[str, str]
    loaded: bool
    removed: tuple[str, ...]


def plan(made: Edition, target: Target) -> list[Step]:
    """What publishing an edition to a store that does not hold it would send. Nothing is sent."""
    now, run = datetime.now(UTC), catalogue.new_run()

    def request(what: str, url: str, *bodies: bytes, method: str = "POST", triples: int = 0) -> Step:
        return Step(what, method, url, len(bodies), sum(map(len, bodies)), triples)

    steps = [
        request("ask which versions the store holds", target.query, form(query=catalogue.READ)),
        request("say what is going to be loaded", target.update, form(update=catalogue.announce(made, run, now))),
    ]
    for graph in made.all:
        what, number = f"load <{graph.iri}>", len(graph.triples)
        if target.graph_store:
            steps.append(request(what, target.graph(graph.iri), graph.ntriples, method="PUT", triples=number))
        else:
            bodies = [form(update=text) for text in graph.requests()]
            steps.append(request(what, target.update, *bodies, triples=number))
    nothing = [b""] * len(made.all)
    back = ("GET", target.graph_store) if target.graph_store else ("POST", target.query)
    return [
        *steps,
        request("count the triples of each graph", target.query, *nothing),
        request("read each graph back and compare", back[1], *nothing, method=back[0]),
        request("move the pointer", target.update, form(update=catalogue.switch(made.name, [], now, run))),
    ]


def held(store: Remote) -> list[Held]:
    """The editions that a store holds, the oldest first.

    Raises:
        StoreError: The store can't be reached, or does not answer a query.
    """
    return catalogue.read(store.rows(catalogue.READ))


def publish(
    made: Edition,
    store: Remote,
    *,
    keep: int = KEEP,
    say: Callable[[str], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Load an edition beside those that a store holds, compare it, and make it the current one.

    An edition that the store holds already is compared again and not loaded.

    Args:
        made: What to publish.
        store: Where.
        keep: How many old editions stay, 0 or more.
        say: Is told each step as it begins.
        now: Tells the time.

    Raises:
        InputError: An address is none, or credentials must not be sent there.
        StoreError: The store can't be reached, refuses, or holds something else than what was sent. The edition that
            was the current one before still is, and what was loaded has been removed, unless the message says that it
            could not be.
    """
    begun = held(store)
    known = _named(begun, made.name)
    if known and known.whole:
        loaded, before = False, _current(begun)
        digests = _still_whole(made, store, say)
        if before != [made.name]:
            _move(made.name, before, store, now(), say)
    else:
        loaded = True
        run = catalogue.new_run()
        store.update(catalogue.announce(made, run, now()))
        with _cleaned_up(made, store, run):
            digests, before = _loaded(made, store, run, say)
            _move(made.name, before, store, now(), say, run=run)
    removed = _removed(store, keep, now(), say)
    counts = {graph.iri: len(graph.triples) for graph in made.all}
    return Outcome(made.name, "".join(before), counts, digests, loaded, removed)


def switch(
    name: str,
    store: Remote,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Make an edition that a store holds the current one: a step back, or forward again. Nothing is loaded or removed.

    Raises:
        InputError: The store holds no such edition, or not all of it.
        StoreError: The store can't be reached or refuses.
    """
    there = held(store)
    wanted = _named(there, name)
    if wanted is None or not wanted.whole:
        names = ", ".join(one.name for one in there if one.whole)
        hint = f"It holds {names}." if names else "It holds none."
        raise InputError(f"the store holds no whole edition {name!r}", hint=hint)
    before = _current(there)
    for iri in (wanted.iri, *wanted.graphs):
        if not store.count(iri):
            raise StoreError(f"<{iri}> is empty: the edition is not what it was", hint="Choose another.")
    if before != [name]:
        _move(name, before, store, now(), lambda _: None)
    return Outcome(name, "".join(before), {}, {}, False, ())


def _loaded(made: Edition, store: Remote, run: str, say: Callable[[str], None]) -> tuple[dict[str, str], list[str]]:
    """Load and compare an edition; the digest of each graph, and which editions are the current ones meanwhile."""
    seen = _named(held(store), made.name)
    if seen is None or seen.whole or seen.run != run:
        raise StoreError("another process is publishing the same to this store", hint="Wait until it has ended.")
    for graph in made.all:
        say(f"loading {len(graph.triples):,} triples into <{graph.iri}>")
        store.load(graph)
    return _compared(made, store, say), _current(held(store))


def _still_whole(made: Edition, store: Remote, say: Callable[[str], None]) -> dict[str, str]:
    """Compare an edition that the store holds already; the digest of each graph."""
    try:
        return _compared(made, store, say)
    except StoreError as error:
        hint = "Readers may be asking it, so it is not replaced. Raise the version of the content and publish that."
        message = f"the store holds {made.name}, but not as it was published: {error.message}"
        raise StoreError(message, hint="\n  ".join(filter(None, (error.hint, hint)))) from None


def _move(
    name: str, before: Sequence[str], store: Remote, moment: datetime, say: Callable[[str], None], *, run: str = ""
) -> None:
    say("moving the pointer")
    store.update(catalogue.switch(name, before, moment, run))
    current = _current(held(store))
    if current != [name]:
        raise StoreError(
            f"the pointer has not moved to {name}: the current edition is {' and '.join(current) or 'none'}",
            hint="Another process may be publishing to this store. Try again when it has ended.",
        )


@contextlib.contextmanager
def _cleaned_up(made: Edition, store: Remote, run: str) -> Iterator[None]:
    """Remove what a run has loaded if it fails or is stopped, and nobody else has taken over."""
    try:
        yield
    except (StoreError, KeyboardInterrupt) as error:
        try:
            mine = _named(held(store), made.name)
            if mine and mine.run == run and not mine.whole:
                store.update(catalogue.give_up(made.name, run))
                for graph in made.all:
                    store.drop(graph.iri)
                store.update(catalogue.forget(made.name))
        except StoreError as second:
            hint = "What has arrived could not be asked or removed. Publish again: that mends all."
            if isinstance(error, StoreError):
                raise StoreError(error.message, hint=f"{error.hint or ''}\n  {hint}".strip()) from second
        raise


def _compared(made: Edition, store: Remote, say: Callable[[str], None]) -> dict[str, str]:
    """Compare all graphs with what the store holds; the digest of each.

    Raises:
        StoreError: One is not what it should be.
    """
    digests = {}
    for graph in made.all:
        say(f"comparing <{graph.iri}>")
        digests[graph.iri] = _compare(graph, store).digest
    return digests


def _compare(graph: Graph, store: Remote) -> Normal:
    sent, counted = normal(graph.triples), store.count(graph.iri)
    if counted != len(graph.triples):
        raise StoreError(
            f"<{graph.iri}> holds {counted:,} triples in the store, and should hold {len(graph.triples):,}"
        )
    back = store.triples(graph.iri)
    if len(back) < counted:  # a store may limit the rows of an answer, as Virtuoso does with ResultSetMaxRows
        back = store.triples_in_parts(graph.iri, counted)
    if len(back) != counted:
        raise StoreError(f"the store counts {counted:,} triples in <{graph.iri}> and gives {len(back):,}")
    # What has other blank nodes is different, and giving them names could take for ever.
    if _blank(back) != _blank(graph.triples):
        raise StoreError(f"<{graph.iri}> holds other blank nodes in the store than it should")
    found = normal(back)
    if found.lines != sent.lines:
        raise StoreError(
            f"<{graph.iri}> does not hold what was sent: it has the digest {found.digest[:12]} instead of "
            f"{sent.digest[:12]}",
            hint="\n  ".join(differences(sent, found)),
        )
    return found


def _blank(triples: Sequence[pyoxigraph.Triple]) -> list[str]:
    """The predicates of the triples that have a blank node, sorted."""
    return sorted(
        triple.predicate.value
        for triple in triples
        if isinstance(triple.subject, pyoxigraph.BlankNode) or isinstance(triple.object, pyoxigraph.BlankNode)
    )


def _removed(store: Remote, keep: int, now: datetime, say: Callable[[str], None]) -> tuple[str, ...]:
    """Remove editions beyond those to keep, and what interrupted runs have left."""
    there = held(store)
    for old in catalogue.superfluous(there, keep):
        store.update(catalogue.withdraw(old.name))
    gone = []
    old_names = {old.name for old in catalogue.superfluous(there, keep)}
    for one in held(store):
        abandoned = one.name in old_names or not one.run or now - one.began > _ABANDONED
        if one.whole or one.current or not abandoned:
            continue
        say(f"removing {one.name}")
        for iri in (one.iri, *one.graphs, *one.others):
            store.drop(iri)
        store.update(catalogue.forget(one.name))
        gone.append(one.name)
    return tuple(gone)


def _named(editions: Sequence[Held], name: str) -> Held | None:
    return next((one for one in editions if one.name == name), None)


def _current(editions: Sequence[Held]) -> list[str]:
    return [one.name for one in editions if one.current]
