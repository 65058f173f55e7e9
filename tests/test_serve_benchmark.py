"""The benchmark of the endpoint runs and names what it compares; how fast anything is, it says and no test does."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.content import ROOT
from tests.tools import jars


def test_the_benchmark_of_the_endpoint_prints_its_ratios() -> None:
    """It ends with status 0, has a line with ratios for each of ours, and no normal query fails under fire."""
    jars("fuseki")  # skips where it can't be had
    command = [sys.executable, str(ROOT / "benchmarks" / "serve.py"), "--seconds", "0.5", "--runaways", "10"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = re.findall(r"^(\S.*?) +\d+ +\d+\.\d+ +\d+\.\d+ +\d+\.\d+ +\d+\.\d+$", done.stdout, flags=re.MULTILINE)
    assert rows == [
        "ours: look-ups, each worked out",
        "ours: look-ups, asked before",
        "ours: named questions, each worked out",
        "ours: named questions, asked before",
    ]
    assert len(re.findall(r"normal queries meanwhile: \d+, of which failed: 0$", done.stdout, flags=re.MULTILINE)) == 2
