"""How long all exports of the full graph take, as a ratio to reading and writing the same graph once with rdflib.

rdflib reads the graph as Turtle and writes it as Turtle, once each. Ours make the graph into every format of a build,
from the graph in memory to bytes, the loss report and the manifest included. All are taken in one run on one machine,
because only ratios carry over to another.

    python benchmarks/exports.py [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import rdflib

from jdm_kg import exports, pipeline

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time all exports against one reading and writing by rdflib.")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs of each; the median counts (default: 3)")
    runs = parser.parse_args().runs
    release = pipeline.release(ROOT)
    text = exports.BY_NAME["turtle"].write(release)["jdm-kg.ttl"]

    def peer() -> None:
        graph = rdflib.Graph().parse(data=text, format="turtle")
        assert graph.serialize(format="turtle")

    def fresh() -> exports.Release:
        return replace(release)  # nothing that was worked out before is kept

    reference = _median(runs, peer)
    rows = [("rdflib, one reading and one writing", reference)]
    rows += [
        (fmt.name, _median(runs, lambda fmt=fmt: fmt.write(fresh())))  # type: ignore[misc]  # mypy can't infer it
        for fmt in exports.FORMATS
        if not fmt.extra
    ]
    rows.append(("all of a build, loss report included", _median(runs, lambda: exports.render(fresh()))))
    print(f"{'':<40} {'seconds':>8} {'to rdflib':>10}")
    for what, seconds in rows:
        print(f"{what:<40} {seconds:>8.3f} {seconds / reference:>10.2f}")


def _median(runs: int, work: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(runs))


if __name__ == "__main__":
    main()
