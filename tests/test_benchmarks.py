"""The benchmarks run and name what they compare; how fast anything is, they say and no test does."""

from __future__ import annotations

import re
import subprocess
import sys

from jdm_kg.exports import FORMATS
from tests.content import ROOT


def test_the_benchmark_of_verdicts_prints_its_ratios() -> None:
    """It ends with status 0 and has a line with a ratio for the peer and for both of our ways."""
    command = [sys.executable, str(ROOT / "benchmarks" / "verdict.py"), "--runs", "1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = re.findall(r"^(\S.*?) +\d+\.\d+ +(1/\d+)$", done.stdout, flags=re.MULTILINE)
    assert [what for what, _ in rows] == [
        "pySHACL, default run, cold",
        "jdm-kg check after an edit, cold",
        "jdm-kg check --watch after an edit, warm",
        "python -c pass",
    ]


def test_the_benchmark_of_exports_prints_its_ratios() -> None:
    """It ends with status 0 and has a line with a ratio for the peer, for each format of a build, and for all."""
    command = [sys.executable, str(ROOT / "benchmarks" / "exports.py"), "--runs", "1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = re.findall(r"^(\S.*?) +\d+\.\d+ +(\d+\.\d+)$", done.stdout, flags=re.MULTILINE)
    formats = [fmt.name for fmt in FORMATS if not fmt.extra]
    assert [what for what, _ in rows] == [
        "rdflib, one reading and one writing",
        *formats,
        "all of a build, loss report included",
    ]


def test_the_benchmark_of_questions_prints_its_ratios() -> None:
    """It ends with status 0 and has a line with both ratios for us, for both peers and for an idle Python."""
    command = [sys.executable, str(ROOT / "benchmarks" / "query.py"), "--runs", "1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = re.findall(r"^(\S.*?) +\d+\.\d+ +(\d+\.\d+) +(\d+\.\d+)$", done.stdout, flags=re.MULTILINE)
    assert [what for what, _, _ in rows] == ["python -c pass", "jdm-kg query", "jdm-kg ask", "rdflib", "Jena arq"]
