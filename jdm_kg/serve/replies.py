"""What goes between the server and the processes that answer: jobs one way, replies the other.

A job is a JSON object, behind its length in four bytes. A reply is the lengths of its head and of its body (four and
eight bytes), the head as JSON, and the body.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Job = Mapping[str, Any]

JOB_LENGTH: Final = struct.Struct("!I")
_LENGTH: Final = struct.Struct("!IQ")


@dataclass(frozen=True)
class Reply:
    """An answer, as it goes to the client.

    Attributes:
        status: The HTTP status.
        body: The body.
        headers: Headers that depend on the answer; the server adds those that all responses have.
        notes: What the log tells of it.
        keep: Whether the same may be answered to the same question again.
        more: Whether the process that answered takes another job.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False
    more: bool = False


def packed(reply: Reply) -> bytes:
    """A reply as bytes."""
    head = {
        "status": reply.status,
        "headers": dict(reply.headers),
        "notes": dict(reply.notes),
        "keep": reply.keep,
        "more": reply.more,
    }
    told = json.dumps(head).encode()
    return _LENGTH.pack(len(told), len(reply.body)) + told + reply.body


def expected(data: bytes | bytearray) -> int | None:
    """How many bytes a reply has that begins with these; None while that can't be told."""
    if len(data) < _LENGTH.size:
        return None
    head, body = _LENGTH.unpack_from(data)
    return int(_LENGTH.size + head + body)


def unpacked(data: bytes) -> Reply | None:
    """The reply that bytes hold; None if they break off, because the process that wrote them was stopped."""
    if len(data) != expected(data):
        return None
    length, _ = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    head = json.loads(data[_LENGTH.size : start])
    return Reply(head["status"], bytes(data[start:]), head["headers"], head["notes"], head["keep"], head["more"])
