"""Publishing to stores that run: what readers see, and what happens when something goes wrong on the way."""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import urllib.parse
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg.cli import main
from jdm_kg.errors import InputError
from jdm_kg.pipeline import release
from jdm_kg.publish import (
    CATALOGUE,
    Credentials,
    Edition,
    Limits,
    Remote,
    StoreError,
    Target,
    Wire,
    check_address,
    edition,
    from_environment,
    held,
    plan,
    publish,
    switch,
)
from jdm_kg.publish.catalogue import announce, new_run, read
from jdm_kg.publish.comparing import normal
from jdm_kg.publish.credentials import Challenge, challenge
from jdm_kg.publish.editions import Graph, iri_of
from tests.content import ROOT, make_project
from tests.meddling import Cut, Drip, Reply, Request, proxy
from tests.stores import STORES, Store, fuseki
from tests.test_offline import GUARD

WAYS = ["gsp", "update"]
QUICK = Limits(silence=30, request=60, tries=4, pause=0.01)
# What a reader of the current version asks: the pointer, then the graph that it names, in one query.
READ = f"""
SELECT ?edition (COUNT(?s) AS ?n) WHERE {{
  GRAPH <{CATALOGUE}> {{ <https://w3id.org/jdm-kg/> <http://www.w3.org/ns/dcat#hasCurrentVersion> ?edition }}
  GRAPH ?edition {{ ?s ?p ?o }}
}} GROUP BY ?edition"""
# Each line is something that a store, a protocol or an escape could spoil.
_SORTS = """
<urn:x-test:s> <urn:x-test:p> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<urn:x-test:s> <urn:x-test:q> "false"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<urn:x-test:s> <urn:x-test:p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<urn:x-test:s> <urn:x-test:p> "100.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<urn:x-test:s> <urn:x-test:p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:x-test:s> <urn:x-test:p> "2025-03"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> .
<urn:x-test:s> <urn:x-test:p> "2026-11-22"^^<http://www.w3.org/2001/XMLSchema#date> .
<urn:x-test:s> <urn:x-test:p> "2026-11-22T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
<urn:x-test:s> <urn:x-test:p> "https://example.org/a?b=c&d=e"^^<http://www.w3.org/2001/XMLSchema#anyURI> .
<urn:x-test:s> <urn:x-test:p> "a \\"quoted\\" word, and 'another', with a line\\nbreak and {braces} <tags> & more" .
<urn:x-test:s> <urn:x-test:p> "1\\u20132 mg\\u2019s \\u00e9\\u4e2d\\U0001F600"@en-GB .
<urn:x-test:s\\u00e9> <urn:x-test:p> <https://example.org/a%20b#c> .
_:a <urn:x-test:p> _:b .
_:b <urn:x-test:p> _:c .
_:c <urn:x-test:q> "x"@en .
<urn:x-test:s> <urn:x-test:p> _:a .
"""


def make(version: str, size: int = 0) -> Edition:
    """An edition of two graphs: one of all sorts of terms, one with a number of triples."""
    sorts = tuple(quad.triple for quad in pyoxigraph.parse(_SORTS, format=pyoxigraph.RdfFormat.N_TRIPLES))
    name = f"{version}-0123456789ab"
    many = tuple(
        pyoxigraph.Triple(*(pyoxigraph.NamedNode(f"urn:x-test:{part}") for part in (f"s{number}", "p", version)))
        for number in range(size)
    )
    about = pyoxigraph.Triple(
        pyoxigraph.NamedNode(iri_of(name)), pyoxigraph.NamedNode("urn:x-test:about"), pyoxigraph.Literal(version)
    )
    graphs = [Graph(f"{iri_of(name)}/sorts", sorts), *([Graph(f"{iri_of(name)}/many", many)] if many else [])]
    whole = Graph(iri_of(name), tuple(triple for graph in graphs for triple in graph.triples))
    return Edition(name, version, "0" * 64, whole, tuple(graphs), Graph(f"{iri_of(name)}/about", (about,)))


def remote(store: Store, way: str = "gsp", via: Callable[[str], str] = lambda url: url, password: str = "") -> Remote:
    """A store to publish to, by one of two ways, perhaps by way of a proxy."""
    target = Target(via(store.query_url), via(store.update_url), via(store.graph_store_url) if way == "gsp" else "")
    return Remote(target, Wire(Credentials(store.user, password or store.password), QUICK))


