"""Requests to one store: credentials that go nowhere else, limits on everything, patience with what is temporary.

No redirect is followed and no proxy asked: what is sent goes to the address that its user gave, or nowhere.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from jdm_kg.errors import InputError, JdmKgError
from jdm_kg.publish.credentials import Challenge, Credentials, challenge

_TEMPORARY = frozenset(
    [
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    ]
)
_CUT = (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead)
_LONGEST_WAIT = 120.0  # seconds that a store may ask us to wait
_CHUNK = 1 << 16
_QUOTED = 300  # characters of a store's own words in a message
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0]+")


class StoreError(JdmKgError):
    """A store that can't be reached, that refuses, or that does not hold what it was sent."""


@dataclass(frozen=True)
class Answer:
    """What a store answers.

    Attributes:
        status: Of HTTP.
        media_type: Of the body, in lower case and without parameters.
        body: Whole.
    """

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Limits:
    """How long and how much.

    Attributes:
        silence: Seconds that a store may be silent.
        request: Seconds that one request may take in all.
        tries: How often a request is sent that meets something temporary.
        pause: Seconds before the second try; each further pause is twice as long.
        answer: Bytes of the longest answer.
    """

    silence: float = 60.0
    request: float = 600.0
    tries: int = 6
    pause: float = 0.5
    answer: int = 1 << 30


