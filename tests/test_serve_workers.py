"""Who may run, what is kept, what is served as a file, and what is logged, without a server."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg.serve.filing import Shelf
from jdm_kg.serve.kept import Kept
from jdm_kg.serve.limits import Limits
from jdm_kg.serve.logs import Log, client, shortened
from jdm_kg.serve.protocol import Refusal
from jdm_kg.serve.replies import Reply, expected, packed, unpacked
from jdm_kg.serve.turns import Turn, Turns

_LONG = 1000.0


def _limits(running: int = 4, *, waiting: int = 10, patience: float = _LONG, slice_: float = _LONG) -> Limits:
    return Limits(running=running, waiting=waiting, patience=patience, slice=slice_)


def _run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_one_client_never_has_all_turns() -> None:
    """A quarter is left to others."""

    async def test() -> None:
        turns = Turns(_limits())
        for _ in range(3):
            await turns.take("a")
        fourth = asyncio.ensure_future(turns.take("a"))
        await _settle()
        assert not fourth.done()
        assert turns.waiting == 1
        await turns.take("b")
        fourth.cancel()

    _run(test)


def test_a_client_alone_is_served_where_there_is_one_turn() -> None:
    """What is left to others is not the only turn."""

    async def test() -> None:
        turns = Turns(_limits(1))
        turn = await turns.take("a")
        turns.give_back(turn)
        await turns.take("a")

    _run(test)


def test_clients_that_wait_are_served_in_turn() -> None:
    """One who asks once comes next to one who asks often, not behind all that he asks."""

    async def test() -> None:
        turns = Turns(_limits(2))
        first = [await turns.take("x"), await turns.take("y")]
        served: list[str] = []

        async def ask(who: str) -> None:
            turn = await turns.take(who)
            served.append(who)
            await asyncio.sleep(0)
            turns.give_back(turn)

        asked = [asyncio.ensure_future(ask("a")) for _ in range(5)]
        await _settle()
        asked.append(asyncio.ensure_future(ask("b")))
        await _settle()
        turns.give_back(first[0])
        await asyncio.gather(*asked)
        assert served.index("b") <= 1
        assert len(turns) == 1
        assert turns.waiting == 0

    _run(test)


def test_a_queue_that_is_full_is_refused_at_once() -> None:
    """One client may wait with so many, all together with eight times as many; the refusal says when to come again."""

    async def test() -> None:
        turns = Turns(_limits(1, waiting=2))
        await turns.take("a")
        waiting = [asyncio.ensure_future(turns.take("a")) for _ in range(2)]
        await _settle()
        with pytest.raises(Refusal) as caught:
            await turns.take("a")
        assert caught.value.status == 503
        assert caught.value.headers["Retry-After"] == "1"
        waiting += [asyncio.ensure_future(turns.take(f"b{number}")) for number in range(14)]
        await _settle()
        with pytest.raises(Refusal):
            await turns.take("c")
        for one in waiting:
            one.cancel()

    _run(test)


def test_who_waits_too_long_is_refused() -> None:
    """After its patience a wait ends, and leaves nothing behind."""

    async def test() -> None:
        turns = Turns(_limits(1, patience=0.01))
        turn = await turns.take("a")
        with pytest.raises(Refusal) as caught:
            await turns.take("b")
        assert caught.value.status == 503
        assert turns.waiting == 0
        turns.give_back(turn)
        await turns.take("b")

    _run(test)


def test_who_has_had_his_slice_gives_way() -> None:
    """Of the client that has most, the turn that has lasted longest is over once somebody waits; nobody's is before."""

    async def test() -> None:
        turns = Turns(_limits(4, slice_=0.02))
        greedy = [await turns.take("a") for _ in range(3)]
        other = await turns.take("b")
        await asyncio.sleep(0.05)
        assert not any(turn.over.done() for turn in (*greedy, other))
        waiting = asyncio.ensure_future(turns.take("c"))
        await asyncio.wait_for(greedy[0].over, 10)
        assert not any(turn.over.done() for turn in (*greedy[1:], other))
        turns.give_back(greedy[0])
        assert (await waiting).client == "c"

    _run(test)


def test_a_wait_that_is_given_up_takes_no_turn() -> None:
    """Whoever is cancelled in the queue, or just as his turn comes, leaves it to the next."""

    async def test() -> None:
        turns = Turns(_limits(1))
        turn = await turns.take("a")
        first, second = (asyncio.ensure_future(turns.take("b")) for _ in range(2))
        await _settle()
        turns.give_back(turn)
        first.cancel()  # his turn has come, and he does not know yet
        assert isinstance(await second, Turn)
        assert len(turns) == 1
        third = asyncio.ensure_future(turns.take("b"))
        await _settle()
        third.cancel()
        await asyncio.gather(third, return_exceptions=True)
        assert turns.waiting == 0

    _run(test)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ask", "end", "cancel"])), max_size=60),
    st.integers(1, 5),
)
def test_turns_are_never_lost_nor_doubled(steps: list[tuple[str, str]], running: int) -> None:
    """However clients come, end and give up: never more run than may, and when all have ended none is missing."""

    async def test() -> None:
        turns = Turns(_limits(running, waiting=100))
        asked: list[asyncio.Future[Turn]] = []
        for who, what in steps:
            mine = [one for one in asked if not one.cancelled()]
            if what == "ask":
                asked.append(asyncio.ensure_future(turns.take(who)))
            elif what == "cancel" and mine:
                mine[-1].cancel()
            elif what == "end":
                done = next((one for one in mine if one.done()), None)
                if done:
                    asked.remove(done)
                    turns.give_back(done.result())
            await _settle()
            assert len(turns) <= running
        for _ in range(len(asked) + 1):
            for one in [one for one in asked if one.done()]:
                asked.remove(one)
                if not one.cancelled():
                    turns.give_back(one.result())
            await _settle()
        assert not asked
        assert (len(turns), turns.waiting) == (0, 0)

    _run(test)


