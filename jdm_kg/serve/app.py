"""The server as an ASGI application: which address leads where, and what every response has.

Source: ASGI specification 3.0, HTTP; RFC 9110, HTTP Semantics; Fetch Standard (WHATWG), for CORS.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from jdm_kg.serve import fetching, pages, paths, protocol
from jdm_kg.serve.answers import refused
from jdm_kg.serve.filing import Shelf
from jdm_kg.serve.kept import Kept
from jdm_kg.serve.logs import Log, client, shortened
from jdm_kg.serve.negotiation import choose, has_already
from jdm_kg.serve.protocol import Refusal
from jdm_kg.serve.replies import Job, Reply
from jdm_kg.serve.turns import busy
from jdm_kg.serve.workers import Workers

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Result = TypeVar("Result")

OPENAPI: Final = Path(__file__).resolve().parent / "openapi.json"
_PIECE: Final = 1 << 16
_READING: Final = ("GET", "HEAD", "OPTIONS")
_GONE: Final = 499  # for the log only: nobody is left to read a status
_NAME: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?")
_PAGE_POLICY: Final = pages.CONTENT_SECURITY_POLICY
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
# What else has IRIs in the namespace, and the file that tells of it.
_TOLD_IN: Final[Mapping[str, str]] = MappingProxyType(
    {"fhir": "exports/fhir-bundle.json", "np": "exports/nanopubs.trig"}
)
_EXPOSED: Final = "Content-Location, ETag, Link, Retry-After"


@dataclass(frozen=True)
class Site:
    """Where the server stands.

    Attributes:
        hosts: The names, in lower case, under which it answers.
        base: Its address as clients know it, such as "https://example.org"; empty to go by the Host header.
        origins: The origins whose pages may read answers; "*" for all.
        exports: The folder of exports, if there is one.
        proxies: Addresses of servers in front of this one, whose word for the address of a client is taken.
    """

    hosts: frozenset[str]
    base: str = ""
    origins: frozenset[str] = frozenset({"*"})
    exports: Path | None = None
    proxies: frozenset[str] = frozenset()


@dataclass
class _Request:
    """A request, as far as the server looks at it."""

    method: str
    path: str
    parameters: bytes
    headers: Mapping[str, str]
    client: str
    receive: Receive
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Address of the server, as the client knows it."""
        return str(self.notes.get("base", ""))


class _GoneError(Exception):
    """The client has gone."""