@dataclass
class Wire:
    """The requests of one run.

    Attributes:
        credentials: Shown to the store if it asks for them; a token without being asked.
        limits: On each request.
        insecure: Whether credentials may travel without encryption to another machine.
        say: Is told of each pause.
    """

    credentials: Credentials = field(default_factory=Credentials)
    limits: Limits = field(default_factory=Limits)
    insecure: bool = False
    say: Callable[[str], None] = lambda _: None
    _challenges: dict[str, Challenge | None] = field(default_factory=dict, repr=False)

    def send(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, also: int = 0
    ) -> Answer:
        """Send a request that may be sent again.

        Args:
            method: Of HTTP.
            url: Of http or https.
            body: What is sent.
            headers: Besides those that every request has.
            also: A status beyond 200 to 299 that is fine as well.

        Raises:
            InputError: As `check_address`.
            StoreError: The store can't be reached, refuses, sends us elsewhere, takes too long or says too much.
        """
        check_address(url, self.credentials, insecure=self.insecure)
        pause = self.limits.pause
        for attempt in range(1, self.limits.tries + 1):
            try:
                answer, wait = self._authorized(method, url, body, headers or {})
            except _CUT as error:
                if attempt == self.limits.tries:
                    raise _unreachable(url, error) from error
                why, wait = _words(error), None
                self._challenges.clear()  # it may have been restarted
            else:
                if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES or answer.status == also:
                    return answer
                if answer.status not in _TEMPORARY or attempt == self.limits.tries:
                    raise self._refusal(method, url, answer)
                why = f"HTTP {answer.status}"
            pause_now = pause if wait is None else wait
            self.say(f"{_host(url)}: {why}; trying again in {pause_now:.1f} s")
            time.sleep(pause_now)
            pause *= 2
        raise AssertionError("the last try returns or raises")

    def _authorized(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Answer, float | None]:
        """The answer and the pause that the store asks for; credentials are shown in the way that it wants."""
        if self.credentials.token:
            return self._once(method, url, body, {**headers, "Authorization": f"Bearer {self.credentials.token}"})[:2]
        if not self.credentials:
            return self._once(method, url, body, headers)[:2]
        place = f"{method} {url.partition('?')[0]}"
        if place not in self._challenges:
            # Without body first: a server that answers before it has read a long body resets the connection.
            answer, wait, asked = self._once(method, url, b"", headers)
            if answer.status in _TEMPORARY:
                return answer, wait
            wanted = self._challenge(url, asked) if answer.status == HTTPStatus.UNAUTHORIZED else None
            self._challenges[place] = wanted
            if wanted is None and not body:
                return answer, wait
        wanted = self._challenges[place]
        if wanted is None:
            return self._once(method, url, body, headers)[:2]
        shown = wanted.answer(self.credentials, method, _target(url))
        answer, wait, asked = self._once(method, url, body, {**headers, "Authorization": shown})
        if answer.status == HTTPStatus.UNAUTHORIZED and wanted.used > 1:  # the server's nonce may have become too old
            wanted = self._challenges[place] = self._challenge(url, asked)
            shown = wanted.answer(self.credentials, method, _target(url))
            answer, wait, _ = self._once(method, url, body, {**headers, "Authorization": shown})
        return answer, wait

    def _challenge(self, url: str, asked: list[str]) -> Challenge:
        found = challenge(asked)
        if found is None:
            raise StoreError(
                f"{_host(url)} wants credentials in a way that is not known here: {self._quote(', '.join(asked))}",
                hint="Basic, Digest and Bearer are.",
            )
        return found

    def _once(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Answer, float | None, list[str]]:
        """One request and its answer, the pause that it asks for, and the credentials that it asks for."""
        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.limits.silence)
        overdue = threading.Event()
        held: list[socket.socket] = []  # the connection lets go of it before the answer has been read

        def end() -> None:
            overdue.set()
            for one in held:
                with contextlib.suppress(OSError):  # it may have ended by itself
                    one.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.limits.request, end)
        timer.daemon = True
        timer.start()
        try:
            connection.connect()
            held.append(connection.sock)
            connection.request(method, _target(url), body, {"User-Agent": "jdm-kg", "Connection": "close", **headers})
            response = connection.getresponse()
            answer = Answer(response.status, _media_type(response), self._body(response, url))
        except TimeoutError as error:
            raise _overdue(url) from error
        except ssl.SSLError as error:
            raise StoreError(f"no safe connection to {_host(url)}: {error.reason or error}") from error
        except _CUT as error:
            if overdue.is_set():
                raise _overdue(url) from error
            raise
        except (OSError, http.client.HTTPException) as error:
            if overdue.is_set():
                raise _overdue(url) from error
            raise _unreachable(url, error) from error
        finally:
            timer.cancel()
            connection.close()
        if overdue.is_set():  # what looks like the end of the answer is ours
            raise _overdue(url)
        return answer, _retry_after(response), response.headers.get_all("WWW-Authenticate") or []

    def _body(self, response: http.client.HTTPResponse, url: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := response.read1(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > self.limits.answer:
                raise StoreError(f"{_host(url)} answers with more than {self.limits.answer:,} bytes")
        if response.length:
            raise ConnectionResetError("the answer ends too early")
        return b"".join(parts)

    def _refusal(self, method: str, url: str, answer: Answer) -> StoreError:
        """What to tell the user of an answer that is no success."""
        status = answer.status
        where = f"{_host(url)} answers {method} {urllib.parse.urlsplit(url).path or '/'} with HTTP {status}"
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return StoreError(
                f"{where}: it sends us elsewhere", hint="Give the address that it sends to, if it is yours."
            )
        hint = None
        if status == HTTPStatus.UNAUTHORIZED:
            hint = "Set JDM_KG_STORE_USER and JDM_KG_STORE_PASSWORD, or JDM_KG_STORE_TOKEN."
            if self.credentials:
                hint = "It does not take the credentials of the environment."
        elif status == HTTPStatus.FORBIDDEN:
            hint = "Whoever runs the store must let this user write."
        elif status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
            hint = "Is this the address for it? See docs/stores.md for the addresses of some stores."
        said = self._quote(answer.body[:4000].decode("utf-8", "replace"))
        return StoreError(f"{where}{f': {said}' if said else ''}", hint=hint)

    def _quote(self, text: str) -> str:
        """Some words of a store on one line, without markup that no one can read and without our secrets."""
        plain = _CONTROL.sub(
            " ", re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", self.credentials.hide(text), flags=re.DOTALL)
        )
        return plain.strip()[:_QUOTED]


def check_address(url: str, credentials: Credentials, *, insecure: bool = False) -> None:
    """Refuse an address that is none, that holds a password, or that credentials must not be sent to.

    Raises:
        InputError: It is one of these.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii") if url.isascii() and parts.port != 0 else None
    except ValueError:
        host, parts = None, urllib.parse.urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise InputError(
            "an address with a user or a password in it is refused: others can read it",
            hint="Set JDM_KG_STORE_USER and JDM_KG_STORE_PASSWORD instead.",
        )
    if parts.scheme not in {"http", "https"} or not host or _CONTROL.search(url):
        raise InputError(f"{url!r} is not an address of a store", hint="It starts with https:// or http://.")
    if credentials and parts.scheme == "http" and not _is_loopback(host) and not insecure:
        raise InputError(
            f"credentials would travel to {host} without encryption",
            hint="Use https, or say --insecure if nobody else is on the way.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    """Seconds that a store asks us to wait, or None. Source: RFC 9110, section 10.2.3."""
    text = (response.headers.get("Retry-After") or "").strip()
    if text.isdecimal():
        return min(float(text[:9]), _LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)


def _media_type(response: http.client.HTTPResponse) -> str:
    return (response.headers.get("Content-Type") or "").split(";")[0].strip().lower()


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc


def _target(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _words(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, _CUT):
        return "the connection was cut"
    return str(error)


def _overdue(url: str) -> StoreError:
    return StoreError(f"{_host(url)} takes too long to answer", hint="Give it longer with --timeout SECONDS.")


def _unreachable(url: str, error: Exception) -> StoreError:
    known = isinstance(error, _CUT)
    words = _words(error) if known else getattr(error, "strerror", None) or str(error) or type(error).__name__
    return StoreError(f"{_host(url)} can't be reached: {words}", hint="Is the store running, and the address right?")
