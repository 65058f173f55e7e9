"""The command that publishes the graph to a SPARQL store which others run."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from jdm_kg.cli.common import FINE, declare
from jdm_kg.errors import InputError

if TYPE_CHECKING:
    from jdm_kg.cli.common import Commands
    from jdm_kg.publish import Edition, Held, Outcome, Target


def add(commands: Commands) -> None:
    """Declare the command."""
    publish = declare(commands, "publish", "publish the graph to a SPARQL store, beside the versions that it holds")
    publish.epilog = (
        "Credentials come from the environment: JDM_KG_STORE_USER and JDM_KG_STORE_PASSWORD, or JDM_KG_STORE_TOKEN. "
        "docs/stores.md has the addresses of some stores."
    )
    publish.add_argument("endpoint", metavar="ENDPOINT", help="where the store takes queries")
    publish.add_argument("--update", metavar="URL", help="where it takes SPARQL UPDATE (default: ENDPOINT)")
    publish.add_argument("--graph-store", metavar="URL", help="where it speaks the Graph Store HTTP Protocol")
    publish.add_argument(
        "--by",
        choices=("gsp", "update"),
        help="how graphs get in: by the Graph Store HTTP Protocol or by UPDATE (default: gsp with --graph-store)",
    )
    publish.add_argument("--keep", type=_number, metavar="N", help="how many old versions stay (default: 2)")
    publish.add_argument("--to", metavar="VERSION", help="load nothing, and show readers this version that it holds")
    publish.add_argument("--list", action="store_true", help="load nothing, and list the versions that it holds")
    publish.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
    publish.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="how long the store may be silent (default: 60)"
    )
    publish.add_argument(
        "--insecure", action="store_true", help="send credentials without encryption, even to another machine"
    )
    publish.set_defaults(run=_publish)


def _publish(options: argparse.Namespace) -> int:
    import os

    from jdm_kg import publish
    from jdm_kg.files import find_root
    from jdm_kg.pipeline import release

    if options.by == "gsp" and not options.graph_store:
        raise InputError("--by gsp needs --graph-store URL", hint="docs/stores.md has the addresses of some stores.")
    graph_store = options.graph_store if options.by != "update" else ""
    target = publish.Target(options.endpoint, options.update or options.endpoint, graph_store or "")
    credentials = publish.from_environment(os.environ)
    for url in filter(None, (target.query, target.update, target.graph_store)):
        publish.check_address(url, credentials, insecure=options.insecure)
    limits = publish.Limits(silence=options.timeout) if options.timeout else publish.Limits()
    store = publish.Remote(target, publish.Wire(credentials, limits, options.insecure, _talk))
    if options.list:
        return _list(publish.held(store))
    if options.to:
        return _tell(publish.switch(options.to, store), target)
    made = publish.edition(release(find_root(options.root)))
    if options.dry_run:
        return _plan(made, target)
    keep = publish.KEEP if options.keep is None else options.keep
    return _tell(publish.publish(made, store, keep=keep, say=_progress), target)


def _list(editions: list[Held]) -> int:
    for one in editions:
        state = "current" if one.current else "kept" if one.whole else "not whole"
        moment = one.issued or one.began
        print(f"{one.name}  {state}, {moment:%Y-%m-%d %H:%M} UTC")
        if one.whole:
            print(f"    {one.iri} (all of it)")
            for iri in one.graphs:
                print(f"    {iri}")
    if not editions:
        print("the store holds no version of this graph", file=sys.stderr)
    return FINE


def _plan(made: Edition, target: Target) -> int:
    from jdm_kg.publish import plan

    print(f"{made.name}, SHA-256 {made.digest}. Nothing has been sent; this would be:")
    for step in plan(made, target):
        triples = f"{step.triples:,} triples, " if step.triples else ""
        size = f"{step.size:,} bytes, " if step.size else ""
        number = f"{step.requests} requests" if step.requests > 1 else "1 request"
        print(f"{step.what}: {triples}{size}{number}\n    {step.method} {step.url}")
    return FINE


def _tell(outcome: Outcome, target: Target) -> int:
    what = "is published" if outcome.loaded else "was there already" if outcome.triples else "is shown again"
    print(f"{outcome.name} {what}: readers of {target.query} are shown it")
    for iri, count in outcome.triples.items():
        print(f"{count:>10,} triples, compared, SHA-256 {outcome.digests[iri][:12]}  {iri}")
    if outcome.before not in {"", outcome.name}:
        print(f"before: {outcome.before}")
    for name in outcome.removed:
        print(f"removed: {name}")
    return FINE


def _progress(step: str) -> None:
    if sys.stderr.isatty():
        _talk(f"{step} …")


def _talk(text: str) -> None:
    print(f"jdm-kg: {text}", file=sys.stderr)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 2")
    return int(text)


def _seconds(text: str) -> float:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:6]) <= 86_400 or len(text) > 5:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds such as 60")
    return float(text)
