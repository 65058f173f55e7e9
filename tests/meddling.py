"""A proxy on loopback between a client and a store, which does to requests what networks and servers do.

It writes down all that passes, so that a test can see what was sent and to whom.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import urllib.parse
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Request:
    """A request that has arrived.

    Attributes:
        method: Of HTTP.
        path: With the query.
        headers: By lower-case name.
        body: Whole.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The UPDATE request or query of a form, or the body."""
        fields = urllib.parse.parse_qs(self.body.decode("utf-8", "replace"))
        return fields.get("update", fields.get("query", [self.body.decode("utf-8", "replace")]))[0]

    @property
    def authorized(self) -> bool:
        """Whether it carries credentials."""
        return "authorization" in self.headers


@dataclass
class Reply:
    """What the proxy answers by itself.

    Attributes:
        status: Of HTTP.
        headers: Besides the length.
        body: Whole.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Cut:
    """Cut the connection, before or after the store has had the request."""

    after: bool = False


@dataclass(frozen=True)
class Drip:
    """Answer byte by byte, for ever."""

    until: threading.Event


Meddle = Callable[[Request], Reply | Cut | Drip | Request | None]
"""What to do with a request: answer it, cut it, answer slowly, send another one on, or, for None, let it pass."""


@dataclass
class Proxy:
    """A proxy that runs.

    Attributes:
        url: Its address, without path.
        seen: The requests, in order.
        meddle: What it does.
    """

    url: str
    seen: list[Request]
    meddle: Meddle

    def at(self, url: str) -> str:
        """An address of the store, by way of the proxy."""
        parts = urllib.parse.urlsplit(url)
        return self.url + parts.path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy
    host: str


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        self.server.proxy.seen.append(request)
        verdict = self.server.proxy.meddle(request)
        if isinstance(verdict, Drip):
            self._drip(verdict)
        elif isinstance(verdict, Cut):
            if verdict.after:
                self._forward(request)
            self._cut()
        elif isinstance(verdict, Reply):
            self._answer(verdict)
        else:
            self._answer(self._forward(verdict or request))

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the names that the base class wants

    def _answer(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _forward(self, request: Request) -> Reply:
        connection = http.client.HTTPConnection(self.server.host, timeout=60)
        passed = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
        connection.request(request.method, request.path, request.body, passed)
        answer = connection.getresponse()
        kept = {name: value for name, value in answer.getheaders() if name in {"Content-Type", "WWW-Authenticate"}}
        reply = Reply(answer.status, kept, answer.read())
        connection.close()
        return reply

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _drip(self, how: Drip) -> None:
        self.send_response_only(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while not how.until.wait(0.01):
                self.wfile.write(b" ")
                self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def proxy(target: str, meddle: Meddle = lambda _: None) -> Generator[Proxy]:
    """A proxy to the host of an address, for as long as the context lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.host = urllib.parse.urlsplit(target).netloc
    server.proxy = Proxy(f"http://127.0.0.1:{server.server_port}", [], meddle)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