def shown(store: Store) -> dict[str, int]:
    """What a reader sees: how many triples of which edition."""
    rows = [row.replace('"', "").split(",") for row in store.query(READ).split()[1:]]
    return {edition: int(number) for edition, number in rows if edition}


def expected(made: Edition) -> dict[str, int]:
    """What a reader of an edition should see."""
    return {made.iri: len(made.whole.triples)}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    """Each store, empty."""
    found = STORES[request.param]()
    found.empty()
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_version_is_loaded_compared_and_shown(store: Store, way: str) -> None:
    """All sorts of terms arrive, blank nodes are what they were, and readers are shown the version."""
    made = make("1", 1200)
    outcome = publish(made, remote(store, way))
    assert outcome.loaded
    assert outcome.before == ""
    assert shown(store) == expected(made)
    assert store.graphs() == sorted([CATALOGUE, *(graph.iri for graph in made.all)])


@pytest.mark.parametrize("way", WAYS)
def test_old_versions_are_kept_as_long_as_it_is_said(store: Store, way: str) -> None:
    """A new version is loaded beside the old, one can go back, and what is not kept any more is removed."""
    there = remote(store, way)
    first, second, third = make("1", 3), make("2", 5), make("3", 7)
    moments = itertools.count()

    def now() -> datetime:
        return datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=next(moments))

    publish(first, there, now=now)
    assert publish(second, there, now=now).before == first.name
    assert shown(store) == expected(second)
    assert switch(first.name, there).before == second.name
    assert shown(store) == expected(first)
    outcome = publish(third, there, keep=1, now=now)
    assert outcome.removed == (first.name,)
    assert shown(store) == expected(third)
    assert [one.name for one in held(there)] == [second.name, third.name]
    assert not [iri for iri in store.graphs() if iri.startswith(first.iri)]
    with pytest.raises(InputError, match="no whole edition"):
        switch(first.name, there)


def test_publishing_again_loads_nothing(store: Store) -> None:
    """What the store holds already is compared and not sent; it is shown again if another was."""
    there = remote(store)
    made, other = make("1", 3), make("2", 3)
    publish(made, there)
    publish(other, there)
    with proxy(store.update_url) as between:
        outcome = publish(made, remote(store, via=between.at))
    assert not outcome.loaded
    assert "PUT" not in {request.method for request in between.seen}
    assert shown(store) == expected(made)