class App:
    """The application.

    Args:
        workers: Those who answer.
        site: Where it stands.
        log: Where requests are noted.
    """

    def __init__(self, workers: Workers, site: Site, log: Log) -> None:
        self.workers = workers
        self.stopping = False
        self._site = site
        self._log = log
        self._kept = Kept(workers.limits.kept_bytes)
        self._unsent = 0
        self._exports = Shelf(site.exports)
        self._shelves = {"exports": self._exports, "static": Shelf(pages.STATIC), "vendor": Shelf(fetching.FOLDER)}
        self._openapi = json.loads(OPENAPI.read_bytes())
        self._handlers: dict[str, Callable[[_Request], Awaitable[Reply]]] = {
            "": self._front,
            ".well-known/void": self._void,
            "completions.json": self._completions,
            "docs": self._docs,
            "editor": self._edit,
            "health": self._health,
            "openapi.json": self._describe,
            "robots.txt": self._robots,
            "sparql": self._sparql,
            "sparql/": self._sparql,
            "version": self._version,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is spoken here")
        begun = time.perf_counter()
        headers: dict[str, str] = {}
        for key, value in scope["headers"]:
            known = headers.get(key.decode("latin-1"))
            text = value.decode("latin-1")
            headers[key.decode("latin-1")] = text if known is None else f"{known}, {text}"
        address = (scope.get("client") or ("",))[0]
        if address in self._site.proxies and "x-forwarded-for" in headers:
            address = (
                headers["x-forwarded-for"].rpartition(",")[2].strip()
            )  # what comes before it, anybody may have sent
        request = _Request(scope["method"], scope["path"][1:], scope["query_string"], headers, client(address), receive)
        reply = await self._reply(request)
        sent = 0
        try:
            if reply is not None:
                sent = await self._send(request, reply, send)
        finally:
            self._log.write(
                "request",
                client=shortened(address),
                method=request.method[:20],
                path="/" + request.path,
                status=_GONE if reply is None else reply.status,
                ms=round(1000 * (time.perf_counter() - begun), 1),
                bytes=sent,
                **request.notes,
            )

    async def _reply(self, request: _Request) -> Reply | None:
        """The answer to a request, None if the client has gone."""
        try:
            reply = await self._answer(request)
            request.notes.update(reply.notes)
        except _GoneError:
            return None
        except Refusal as refusal:
            reply = refused(refusal, request.headers.get("accept"))
            request.notes.update(reply.notes)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the client gets an answer and the log the fault
            request.notes["error"] = f"{type(error).__name__}: {error}"
            reply = refused(Refusal(500, "something went wrong here"), request.headers.get("accept"))
        request.notes.pop("base", None)
        request.notes.pop("formats", None)
        if self._unsent + len(reply.body) > self.workers.limits.unsent_bytes:
            reply = refused(busy("Too many answers wait for clients to take them.", "unsent"), None)
            request.notes.update(reply.notes)
        return reply

    async def _answer(self, request: _Request) -> Reply:
        """Find who answers."""
        self._check_host(request)
        handler = self._handlers.get(request.path)
        posting = handler == self._sparql
        allowed = protocol.METHODS if posting else _READING
        if request.method == "OPTIONS":
            return self._preflight(allowed)
        if request.method not in allowed:
            offered = ", ".join(allowed)
            raise Refusal(
                405, f"{request.method[:20]} is not offered", f"Use one of {offered}.", headers={"Allow": offered}
            )
        if handler is not None:
            return await handler(request)
        return await self._below(request)

    async def _below(self, request: _Request) -> Reply:
        """Answer by the first part of the path."""
        first, _, rest = request.path.partition("/")
        if first in self._shelves:
            return await self._file(request, self._shelves[first], rest)
        if first == "v1" or request.path in self._exports:
            return await self._file(request, self._exports, request.path)
        if first == "doc":
            return await self._document(request, rest)
        if first in _TOLD_IN:
            return Reply(303, b"", {"Location": f"/{_TOLD_IN[first]}"})
        return await self._thing(request)

    # --- What every request is held to ---

    def _check_host(self, request: _Request) -> None:
        """Refuse a name that is not ours: a page from elsewhere may have made a browser believe that it leads here."""
        host = request.headers.get("host", "")
        name = host.rpartition(":")[0] if re.search(r":\d*\Z", host) else host
        if not _NAME.fullmatch(host) or name.lower().rstrip(".") not in self._site.hosts:
            detail = "Ask by a name that the server was started with (--allow-host)."
            raise Refusal(
                421, "this server does not go by that name", detail, headers={"Connection": "close"}, limit="host"
            )
        request.notes["base"] = self._site.base or f"http://{host}"

    def _preflight(self, allowed: tuple[str, ...]) -> Reply:
        headers = {
            "Allow": ", ".join(allowed),
            "Access-Control-Allow-Methods": ", ".join(allowed),
            "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        }
        return Reply(204, b"", headers)

    async def _body(self, request: _Request) -> bytes:
        limits = self.workers.limits
        if request.headers.get("content-encoding", "identity") != "identity":
            raise Refusal(415, "the body is compressed", "Send it as it is.")
        too_large = Refusal(
            413,
            "the body is too large",
            f"{limits.body_bytes:,} bytes are read at most.",
            headers={"Connection": "close"},
            limit="body",
        )
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > limits.body_bytes:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(limits.body_seconds):
                while True:
                    message = await request.receive()
                    if message["type"] == "http.disconnect":
                        raise _GoneError
                    body += message.get("body", b"")
                    if len(body) > limits.body_bytes:
                        raise too_large
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            raise Refusal(408, "the body came too slowly", headers={"Connection": "close"}, limit="slow") from None

    # --- Asking the workers ---

    async def _ask(self, request: _Request, job: Job) -> Reply:
        """The answer to a job, from those kept or else from a worker, who is stopped if the client goes."""
        question = json.dumps([job, self._today() if job["kind"] in ("document", "page") else ""], sort_keys=True)
        reply = self._kept.get(question)
        if reply is not None:
            request.notes["kept"] = True
        else:
            asked = {**job, "if_none_match": request.headers.get("if-none-match", "")}
            reply = await self._unless_gone(request, self.workers.ask(asked, request.client))
            if reply.keep and reply.status == 200:
                self._kept.put(question, reply)
        return _if_changed(request, reply)

    @staticmethod
    def _today() -> str:
        return time.strftime("%Y-%m-%d", time.gmtime())

    async def _unless_gone(self, request: _Request, work: Awaitable[Result]) -> Result:
        async def gone() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass

        working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone())
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise _GoneError
        finally:
            for task in (working, leaving):
                task.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)

    def _job(self, request: _Request, kind: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        headers = request.headers
        return {"kind": kind, "accept": headers.get("accept"), "encoding": headers.get("accept-encoding"), **members}

    # --- Addresses ---

    async def _sparql(self, request: _Request) -> Reply:
        body = await self._body(request) if request.method == "POST" else b""
        asked = protocol.asked(request.method, request.parameters, request.headers.get("content-type"), body)
        if asked.query is None:
            return await self._ask(request, self._job(request, "service", endpoint=self._endpoint(request)))
        request.notes.update(self._log.query(asked.query))
        job = self._job(
            request,
            "query",
            query=asked.query,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            format=asked.format,
        )
        return await self._ask(request, job)

    def _endpoint(self, request: _Request) -> str:
        return request.base + "/sparql"

    async def _front(self, request: _Request) -> Reply:
        if (
            choose(request.headers.get("accept"), [*protocol.PAGE.values(), *protocol.GRAPHS.values()])
            not in protocol.PAGE.values()
        ):
            return Reply(303, b"", {"Location": "/.well-known/void", "Vary": "Accept"})
        return await self._ask(request, self._job(request, "page", page="front", text=_field(request, "search")))

    async def _edit(self, request: _Request) -> Reply:
        text, question = _field(request, "query"), _field(request, "question")
        return await self._ask(request, self._job(request, "page", page="editor", text=text, question=question))

    async def _completions(self, request: _Request) -> Reply:
        return await self._ask(request, self._job(request, "completions", accept=None))

    async def _void(self, request: _Request) -> Reply:
        return await self._ask(request, self._job(request, "void", endpoint=self._endpoint(request)))

    async def _document(self, request: _Request, path: str) -> Reply:
        place = paths.document(path)
        if place is None:
            raise Refusal(404, "there is no such document", "The front page lists what there is.")
        return await self._ask(request, self._job(request, "document", path=place.path, format=place.format))

    async def _thing(self, request: _Request) -> Reply:
        """Lead from a thing to the document about it."""
        place = paths.document(request.path)
        if place is None:
            raise Refusal(404, "there is no such page", "The front page lists what there is.")
        known = await self._ask(request, self._job(request, "exists", path=place.path, encoding=None))
        if known.status != 200:
            return known
        headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
        fmt = place.format
        if not fmt:
            offers = {name: paths.DOCUMENTS[name] for name in known.notes["formats"]}
            fmt = protocol.negotiated(offers, request.headers.get("accept"), "the document about it")
        return Reply(303, b"", {**headers, "Location": paths.address(place.path, fmt)})

    async def _file(self, request: _Request, shelf: Shelf, name: str) -> Reply:
        encoding = request.headers.get("accept-encoding")
        key = shelf.key(name, encoding)
        reply = self._kept.get(key)
        if reply is None:
            reply = await asyncio.to_thread(shelf.reply, name, encoding)
            self._kept.put(key, reply)
        return _if_changed(request, reply)

    async def _docs(self, request: _Request) -> Reply:
        return await self._ask(request, self._job(request, "docs", openapi=self._told(request)))

    async def _describe(self, request: _Request) -> Reply:
        body = json.dumps(self._told(request), indent=2).encode()
        return Reply(200, body, {"Content-Type": "application/json", "Cache-Control": "no-cache"})

    def _told(self, request: _Request) -> dict[str, Any]:
        return {**self._openapi, "servers": [{"url": request.base}]}

    async def _health(self, _: _Request) -> Reply:
        state = "stopping" if self.stopping else "ready" if self.workers.ready else "starting"
        turns = self.workers.turns
        body = json.dumps({"status": state, "running": len(turns), "waiting": turns.waiting}).encode() + b"\n"
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        return Reply(200 if state == "ready" else 503, body, headers)

    async def _version(self, request: _Request) -> Reply:
        return await self._ask(request, self._job(request, "hello"))

    async def _robots(self, _: _Request) -> Reply:
        return Reply(200, b"User-agent: *\nDisallow: /sparql\n", {"Content-Type": "text/plain; charset=utf-8"})

    # --- Sending ---

    async def _send(self, request: _Request, reply: Reply, send: Send) -> int:
        """Send an answer piece by piece: the next only when the client has taken the last."""
        headers = {**self._shared(request, reply), **reply.headers}
        if reply.status not in (204, 304):
            headers["Content-Length"] = str(len(reply.body))
        raw = [(name.lower().encode("ascii"), _header(value)) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        body = b"" if request.method == "HEAD" or reply.status in (204, 304) else reply.body
        sent = 0
        self._unsent += len(body)
        try:
            while sent + _PIECE < len(body):
                await send({"type": "http.response.body", "body": body[sent : sent + _PIECE], "more_body": True})
                sent += _PIECE
            await send({"type": "http.response.body", "body": body[sent:]})
        finally:
            self._unsent -= len(body)
        return len(body)

    def _shared(self, request: _Request, reply: Reply) -> dict[str, str]:
        is_page = reply.headers.get("Content-Type", "").startswith("text/html")
        headers = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
        if reply.status != 304:  # what a browser has kept it keeps, but for headers that come with this
            headers["Content-Security-Policy"] = _PAGE_POLICY if is_page else _DATA_POLICY
        origin = request.headers.get("origin")
        if "*" in self._site.origins:
            headers["Access-Control-Allow-Origin"] = "*"
        elif origin in self._site.origins:
            headers["Access-Control-Allow-Origin"] = origin
        if "Access-Control-Allow-Origin" in headers:
            headers["Access-Control-Expose-Headers"] = _EXPOSED
        return headers


def _if_changed(request: _Request, reply: Reply) -> Reply:
    """No more than a word if the client has the answer already."""
    if reply.status == 200 and has_already(request.headers.get("if-none-match"), reply.headers.get("ETag", "")):
        told = {key: value for key, value in reply.headers.items() if key not in ("Content-Type", "Content-Encoding")}
        return replace(reply, status=304, body=b"", headers=told, notes={**reply.notes, "unchanged": True})
    return reply


def _field(request: _Request, name: str) -> str:
    """A field of the address, of which nothing depends on more than what is shown."""
    fields = parse_qsl(request.parameters.decode("ascii", "replace"), errors="replace", max_num_fields=100)
    return next((value for key, value in fields if key == name), "")


def _header(value: str) -> bytes:
    """The value of a header: nothing in it can end it and begin another."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", value).encode("latin-1", "replace")
