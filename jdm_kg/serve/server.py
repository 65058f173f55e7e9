"""Runs the application: sockets, signals, and what a connection may take."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from jdm_kg.errors import InputError
from jdm_kg.serve.app import App, Site
from jdm_kg.serve.limits import Limits
from jdm_kg.serve.logs import Log
from jdm_kg.serve.workers import Data, Workers

_LARGEST_HEAD: Final = 256 << 10
"""Bytes of the head of a request: a query of 100,000 characters may stand in the address, each as up to %XX%XX%XX."""
_BACKLOG: Final = 2048
_DESCRIPTORS: Final = 65_536


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: Name or address to listen at.
        port: Its port; 0 for one that is free.

    Raises:
        InputError: It can't be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        hint = "Choose another port: --port 0 takes one that is free." if port else "Choose another --host."
        raise InputError(f"nobody can listen at {host}, port {port}: {error.strerror or error}", hint=hint) from error


def run(
    data: Data,
    site: Site,
    listening: socket.socket,
    limits: Limits,
    log: Log,
    *,
    started: Callable[[], None] = lambda: None,
) -> None:
    """Serve until the process is told to stop (SIGTERM or SIGINT), then let running requests come to an end.

    Args:
        data: What is served.
        site: Where.
        listening: The socket that requests come through; closed at the end.
        limits: What a query may take.
        log: Where requests are noted.
        started: Is called when requests are answered.

    Raises:
        InputError: The data can't be read.
    """
    _raise_descriptors()
    workers = Workers(data, limits, lambda text: log.write("notice", text=text))
    app = App(workers, site, log)
    asyncio.run(_run(app, listening, started))


async def _run(app: App, listening: socket.socket, started: Callable[[], None]) -> None:
    workers = app.workers
    server = _Server(_config(app, workers.limits), app)
    loop = asyncio.get_running_loop()
    try:
        with listening:
            starting = asyncio.ensure_future(workers.start())
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, server.stop, starting)
            try:
                await starting
            except asyncio.CancelledError:
                return  # told to stop before it had begun
            started()
            await server.serve([listening])
    finally:
        await workers.stop()


def _config(app: App, limits: Limits) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # we have a log of our own
    return uvicorn.Config(
        app,
        http=type("Protocol", (_Protocol,), {"limits": limits}),
        ws="none",
        lifespan="off",
        loop="none",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_keep_alive=int(limits.head_seconds),
        timeout_graceful_shutdown=int(limits.grace) or 1,
    )


class _Server(uvicorn.Server):
    """Stops when it is told to, and ends well."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    def stop(self, starting: asyncio.Future[None]) -> None:
        """Take no more requests and let those that run come to an end; told again, don't wait for them."""
        self._app.stopping = True
        if not starting.done():
            starting.cancel()
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again at the end, and the process would end by them."""
        yield


class _Protocol(H11Protocol):
    """HTTP with time limits for whoever sends a head, or takes an answer, too slowly.

    Attributes:
        limits: How slowly; set on a subclass.
    """

    limits = Limits()
    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as H11Protocol has it
        super().connection_made(transport)
        # Whatever the kernel does not take at once counts as not taken.
        transport.set_write_buffer_limits(high=0)
        # asyncio does this for sockets that tell their protocol only, and those that we are handed don't.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._idle():
            self._heard()

    def on_response_complete(self) -> None:
        self._await_head()
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking = self.loop.call_later(self.limits.send_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taken()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        self._taken()
        super().connection_lost(exc)

    def _idle(self) -> bool:
        """Whether no request is being answered."""
        cycle: Any = self.cycle  # None before the first request, which its type does not tell
        return cycle is None or cycle.response_complete

    def _await_head(self) -> None:
        self._heard()
        self._head = self.loop.call_later(self.limits.head_seconds, self._too_slow)

    def _heard(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _taken(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _too_slow(self) -> None:
        if self._idle() and not self.transport.is_closing():
            self.transport.abort()


def _raise_descriptors() -> None:
    """Every client and every query takes some descriptors; take as many as the system lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
