"""How long a verdict takes on a one-line edit of the whole content, as a ratio to pySHACL on the same data and shapes.

Every time is one that a user waits: cold, a process from its start to its end; warm, from the moment that the edited
file is written to the moment that `jdm-kg check --watch` has printed the last line of its verdict. All are taken in one
run on one machine, because only ratios carry over to another.

    python benchmarks/verdict.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph

from jdm_kg import files
from jdm_kg.sources import SOURCES_SETTING

ROOT = Path(__file__).resolve().parent.parent
EDITED = "ontology/claims/wp-03-muscles.ttl"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time a verdict on a one-line edit against pySHACL.")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each; the median counts (default: 5)")
    runs = parser.parse_args().runs
    os.environ.pop(SOURCES_SETTING, None)  # the peer knows nothing of documents
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("ontology", "shapes"):
            shutil.copytree(ROOT / name, root / name)
        edit = _editor(root / EDITED)
        peer = [sys.executable, "-m", "pyshacl", "-sf", "nt", "-df", "nt", *_as_ntriples(root)]
        ours = [sys.executable, "-m", "jdm_kg", "check", "--root", str(root)]

        def cold() -> float:
            edit()
            return _duration(ours)

        def warm() -> float:
            begun = time.perf_counter()
            edit()
            verdict()
            duration = time.perf_counter() - begun
            rest()
            return duration

        reference = _median(runs, lambda: _duration(peer))
        rows = [("pySHACL, default run, cold", reference), ("jdm-kg check after an edit, cold", _median(runs, cold))]
        with _watching(ours) as (verdict, rest):
            rows.append(("jdm-kg check --watch after an edit, warm", _median(runs, warm)))
        rows.append(("python -c pass", _median(runs, lambda: _duration([sys.executable, "-c", "pass"]))))
    print(f"{'':<42} {'seconds':>8} {'to pySHACL':>11}")
    for what, seconds in rows:
        print(f"{what:<42} {seconds:>8.3f} {f'1/{reference / seconds:.0f}':>11}")


def _as_ntriples(root: Path) -> list[str]:
    """What pySHACL is given: the content and the shapes, each in one file of the format that it reads fastest."""
    current = files.read_files(root)
    arguments = []
    for kind, option in ((files.is_shapes, "-s"), (files.is_content, "")):
        path = root / f"{kind.__name__}.nt"
        triples = [quad.triple for file in current if kind(file) for quad in file.quads]
        pyoxigraph.serialize(triples, str(path), format=pyoxigraph.RdfFormat.N_TRIPLES)
        arguments += [option, str(path)] if option else [str(path)]
    return arguments


def _editor(path: Path) -> Callable[[], None]:
    """Edits one line of a file each time it is called, to and fro: the second makes a claim that is not sound."""
    sound = path.read_text(encoding="utf-8")
    faulty = sound.replace("vocab:certainty vocab:stated ;", "vocab:certainty vocab:affirmed ;", 1)
    versions = [sound, faulty]

    def edit() -> None:
        versions.reverse()
        path.write_text(versions[0], encoding="utf-8")

    return edit


def _duration(command: list[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return time.perf_counter() - begun


@contextmanager
def _watching(command: list[str]) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """A watching process: what waits for the last line of its next verdict, and what waits until it rests again."""
    with subprocess.Popen([*command, "--watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out, talk = process.stdout, process.stderr

        def verdict() -> None:
            while " checks on " not in out.readline():
                pass

        def rest() -> None:
            while "waiting" not in talk.readline():
                pass

        verdict()
        rest()
        yield verdict, rest
        process.terminate()


def _median(runs: int, measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(runs))


if __name__ == "__main__":
    main()