def _fails_at(part: str) -> Callable[[Request], Cut | None]:
    """Cut each request that would load a graph whose name has this part."""

    def meddle(request: Request) -> Cut | None:
        loads = request.method == "PUT" or "INSERT" in request.text
        return Cut() if loads and part in urllib.parse.unquote(request.path + request.text) else None

    return meddle


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", ["/sorts", "/many", "/about"])
def test_a_load_that_fails_leaves_the_old_version_and_nothing_else(store: Store, way: str, part: str) -> None:
    """Whichever graph does not arrive: readers see the old version, what was loaded is gone, the next try succeeds."""
    old, new = make("1", 3), make("2", 700)
    publish(old, remote(store, way))
    before = store.graphs()

    def meddle(request: Request) -> Cut | None:
        announces = "wasGeneratedBy" in request.text
        return None if announces else _fails_at(f"{new.name}{part}")(request)

    with proxy(store.update_url, meddle) as between, pytest.raises(StoreError, match="the connection was cut"):
        publish(new, remote(store, way, between.at))
    assert shown(store) == expected(old)
    assert store.graphs() == before
    assert [one.name for one in held(remote(store))] == [old.name]
    publish(new, remote(store, way))
    assert shown(store) == expected(new)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_temporary_is_waited_for(store: Store, way: str) -> None:
    """503 with Retry-After, 429, 502, 504 and a cut before or after the store had it delay a request, and no more."""
    late = Reply(429, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"})
    kinds: list[Reply | Cut] = [Reply(503, {"Retry-After": "0"}), Cut(after=True), late, Reply(502), Reply(504), Cut()]
    troubles = itertools.cycle(kinds)
    met: set[tuple[str, str, bytes]] = set()

    def meddle(request: Request) -> Reply | Cut | None:
        key = (request.method, request.path, request.body)
        if key in met:
            return None
        met.add(key)
        return next(troubles)

    said: list[str] = []
    made = make("1", 1200)
    with proxy(store.update_url, meddle) as between:
        there = remote(store, way, between.at)
        there.wire.say = said.append
        publish(made, there)
    assert shown(store) == expected(made)
    assert {"HTTP 503", "HTTP 429", "the connection was cut"} <= {line.split(": ")[1].split(";")[0] for line in said}


def test_a_wrong_password_is_told_at_once_and_never_printed(store: Store) -> None:
    """A refusal is not tried again, and no message holds the password."""
    made = make("1", 3)
    with proxy(store.update_url) as between:
        there = remote(store, via=between.at, password="Wrong-Password")  # noqa: S106 - it is none
        with pytest.raises(StoreError, match="HTTP 401") as refused:
            publish(made, there)
    assert "Wrong" not in f"{refused.value} {there!r}"
    assert 1 <= sum(request.authorized for request in between.seen) <= 2
    assert store.graphs() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_triple_lost_on_the_way_is_noticed(store: Store, way: str) -> None:
    """A store that holds fewer triples than were sent does not show them."""

    def meddle(request: Request) -> Request | None:
        line = re.compile(rb"(%3Curn%3Ax-test%3As7%3E|<urn:x-test:s7>).*?(%0A|\n)")
        return dataclasses.replace(request, body=line.sub(b"", request.body)) if b"s7" in request.body else None

    with (
        proxy(store.update_url, meddle) as between,
        pytest.raises(StoreError, match=r"holds 24 triples .* should hold 25"),
    ):
        publish(make("1", 9), remote(store, way, between.at))
    assert shown(store) == {}
    assert store.graphs() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_changed_triple_is_noticed(store: Store, way: str) -> None:
    """A store that holds as many triples, but other ones, does not show them; the message names one."""

    def meddle(request: Request) -> Request | None:
        if b"wasGeneratedBy" in request.body:
            return None
        return dataclasses.replace(request, body=request.body.replace(b"1.50", b"1.51"))

    with (
        proxy(store.update_url, meddle) as between,
        pytest.raises(StoreError, match="does not hold what was sent") as no,
    ):
        publish(make("1", 2), remote(store, way, between.at))
    assert '"1.51"' in str(no.value)
    assert shown(store) == {}


def test_a_client_that_is_killed_before_the_switch_changes_nothing(store: Store) -> None:
    """Readers see the old version; running it again publishes; what another version left behind is removed later."""
    old, new = make("1", 3), make("2", 5)
    publish(old, remote(store))
    code = (
        "import sys\nfrom tests.test_publish import make, remote, publish\nfrom tests.stores import Store\n"
        "store = Store(*sys.argv[1:7])\n"
        "publish(make(sys.argv[7], 5), remote(store, via=lambda url: sys.argv[8] + '/' + url.split('/', 3)[3]))"
    )
    clients: list[subprocess.Popen[bytes]] = []

    def meddle(request: Request) -> Cut | None:
        if "hasCurrentVersion" not in request.text or "INSERT" not in request.text:
            return None
        clients[-1].send_signal(signal.SIGKILL)
        clients[-1].wait()
        return Cut()

    def kill_before_switch(version: str) -> None:
        with proxy(store.update_url, meddle) as between:
            fields = [str(getattr(store, field.name)) for field in dataclasses.fields(store)]
            clients.append(subprocess.Popen([sys.executable, "-c", code, *fields, version, between.url], cwd=ROOT))
            assert clients[-1].wait(120) == -signal.SIGKILL

    kill_before_switch("2")
    assert shown(store) == expected(old)
    assert [one.whole for one in held(remote(store))] == [True, False]
    publish(new, remote(store))
    assert shown(store) == expected(new)

    kill_before_switch("3")
    publish(make("4", 5), remote(store))
    assert "3-0123456789ab" in {one.name for one in held(remote(store))}  # another may be at it
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert publish(make("5", 5), remote(store), now=lambda: tomorrow, keep=9).removed == ("3-0123456789ab",)
    assert not [iri for iri in store.graphs() if "/3-" in iri]


def test_whoever_stops_it_finds_everything_as_it_was(store: Store) -> None:
    """Ctrl-C after the load: what was loaded is removed, and readers see the old version."""
    old = make("1", 3)
    publish(old, remote(store))
    before = store.graphs()

    def interrupt(step: str) -> None:
        if step.startswith("comparing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(make("2", 5), remote(store), say=interrupt)
    assert shown(store) == expected(old)
    assert store.graphs() == before
    assert [one.name for one in held(remote(store))] == [old.name]


def test_a_version_that_somebody_has_changed_is_not_replaced(store: Store) -> None:
    """Readers may be asking it; the message says what is different and what to do."""
    made = make("1", 3)
    publish(made, remote(store))
    store.update(f"INSERT DATA {{ GRAPH <{made.iri}> {{ <urn:x-test:s> <urn:x-test:p> 5 }} }}")
    with pytest.raises(StoreError, match="not as it was published") as refused:
        publish(made, remote(store))
    assert "Raise the version" in str(refused.value)
    assert shown(store) == {made.iri: len(made.whole.triples) + 1}


def test_a_catalogue_that_others_have_written_to_does_no_harm(store: Store) -> None:
    """Graphs that are not those of an edition are not dropped, whatever the catalogue says."""
    mine = "urn:x-test:mine"
    store.update(f"""INSERT DATA {{
        GRAPH <{mine}> {{ <urn:x-test:s> <urn:x-test:p> 1 }}
        GRAPH <{CATALOGUE}> {{
            <{iri_of("0-ba9876543210")}> <http://purl.org/dc/terms/hasPart> <{mine}>, <{CATALOGUE}> .
            <{mine}> <http://purl.org/dc/terms/hasPart> <{mine}> .
        }} }}""")
    made = make("1", 3)
    assert publish(made, remote(store)).removed == ("0-ba9876543210",)
    assert mine in store.graphs()
    assert shown(store) == expected(made)


@pytest.mark.parametrize(
    "iri", ["x> } } ; DROP ALL #", iri_of("1-0123456789ab> } } ; DROP ALL #"), iri_of("a/1-0123456789ab"), CATALOGUE]
)
def test_an_edition_with_a_name_that_is_none_is_passed_over(iri: str) -> None:
    """A store may answer what it likes; nothing of it gets into a request unseen."""
    part = {"p": "http://purl.org/dc/terms/hasPart"}
    assert read([{"s": iri, **part, "o": iri}]) == []
    (one,) = read(
        [
            {"s": iri_of("1-0123456789ab"), **part, "o": iri},
            {"s": iri_of("1-0123456789ab"), **part, "o": iri_of("1-0123456789ab/b> #")},
        ]
    )
    assert one.graphs == ()


def test_digest_works_with_fuseki_too() -> None:
    """The two stores ask for Digest in different words; a wrong password is refused."""
    store = fuseki("digest")
    made = make("1", 1200)
    publish(made, remote(store, "update"))
    assert shown(store) == expected(made)
    publish(make("2", 3), remote(store))
    with pytest.raises(StoreError, match="HTTP 401"):
        publish(make("3", 3), remote(store, password="Wrong"))  # noqa: S106 - it is none


def test_two_may_publish_the_same_at_once(store: Store) -> None:
    """The later takes over and shows the version; the earlier finds it shown, and removes nothing."""
    made = make("1", 3)
    done: list[str] = []

    def meanwhile(step: str) -> None:
        if step.startswith("comparing") and not done:
            done.append(publish(made, remote(store)).name)

    assert publish(made, remote(store), say=meanwhile).name == made.name
    assert done == [made.name]
    assert shown(store) == expected(made)


def test_whoever_is_overtaken_changes_nothing(store: Store) -> None:
    """A run that another has taken over neither moves the pointer nor removes what is not its own any more."""
    old, new = make("1", 3), make("2", 5)
    publish(old, remote(store))

    def meanwhile(step: str) -> None:
        if step.startswith("comparing"):
            remote(store).update(announce(new, new_run(), datetime.now(UTC)))

    with pytest.raises(StoreError, match="has not moved"):
        publish(new, remote(store), say=meanwhile)
    assert shown(store) == expected(old)
    assert new.graphs[0].iri in store.graphs()
    publish(new, remote(store))
    assert shown(store) == expected(new)


def test_readers_see_one_version_or_the_other_and_never_a_mixture(store: Store) -> None:
    """Readers who ask again and again while versions are loaded and switched each time see one version, whole."""
    first, second, third = make("1", 300), make("2", 500), make("3", 700)
    there = remote(store)
    publish(first, there)
    seen: Counter[tuple[tuple[str, int], ...]] = Counter()
    failures: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                seen[tuple(sorted(shown(store).items()))] += 1
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            failures.append(error)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        publish(second, there)
        for _ in range(10):
            switch(first.name, there)
            switch(second.name, there)
        publish(third, there, keep=2)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert failures == []
    assert set(seen) <= {tuple(expected(made).items()) for made in (first, second, third)}
    assert len(seen) >= 2, "the readers saw no switch"


def test_a_slow_answer_and_a_long_one_end() -> None:
    """An answer that comes byte by byte for ever ends at the limit on time, or at that on bytes."""
    end = threading.Event()
    with proxy("http://127.0.0.1:9", lambda _: Drip(end)) as between:
        for limits, words in (
            (Limits(silence=30, request=0.5), "takes too long"),
            (Limits(silence=30, request=60, answer=20), "more than 20 bytes"),
        ):
            there = Remote(Target(between.url, between.url), Wire(limits=limits))
            with pytest.raises(StoreError, match=words):
                held(there)
        end.set()


def test_a_redirect_is_not_followed() -> None:
    """Credentials and content go to no address but the one that was given."""
    with proxy("http://127.0.0.1:9", lambda _: Reply(200, body=b"{}")) as elsewhere:
        away = Reply(307, {"Location": elsewhere.url})
        with proxy("http://127.0.0.1:9", lambda _: away) as between:
            there = Remote(Target(between.url, between.url), Wire(Credentials(token="abc"), QUICK))  # noqa: S106
            with pytest.raises(StoreError, match="sends us elsewhere"):
                held(there)
        assert elsewhere.seen == []
        assert between.seen[0].headers["authorization"] == "Bearer abc"


def test_a_store_that_repeats_the_credentials_does_not_get_them_printed() -> None:
    """What a store says is shown without our secrets and without control characters."""

    def echo(request: Request) -> Reply:
        return Reply(400, body=f"<b>bad\x1b[31m</b> {request.headers['authorization']}".encode())

    with proxy("http://127.0.0.1:9", echo) as between:
        there = Remote(Target(between.url, between.url), Wire(Credentials(token="se-cret"), QUICK))  # noqa: S106
        with pytest.raises(StoreError) as refused:
            held(there)
    assert "se-cret" not in str(refused.value)
    assert "Bearer ***" in str(refused.value)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"results": {"bindings": [1]}}', b"[" * 100_000, b'{"results": []}']
)
def test_an_answer_that_is_none_is_told_in_words(body: bytes) -> None:
    """Whatever answers at the address: an error for people."""
    with (
        proxy("http://127.0.0.1:9", lambda _: Reply(200, body=body)) as between,
        pytest.raises(StoreError, match="does not answer a query"),
    ):
        held(Remote(Target(between.url, between.url), Wire(limits=QUICK)))