# --- Replies ---


@given(st.binary(max_size=200), st.integers(0, 40))
def test_a_reply_comes_whole_or_not_at_all(body: bytes, cut: int) -> None:
    """What was packed is unpacked; what broke off is no reply, and neither is what is too long."""
    reply = Reply(200, body, {"Content-Type": "text/plain"}, {"note": 1}, keep=True)
    data = packed(reply)
    assert unpacked(data) == reply
    assert expected(data) == len(data)
    assert unpacked(data + b"x") is None
    if cut:
        assert unpacked(data[:-cut]) is None
    assert expected(data[:3]) is None


def _reply(size: int) -> Reply:
    return Reply(200, b"x" * size)


def test_what_nobody_asked_for_longest_makes_room() -> None:
    """The answers kept take no more room than they may; what was asked for last stays; a large one is not kept."""
    kept = Kept(80_000)
    for number in range(10):
        kept.put(str(number), _reply(7_000))
        assert kept.get("0") is not None
    assert kept.get("1") is None
    assert kept.get("9") is not None
    kept.put("large", _reply(20_000))
    assert kept.get("large") is None
    kept.put("9", _reply(1))
    assert kept.get("9") == _reply(1)


# --- Files ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, one of them not to be served, and one outside."""
    (tmp_path / "site" / "sub").mkdir(parents=True)
    (tmp_path / "site" / "a.json").write_text('{"a": 1}' * 200, encoding="utf-8")
    (tmp_path / "site" / "sub" / "b.ttl").write_text("<x:a> <x:b> 1 .", encoding="utf-8")
    (tmp_path / "site" / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "site" / "link").symlink_to(tmp_path / "secret")
    return tmp_path / "site"


def test_files_are_served_by_what_was_found(folder: Path) -> None:
    """A file has its type and its digest; what is hidden, a link or elsewhere is not there."""
    shelf = Shelf(folder)
    assert len(shelf) == 2
    reply = shelf.reply("sub/b.ttl", None)
    assert reply.body == b"<x:a> <x:b> 1 ."
    assert reply.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert reply.headers["ETag"] == f'"{hashlib.sha256(reply.body).hexdigest()}"'
    for name in (".hidden", "link", "../secret", "/etc/passwd", "sub/../a.json", "", "sub"):
        assert name not in shelf
        with pytest.raises(Refusal) as caught:
            shelf.reply(name, None)
        assert caught.value.status == 404
    assert len(Shelf(None)) == 0
    assert len(Shelf(folder / "none")) == 0


def test_files_are_compressed_for_those_who_take_it(folder: Path) -> None:
    """A long text is packed, under a tag of its own; a short one is not."""
    shelf = Shelf(folder)
    packed_, plain = shelf.reply("a.json", "gzip"), shelf.reply("a.json", "identity")
    assert gzip.decompress(packed_.body) == plain.body
    assert packed_.headers["Content-Encoding"] == "gzip"
    assert packed_.headers["ETag"] != plain.headers["ETag"]
    assert "Content-Encoding" not in shelf.reply("sub/b.ttl", "gzip").headers


def test_a_file_that_changes_is_another(folder: Path) -> None:
    """The key of an answer changes with the file, and a file that is gone is not there."""
    shelf = Shelf(folder)
    before = shelf.key("a.json", None)
    assert before != shelf.key("a.json", "gzip")
    (folder / "a.json").write_text("{}", encoding="utf-8")
    assert shelf.key("a.json", None) != before
    assert shelf.reply("a.json", None).body == b"{}"
    (folder / "a.json").unlink()
    assert shelf.key("a.json", None) == ""
    with pytest.raises(Refusal):
        shelf.reply("a.json", None)


# --- Log ---


def test_an_entry_of_the_log_is_one_line_of_json() -> None:
    """Whatever it tells, it is one line in ASCII; empty members are left out, long ones cut."""
    stream = io.StringIO()
    Log(stream).write("request", path="/x\n\u2028\x1b[31mé", status=200, empty="", none=None, long="x" * 1000)
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line.isascii()
    told = json.loads(line)
    assert told["path"] == "/x\n\u2028\x1b[31mé"
    assert len(told["long"]) == 300
    assert set(told) == {"time", "event", "path", "status", "long"}


def test_queries_are_logged_as_digests() -> None:
    """The text of a query is logged only where that was asked for, and then whole."""
    text = "ASK {} # " + "x" * 1000
    assert set(Log(io.StringIO()).query(text)) == {"query_sha256"}
    stream = io.StringIO()
    log = Log(stream, queries=True)
    log.write("request", **log.query(text))
    assert json.loads(stream.getvalue())["query"] == text


@pytest.mark.parametrize(
    ("address", "short", "one"),
    [
        ("192.0.2.17", "192.0.2.0", "192.0.2.17"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::", "2001:db8:1:2::/64"),
        ("", "", ""),
        ("nonsense", "", "nonsense"),
    ],
)
def test_addresses_are_shortened(address: str, short: str, one: str) -> None:
    """The log has no whole address; a client with IPv6 is all that its addresses have in common."""
    assert shortened(address) == short
    assert client(address) == one
