"""Who publishes: credentials from the environment, and what they become in a request.

Sources: RFC 7617 (Basic), RFC 7616 (Digest), RFC 6750 (Bearer).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jdm_kg.errors import InputError

USER, PASSWORD, TOKEN = "JDM_KG_STORE_USER", "JDM_KG_STORE_PASSWORD", "JDM_KG_STORE_TOKEN"
_DIGESTS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_SCHEME = re.compile(r"(?:^|,)\s*(Basic|Digest|Bearer)(?=\s|,|$)", re.IGNORECASE)
_TOKEN = re.compile(r"[\x21-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Credentials:
    """A user with a password, or a token, or neither. What is secret is not part of its printed form.

    Attributes:
        user: Name of the user, or empty.
        password: The password, or empty.
        token: A bearer token, or empty.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.user or self.token)

    def hide(self, text: str) -> str:
        """A text of somebody else's without the secrets, in case a store repeats what it was sent."""
        secret = [self.password, self.token, _basic(self.user, self.password) if self.user else ""]
        for one in filter(None, secret):
            text = text.replace(one, "***")
        return text


def from_environment(environment: Mapping[str, str]) -> Credentials:
    """The credentials that the environment holds.

    Raises:
        InputError: A password without user, both a user and a token, or what can't be sent.
    """
    user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if user and token:
        raise InputError(f"both {USER} and {TOKEN} are set", hint="Unset the one that the store does not want.")
    if password and not user:
        raise InputError(f"{PASSWORD} is set, but {USER} is not", hint=f"Set {USER} too.")
    if _CONTROL.search(user + password) or ":" in user:
        raise InputError(f"{USER} or {PASSWORD} holds a character that can't be sent, such as a line break")
    if token and not _TOKEN.fullmatch(token):
        raise InputError(f"{TOKEN} holds a character that can't be sent, such as a line break")
    return Credentials(user, password, token)


@dataclass
class Challenge:
    """How a server wants to be shown the credentials.

    Attributes:
        scheme: basic or digest.
        values: What the server gives with a digest challenge.
        used: How often the server's nonce has been used.
    """

    scheme: str
    values: Mapping[str, str]
    used: int = 0

    def answer(self, credentials: Credentials, method: str, target: str) -> str:
        """The value of the Authorization header for a request.

        Args:
            credentials: With a user.
            method: Of the request.
            target: Path and query of the request.
        """
        if self.scheme == "basic":
            return f"Basic {_basic(credentials.user, credentials.password)}"
        self.used += 1
        make = _DIGESTS[self.values.get("algorithm", "MD5").upper()]

        def digest(*parts: str) -> str:
            return make(":".join(parts).encode()).hexdigest()

        given = {name: self.values.get(name, "") for name in ("realm", "nonce", "opaque")}
        count, client = f"{self.used:08x}", secrets.token_hex(8)
        whose = digest(credentials.user, given["realm"], credentials.password)
        what = digest(method, target)
        quoted = {"username": credentials.user, **given, "uri": target}
        plain = {"algorithm": self.values.get("algorithm", "MD5")}
        if "qop" in self.values:
            quoted |= {"cnonce": client, "response": digest(whose, given["nonce"], count, client, "auth", what)}
            plain |= {"qop": "auth", "nc": count}
        else:
            quoted["response"] = digest(whose, given["nonce"], what)
        escaped = [f'{name}="{_escape(value)}"' for name, value in quoted.items() if value or name != "opaque"]
        return "Digest " + ", ".join([*escaped, *(f"{name}={value}" for name, value in plain.items())])


def challenge(headers: Iterable[str]) -> Challenge | None:
    """The best of what a server offers in its WWW-Authenticate headers, or None where it is nothing that we know."""
    offered: dict[str, Mapping[str, str]] = {}
    for header in headers:
        starts = list(_SCHEME.finditer(header))
        for number, here in enumerate(starts, 1):
            end = starts[number].start() if number < len(starts) else len(header)
            listed = urllib.request.parse_http_list(header[here.end() : end])
            values = urllib.request.parse_keqv_list([part for part in listed if "=" in part])
            known = values.get("algorithm", "MD5").upper() in _DIGESTS
            usable = "auth" in [part.strip() for part in values.get("qop", "auth").split(",")]
            scheme = here[1].lower()
            if scheme == "basic" or (scheme == "digest" and known and usable):
                offered[scheme] = values
    for scheme in ("digest", "basic"):
        if scheme in offered:
            return Challenge(scheme, offered[scheme])
    return None


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