def test_a_store_that_does_not_run_is_told() -> None:
    """After some tries, which are told too."""
    said: list[str] = []
    with proxy("http://127.0.0.1:9") as between:
        url = between.url
    with pytest.raises(StoreError, match="nobody listens there"):
        held(Remote(Target(url, url), Wire(limits=QUICK, say=said.append)))
    assert len(said) == QUICK.tries - 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "example.org",
        "http://",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\r\nX: y",
        "https://exämple.org/ü",
        "https://user:word@example.org/",
        "https://user@example.org/",
        "http://example.org/",
        "http://127.0.0.1.example.org/",
        "http://[2001:db8::1]/",
    ],
)
def test_an_address_that_will_not_do_is_refused(url: str) -> None:
    """No address, a password in it, or credentials that others could read."""
    with pytest.raises(InputError) as refused:
        check_address(url, Credentials("u", "p"))
    assert "word" not in str(refused.value).replace("password", "").replace("PASSWORD", "")


@pytest.mark.parametrize(
    "url", ["https://example.org/x?y=z", "http://127.0.0.1:3030/ds", "http://localhost/", "http://[::1]/"]
)
def test_an_address_that_will_do_is_accepted(url: str) -> None:
    """Encrypted, or on this machine."""
    check_address(url, Credentials("u", "p"))
    check_address("http://example.org/", Credentials())
    check_address("http://example.org/", Credentials("u", "p"), insecure=True)


