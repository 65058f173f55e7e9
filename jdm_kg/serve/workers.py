"""Answers from processes of their own: the server hands a job over, waits, and ends whoever takes too much.

The process of the server never evaluates a query. It starts a zygote (`jdm_kg.serve.zygote`), which holds the data and
copies itself; a copy answers in a jail (`jdm_kg.serve.jail`), one job at a time. To make a copy takes longer than most
answers, so one that has answered well takes another job; one that hits a limit ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from jdm_kg.errors import InputError
from jdm_kg.serve.limits import Limits
from jdm_kg.serve.protocol import Refusal
from jdm_kg.serve.replies import JOB_LENGTH, Job, Reply, expected, unpacked
from jdm_kg.serve.turns import Turn, Turns, busy
from jdm_kg.serve.zygote import ANSWER, ENDED, FAILED, KILL, MESSAGE, OUT_OF_MEMORY, READY

_PIECE: Final = 1 << 18
_TO_END: Final = 2.0
"""Seconds in which a process that was told to end must have ended."""
_LONGEST_PAUSE: Final = 30.0
_SPARE: Final = 1 << 20  # for the head of a reply


@dataclass(frozen=True)
class Data:
    """What is served.

    Attributes:
        root: The folder with `ontology/`; None for that of the package.
        dataset: A file that is served instead.
        exports: The folder of exports, if there is one.
    """

    root: Path | None = None
    dataset: Path | None = None
    exports: Path | None = None


class Workers:
    """Answers jobs.

    Args:
        data: What is served.
        limits: What an answer may take.
        say: Is told when a zygote is started or lost.
    """

    def __init__(self, data: Data, limits: Limits, say: Callable[[str], None] = lambda _: None) -> None:
        self.limits = limits
        self.turns = Turns(limits)
        self._data = data
        self._say = say
        self._numbers = count(1)
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._idle: list[_Copy] = []
        self._zygote: _Zygote | None = None
        self._ready = asyncio.Event()
        self._restart: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def ready(self) -> bool:
        """Whether the data is loaded."""
        return self._ready.is_set()

    @property
    def process(self) -> int | None:
        """Process id of the zygote, None while there is none."""
        return self._zygote.process.pid if self._zygote else None

    async def start(self) -> None:
        """Start the zygote and wait until it has the data.

        Raises:
            InputError: The data can't be read.
        """
        zygote = _Zygote(self._data, self.limits)
        try:
            await zygote.loaded()
        except BaseException:
            zygote.end()
            raise
        self._zygote = zygote
        zygote.listen(self._ended, self._lost)
        self._ready.set()

    async def stop(self) -> None:
        """End the zygote and all that it has copied."""
        self._stopping = True
        self._ready.clear()
        if self._restart is not None:
            self._restart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._restart
        self._dismiss()

    def _dismiss(self) -> None:
        """End the zygote, and with it all copies."""
        for copy in self._idle:
            copy.connection.close()
        self._idle.clear()
        if self._zygote is not None:
            self._zygote.end()
            self._zygote = None

    async def ask(self, job: Job, client: str) -> Reply:
        """The answer to a job. Whoever cancels this ends the process that works on it.

        Args:
            job: What is wanted.
            client: Who wants it: clients take turns.

        Raises:
            Refusal: A limit was hit, or there is too much to do.
        """
        turn = await self.turns.take(client)
        try:
            try:
                async with asyncio.timeout(self.limits.patience):
                    await self._ready.wait()
            except TimeoutError:
                raise busy("The data is being loaded.", "loading") from None
            return await self._run(job, turn)
        finally:
            self.turns.give_back(turn)

    async def _run(self, job: Job, turn: Turn) -> Reply:
        zygote = self._zygote
        if zygote is None:
            raise busy("The data is being loaded.", "loading")
        copy = self._idle.pop() if self._idle else self._copy(zygote)
        talk = asyncio.create_task(self._exchange(copy.connection, job))
        reply: Reply | None = None
        try:
            both: set[asyncio.Future[Any]] = {talk, turn.over}
            await asyncio.wait(both, timeout=self.limits.seconds, return_when=asyncio.FIRST_COMPLETED)
            if talk.done():
                reply = unpacked(talk.result())
                if reply is None:
                    raise self._why(await self._status(copy.ended))
                return reply
            if turn.over.done():
                raise busy(f"The query had run for {self.limits.slice:g} s, and others wait.", "slice")
            raise self._too_slow()
        finally:
            talk.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await talk
            if reply is not None and reply.more and zygote is self._zygote:
                self._rest(copy)
            else:
                copy.connection.close()
                if reply is None:
                    zygote.send(KILL, copy.number)

    def _copy(self, zygote: _Zygote) -> _Copy:
        """Have a copy made."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        copy = _Copy(next(self._numbers), ours, asyncio.get_running_loop().create_future())
        self._ends[copy.number] = copy.ended
        with theirs:
            zygote.send(ANSWER, copy.number, theirs)
        return copy

    def _rest(self, copy: _Copy) -> None:
        """Let a copy wait for another job, for a while."""
        self._idle.append(copy)
        copy.rests += 1
        asyncio.get_running_loop().call_later(self.limits.idle_seconds, self._retire, copy, copy.rests)

    def _retire(self, copy: _Copy, rests: int) -> None:
        """End a copy that still waits since then."""
        if copy in self._idle and copy.rests == rests:
            self._idle.remove(copy)
            copy.connection.close()

    async def _exchange(self, connection: socket.socket, job: Job) -> bytes:
        """Send a job and receive what comes back, be it whole or not."""
        loop = asyncio.get_running_loop()
        data = bytearray()
        told = json.dumps(job).encode()
        try:
            await loop.sock_sendall(connection, JOB_LENGTH.pack(len(told)) + told)
            room = self.limits.answer_bytes + _SPARE
            while len(data) <= room and (piece := await loop.sock_recv(connection, _PIECE)):
                data += piece
                if len(data) == expected(data):
                    break
        except ConnectionError:
            pass  # whoever was to answer came to grief
        return bytes(data)

    @staticmethod
    async def _status(ended: asyncio.Future[int]) -> int:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TO_END):
                return await asyncio.shield(ended)
        return -1

    def _why(self, status: int) -> Refusal:
        """What became of a copy that did not answer."""
        if status == -1:
            return busy("The process that was to answer is gone.", "lost")
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGXCPU):
            return self._too_slow()
        if os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == OUT_OF_MEMORY:
            detail = f"A query may take {self.limits.memory:,} MB. Narrow it: fewer unrelated patterns, a LIMIT."
            return Refusal(503, "the query took too much memory", detail, limit="memory")
        return Refusal(500, "something went wrong here", "The query could not be answered.", limit="broken")

    def _too_slow(self) -> Refusal:
        detail = f"A query may take {self.limits.seconds:g} s. Narrow it: fewer unrelated patterns, a LIMIT."
        return Refusal(503, "the query took too long", detail, limit="time")

    def _ended(self, number: int, status: int) -> None:
        ended = self._ends.pop(number, None)
        for copy in [copy for copy in self._idle if copy.number == number]:
            self._idle.remove(copy)
            copy.connection.close()
        if ended is not None and not ended.done():
            ended.set_result(status)

    def _lost(self) -> None:
        """The zygote has gone: so have its copies; start another."""
        self._ready.clear()
        self._dismiss()
        for number in list(self._ends):
            self._ended(number, -1)
        if not self._stopping:
            self._say("the process that holds the data is gone; another is started")
            self._restart = asyncio.create_task(self._again())

    async def _again(self) -> None:
        pause = 0.1
        while not self._stopping:
            try:
                await self.start()
            except (InputError, OSError) as error:
                self._say(str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return


@dataclass(eq=False)
class _Copy:
    """A process that answers, as the server sees it."""

    number: int
    connection: socket.socket
    ended: asyncio.Future[int]
    rests: int = 0


class _Zygote:
    """The process that holds the data, as the server sees it."""

    def __init__(self, data: Data, limits: Limits) -> None:
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        self._heard = bytearray()
        self._listening = False
        paths = [str(path) if path else "" for path in (data.root, data.dataset, data.exports)]
        settings: Mapping[str, object] = {"paths": paths, "limits": asdict(limits)}
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "jdm_kg.serve.zygote", str(theirs.fileno()), json.dumps(settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the server, which lets queries come to an end
            )

    async def loaded(self) -> None:
        """Wait until it has the data.

        Raises:
            InputError: It can't be read.
        """
        kind, _, number = await self._message()
        if kind == READY:
            return
        text = (await self._receive(number)).decode() if kind == FAILED else ""
        raise InputError(text or "the process that holds the data could not be started")

    async def _message(self) -> tuple[bytes, int, int]:
        data = await self._receive(MESSAGE.size)
        return MESSAGE.unpack(data) if len(data) == MESSAGE.size else (b"", 0, 0)

    async def _receive(self, size: int) -> bytes:
        data = b""
        loop = asyncio.get_running_loop()
        while len(data) < size and (piece := await loop.sock_recv(self._control, size - len(data))):
            data += piece
        return data

    def listen(self, ended: Callable[[int, int], None], lost: Callable[[], None]) -> None:
        """Tell of every copy that ends, and when the process itself has gone."""

        def hear() -> None:
            try:
                data = self._control.recv(_PIECE)
            except BlockingIOError:
                return
            except ConnectionError:
                data = b""
            if not data:
                lost()
                return
            self._heard += data
            while len(self._heard) >= MESSAGE.size:
                kind, number, status = MESSAGE.unpack_from(self._heard)
                del self._heard[: MESSAGE.size]
                if kind == ENDED:
                    ended(number, status)

        asyncio.get_running_loop().add_reader(self._control, hear)
        self._listening = True

    def send(self, kind: bytes, number: int, connection: socket.socket | None = None) -> None:
        """Send a message; one that can't be sent is as good as an answer that never comes."""
        with contextlib.suppress(OSError):
            handed = [connection.fileno()] if connection else []
            socket.send_fds(self._control, [MESSAGE.pack(kind, number, 0)], handed)

    def end(self) -> None:
        """End it: it goes, with all its copies, when the socket closes."""
        if self._listening:
            asyncio.get_running_loop().remove_reader(self._control)
            self._listening = False
        self._control.close()
        try:
            self.process.wait(_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
