"""The access log: one JSON object in a line for each request.

No personal data: the address of a client is shortened, and of a query only a digest is told, unless its text is asked
for.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

_LONGEST: Final = 300
_KEPT_OF_IPV4: Final = 24
_KEPT_OF_IPV6: Final = 48
_ONE_CLIENT: Final = 64
"""Bits of an IPv6 address that one client can't choose freely."""


class Log:
    """Writes the log.

    Args:
        stream: Where to.
        queries: Whether to write the text of queries.
    """

    def __init__(self, stream: TextIO, *, queries: bool = False) -> None:
        self._stream = stream
        self._queries = queries

    def write(self, kind: str, **members: object) -> None:
        """Write an entry.

        Args:
            kind: "request", or what else it tells of.
            members: What it tells; empty members are left out.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {"time": now, "event": kind, **_told(members)}
        self._stream.write(json.dumps(told, ensure_ascii=True) + "\n")
        self._stream.flush()

    def query(self, text: str) -> Mapping[str, str]:
        """What is told of a query."""
        told = {"query_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]}
        return {**told, "query": text} if self._queries else told


def _told(members: Mapping[str, object]) -> dict[str, object]:
    told = {key: value for key, value in members.items() if value not in ("", None)}
    return {
        key: value[:_LONGEST] if isinstance(value, str) and key != "query" else value for key, value in told.items()
    }


def shortened(address: str) -> str:
    """The address of a client without the part that tells who it is.

    >>> shortened("192.0.2.17"), shortened("2001:db8:1:2::3")
    ('192.0.2.0', '2001:db8:1::')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = _KEPT_OF_IPV4 if found.version == 4 else _KEPT_OF_IPV6
    return str(ipaddress.ip_network((address, bits), strict=False).network_address)


def client(address: str) -> str:
    """What stands for one client: its IPv4 address, or the part of the IPv6 address that it can't choose."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ipaddress.ip_network((address, _ONE_CLIENT), strict=False))