@pytest.mark.parametrize(
    "environment",
    [
        {"JDM_KG_STORE_USER": "u", "JDM_KG_STORE_TOKEN": "t"},
        {"JDM_KG_STORE_PASSWORD": "p"},
        {"JDM_KG_STORE_USER": "u:v", "JDM_KG_STORE_PASSWORD": "p"},
        {"JDM_KG_STORE_USER": "u", "JDM_KG_STORE_PASSWORD": "Line\nbreak"},
        {"JDM_KG_STORE_TOKEN": "Line\r\nX-Header: y"},
    ],
)
def test_credentials_that_can_not_be_meant_are_refused(environment: dict[str, str]) -> None:
    """With a message that names the variable and not its value."""
    with pytest.raises(InputError, match="JDM_KG_STORE_") as refused:
        from_environment(environment)
    assert "Line" not in str(refused.value)


def test_the_stronger_way_of_showing_credentials_is_taken() -> None:
    """Digest before Basic, in one header or two; an unknown algorithm is passed over."""
    both = 'Basic realm="a, Digest b", Digest realm="c", nonce="n", qop="auth-int, auth", algorithm=SHA-256'
    found = challenge([both])
    assert found is not None
    assert (found.scheme, found.values["realm"], found.values["algorithm"]) == ("digest", "c", "SHA-256")
    unknown = challenge(['Digest realm="c", nonce="n", algorithm=SHA-512-256', 'basic realm="x"'])
    assert unknown is not None
    assert unknown.scheme == "basic"
    assert challenge(["Negotiate", 'Digest realm="c", nonce="n", qop="auth-int"']) is None


