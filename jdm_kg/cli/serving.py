"""The command that answers over HTTP."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, TextIO

from jdm_kg.cli.common import FINE, declare, to_path
from jdm_kg.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jdm_kg.cli.common import Commands
    from jdm_kg.serve.app import Site

_ANYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened at
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def add(commands: Commands) -> None:
    """Declare the command."""
    serve = declare(commands, "serve", "answer over HTTP: a SPARQL endpoint, a page for each thing, the exports")
    where = serve.add_argument_group("where")
    where.add_argument(
        "--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1, this machine only)"
    )
    where.add_argument(
        "--port", type=_number(0, 65535), default=8080, help="port to listen at; 0 for a free one (default: 8080)"
    )
    where.add_argument(
        "--base-url", default="", metavar="URL", help="address as clients know it, such as https://example.org"
    )
    where.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name that clients may ask by; may be repeated",
    )
    where.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="sites whose pages may read answers; may be repeated (default: all, and with --dataset none)",
    )
    where.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a server in front of this one that tells the addresses of clients (X-Forwarded-For); may be repeated",
    )
    what = serve.add_argument_group("what")
    what.add_argument("--dataset", type=to_path, metavar="FILE", help="serve this file of RDF instead of the graph")
    what.add_argument("--exports", type=to_path, metavar="DIR", help="folder of exports (default: ROOT/exports)")
    limits = serve.add_argument_group("limits of a query")
    limits.add_argument("--time-limit", type=_seconds, default=10.0, metavar="S", help="seconds (default: 10)")
    limits.add_argument(
        "--rows", type=_number(1, 10**9), default=100_000, metavar="N", help="rows of an answer (default: 100000)"
    )
    limits.add_argument(
        "--memory", type=_number(16, 10**6), default=256, metavar="MB", help="memory beside the data (default: 256)"
    )
    limits.add_argument(
        "--concurrency",
        type=_number(1, 1000),
        metavar="N",
        help="how many run at once (default: twice the processors, and 8 at least)",
    )
    log = serve.add_argument_group("log")
    log.add_argument(
        "--log", type=to_path, metavar="FILE", help="append the access log to a file (default: standard error)"
    )
    log.add_argument("--log-queries", action="store_true", help="log the text of queries, not only a digest")
    serve.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
    try:
        from jdm_kg.serve import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "jdm_kg":
            raise
        hint = "Install it: pip install 'jdm-kg[serve]'"
        raise InputError(f"the server needs {error.name}, which is not installed", hint=hint) from error
    from dataclasses import replace

    from jdm_kg.files import find_root
    from jdm_kg.serve.limits import Limits
    from jdm_kg.serve.logs import Log
    from jdm_kg.serve.workers import Data

    limits = Limits(seconds=options.time_limit, rows=options.rows, memory=options.memory)
    if options.concurrency:
        limits = replace(limits, running=options.concurrency)
    root = None if options.dataset else find_root(options.root)
    exports = options.exports or (root / "exports" if root else None)
    site = _site(options, exports)
    with ExitStack() as stack:
        log = Log(_stream(options.log, stack), queries=options.log_queries)
        listening = stack.enter_context(server.listen(options.host, options.port))
        server.run(
            Data(root, options.dataset, exports),
            site,
            listening,
            limits,
            log,
            started=_greeting(options.host, listening.getsockname()[1], site),
        )
    return FINE


def _greeting(host: str, port: int, site: Site) -> Callable[[], None]:
    def greet() -> None:
        shown = "localhost" if host in _ANYWHERE else f"[{host}]" if ":" in host else host
        print(f"http://{shown}:{port}/", flush=True)
        print(f"jdm-kg: answers as {', '.join(sorted(site.hosts))}; Ctrl-C ends", file=sys.stderr)

    return greet


def _site(options: argparse.Namespace, exports: Path | None) -> Site:
    from urllib.parse import urlsplit

    from jdm_kg.serve.app import Site

    base = options.base_url.rstrip("/")
    parts = urlsplit(base)
    if base and (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment
    ):
        raise InputError(
            f"{base!r} is not the address of a server", hint="Such as https://example.org, without a path."
        )
    hosts = {name.lower().rstrip(".") for name in (*_LOCAL, *options.allow_host)}
    if options.host not in _ANYWHERE:
        hosts.add(f"[{options.host}]" if ":" in options.host else options.host.lower())
    if parts.hostname:
        hosts.add(f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname)
    # The project's own graph is for everyone; what somebody else has in a file may not be.
    origins = options.allow_origin or ([] if options.dataset else ["*"])
    return Site(frozenset(hosts), base, frozenset(origins), exports, frozenset(options.trusted_proxy))


def _stream(path: Path | None, stack: ExitStack) -> TextIO:
    if path is None:
        return sys.stderr
    try:
        return stack.enter_context(path.open("a", encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"the log can't be written ({error.strerror})", path) from error


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return number


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.01 <= found <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0.01 to 3600")
    return found