def test_digest_is_that_of_the_standard() -> None:
    """The older form, without qop, has no random part: the example of RFC 2069 as its erratum corrects it."""
    values = {"realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "opaque": "5ccc069c403e"}
    shown_credentials = Challenge("digest", values).answer(
        Credentials("Mufasa", "CircleOfLife"), "GET", "/dir/index.html"
    )
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in shown_credentials


def test_blank_nodes_go_in_one_request_that_may_be_repeated() -> None:
    """The first request empties the graph and holds all blank nodes; no other holds one; none is too long."""
    texts = list(make("1", 1200).graphs[0].requests())
    assert texts[0].startswith("DROP SILENT GRAPH")
    assert texts[0].count("_:") == 6
    assert all("_:" not in text for text in texts[1:])
    texts = list(make("1", 1200).graphs[1].requests())
    assert [text.count("\n<") for text in texts] == [0, 500, 500, 200]


def test_the_name_of_an_edition_tells_its_content(tmp_path: Path) -> None:
    """The same content has the same name and the same bytes; another has another."""
    root = make_project(tmp_path)
    made = release(root)
    one, two = edition(made), edition(made)
    assert one == two
    assert [graph.ntriples for graph in one.graphs] == [graph.ntriples for graph in two.graphs]
    extra = made.full + made.full
    extra.add(next(iter((s, p, s) for s, p, _ in made.full if "plip" in str(s))))
    other = edition(dataclasses.replace(made, full=extra))
    assert other.name != one.name
    assert {graph.iri.removeprefix(one.iri) for graph in one.graphs} >= {"/schema", "/curated", "/source/one"}
    assert str(one.about.triples).count("isVersionOf") == len(one.graphs) + 1


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)


@given(_TEXTS, _TEXTS, st.sampled_from(["string", "date", "integer", "decimal", "boolean", "dateTime"]))
def test_only_another_spelling_of_a_value_is_let_pass(one: str, other: str, kind: str) -> None:
    """Two texts of one datatype compare alike only if they are the same, or numbers or truth values that are equal."""
    datatype = pyoxigraph.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")
    s = pyoxigraph.NamedNode("urn:x-test:s")
    digests = [
        normal([pyoxigraph.Triple(s, s, pyoxigraph.Literal(text, datatype=datatype))]).digest for text in (one, other)
    ]
    if kind in {"string", "date"}:
        assert (digests[0] == digests[1]) == (one == other)
    elif one == other:
        assert digests[0] == digests[1]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ('"1.0"^^xsd:decimal', '"1"^^xsd:decimal', True),
        ('"-0.0"^^xsd:decimal', '"0"^^xsd:decimal', True),
        ('"+01"^^xsd:integer', '"1"^^xsd:integer', True),
        ('"100"^^xsd:decimal', '"1"^^xsd:decimal', False),
        ('"100"^^xsd:integer', '"1"^^xsd:integer', False),
        ('"1"^^xsd:decimal', '"1"^^xsd:integer', False),
        ('"true"^^xsd:boolean', '"1"^^xsd:integer', True),
        ('"true"^^xsd:boolean', '"false"^^xsd:boolean', False),
        ('"true"^^xsd:boolean', '"true"', False),
        ('"x"@en', '"x"@EN', True),
        ('"x"@en', '"x"', False),
        ('"2026-11-22T00:00:00Z"^^xsd:dateTime', '"2026-11-22T00:00:00+00:00"^^xsd:dateTime', True),
        ('"2026-11-22T00:00:00Z"^^xsd:dateTime', '"2026-11-22T00:00:00"^^xsd:dateTime', False),
        ("[ <urn:q> 1 ]", "[ <urn:q> 1 ]", True),
        ("[ <urn:q> 1 ]", "[ <urn:q> 2 ]", False),
        ("[ <urn:q> [ <urn:q> 1 ] ]", "[ <urn:q> 1 ]", False),
    ],
)
def test_what_is_compared(one: str, other: str, alike: bool) -> None:
    """Each difference that is let pass, and its neighbour that is not."""
    prefix = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    digests = [
        normal(
            quad.triple
            for quad in pyoxigraph.parse(f"{prefix}<urn:s> <urn:p> {text} .", format=pyoxigraph.RdfFormat.TURTLE)
        ).digest
        for text in (one, other)
    ]
    assert (digests[0] == digests[1]) == alike


def _command(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JDM_KG_")}
    return subprocess.run(
        [*arguments, "--root", str(root)], check=False, capture_output=True, text=True, env=kept | environment
    )


def test_dry_run_opens_no_connection(tmp_path: Path) -> None:
    """It tells what would be sent where, graph by graph, and touches no network; credentials are not part of it."""
    root = make_project(tmp_path)
    url = "https://store.example/ds"
    done = _command(
        root,
        *(sys.executable, "-c", GUARD, "publish", f"{url}/query", "--update", f"{url}/update", "--dry-run"),
        *("--graph-store", f"{url}/data"),
        JDM_KG_STORE_USER="somebody",
        JDM_KG_STORE_PASSWORD="Se-Cret",  # noqa: S106 - it is none
    )
    assert done.returncode == 0, done.stderr
    assert "REACHED OUT" not in done.stderr
    assert "Se-Cret" not in done.stdout + done.stderr
    for graph in edition(release(root)).all:
        assert f"PUT {url}/data?graph={urllib.parse.quote(graph.iri, safe='')}" in done.stdout
        assert f"{len(graph.triples):,} triples, {len(graph.ntriples):,} bytes" in done.stdout
    assert f"POST {url}/update" in done.stdout


def test_the_plan_is_what_is_done(store: Store) -> None:
    """A dry run tells the same requests that a real run then sends to load the graphs."""
    made = make("1", 1200)
    for way in WAYS:
        store.empty()
        with proxy(store.update_url) as between:
            there = remote(store, way, between.at)
            steps = plan(made, there.target)
            publish(made, there)
        loads = [step for step in steps if step.triples]
        sent = [
            request
            for request in between.seen
            if request.body and (request.method == "PUT" or re.match(r"DROP|INSERT DATA", request.text))
        ]
        # A request that is refused for want of credentials is sent without body, so each counts once.
        assert sum(step.requests for step in loads) == len(sent), way
        assert sum(step.size for step in loads) == sum(len(request.body) for request in sent), way


def _of_the_guide(store: Store, made: Edition) -> list[list[str]]:
    """The commands that docs/stores.md gives for a store, with the addresses of the one that runs."""
    addresses = {
        "http://localhost:3030/ds/sparql": store.query_url,
        "http://localhost:3030/ds/update": store.update_url,
        "http://localhost:3030/ds/data": store.graph_store_url,
        "http://localhost:8890/sparql-graph-crud-auth": store.graph_store_url,
        "http://localhost:8890/sparql-auth": store.update_url,
        "http://localhost:8890/sparql": store.query_url,
        "VERSION-DIGEST": made.name,
    }
    text = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")
    commands = []
    for stores, block in re.findall(r"^```sh ?(.*)\n([^`]*)^```", text, flags=re.MULTILINE):
        if not stores or store.name in stores.split():
            for old, new in addresses.items():
                block = block.replace(old, new)  # noqa: PLW2901 - one after the other
            commands += [shlex.split(one) for one in re.split(r"^\./run ", block, flags=re.MULTILINE)[1:]]
    return commands


def test_the_commands_of_the_guide_work(store: Store, tmp_path: Path) -> None:
    """Each command of docs/stores.md for a store does what it says, also for readers."""
    root = make_project(tmp_path / "content")
    made = edition(release(root))
    said: dict[str, str] = {}
    for words in _of_the_guide(store, made):
        done = _command(
            root,
            *(sys.executable, "-m", "jdm_kg", *words),
            JDM_KG_STORE_USER=store.user,
            JDM_KG_STORE_PASSWORD=store.password,
            JDM_KG_CACHE=str(tmp_path / "cache"),
        )
        assert done.returncode == 0, f"{words}\n{done.stderr}"
        assert store.password not in done.stdout + done.stderr
        said[" ".join(words)] = done.stdout
    assert shown(store) == expected(made)
    (count,) = (text for words, text in said.items() if "COUNT(?claim)" in words)
    assert re.search(r"^3\b", count, flags=re.MULTILINE)
    here = _command(root, sys.executable, "-m", "jdm_kg", "ask", "kinds-in-use", JDM_KG_CACHE=str(tmp_path / "cache"))
    assert [text for words, text in said.items() if words.startswith("ask kinds-in-use")] == [here.stdout]
    assert here.stdout.count("\n") > 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://127.0.0.1:9/", "--by", "gsp", "--dry-run"], "--by gsp needs --graph-store URL"),
        (["http://somebody:Se-Cret@127.0.0.1:9/", "--list"], "refused: others can read it"),
        (["http://127.0.0.1:9/", "--update", "http://store.example/", "--list"], "without encryption"),
        (["store.example", "--dry-run"], "'store.example' is not an address"),
    ],
)
def test_the_command_tells_what_is_wrong(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, with status 2, before anything is read or sent."""
    monkeypatch.setenv("JDM_KG_STORE_USER", "somebody")
    monkeypatch.setenv("JDM_KG_STORE_PASSWORD", "Se-Cret")
    assert main(["publish", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert "Se-Cret" not in said.err + said.out


@pytest.mark.parametrize("option", [["--keep", "-1"], ["--keep", "x"], ["--timeout", "0"], ["--timeout", "²"]])
def test_the_command_refuses_numbers_that_are_none(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As argparse does, with the option's name."""
    with pytest.raises(SystemExit) as stopped:
        main(["publish", "http://127.0.0.1:9/", *option])
    assert stopped.value.code == 2
    assert option[0] in capsys.readouterr().err


def test_a_store_that_only_pretends_to_encrypt_is_told() -> None:
    """Nothing is sent to a server that does not speak TLS at an https address."""
    with proxy("http://127.0.0.1:9") as between:
        url = between.url.replace("http:", "https:")
        with pytest.raises(StoreError, match="no safe connection"):
            held(Remote(Target(url, url), Wire(Credentials("u", "p"), QUICK)))
    assert between.seen == []


def test_an_address_may_have_parameters() -> None:
    """The graph is added to them, with all that is special in its name escaped."""
    assert Target("q", "u", "https://h/s?repository=x").graph("urn:a?b&c#d é") == (
        "https://h/s?repository=x&graph=urn%3Aa%3Fb%26c%23d%20%C3%A9"
    )
