"""Work in a process beside this one: its result, its errors, and what happens when it comes to grief."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.content import make_project

PROGRAM = """
import os, sys
from pathlib import Path
from jdm_kg.aside import aside
from jdm_kg.errors import InputError

here = os.getpid()

def work():
    if sys.argv[1] == "error":
        raise InputError("it is broken", Path("a.ttl"), 3, 4, "Mend it.")
    if sys.argv[1] == "death" and os.getpid() != here:
        os.kill(os.getpid(), 9)
    return os.getpid() != here, "x" * 1_000_000

result = aside(work)
try:
    elsewhere, text = result()
    print(elsewhere, len(text))
except InputError as error:
    print(error)
"""


def _run(how: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], check=True, capture_output=True, text=True, timeout=60)
    return done.stdout


def test_a_result_comes_from_another_process() -> None:
    """A large result arrives whole, from a process that is not this one where there is more than one processor."""
    several = (os.cpu_count() or 1) > 1 and hasattr(os, "fork")
    assert _run("fine") == f"{several} 1000000\n"


def test_an_error_arrives_with_its_place() -> None:
    """An error of the package is raised here as it was there."""
    assert _run("error") == "a.ttl:3:4: it is broken\n  Mend it.\n"


def test_work_of_a_process_that_dies_is_done_here() -> None:
    """A process that is killed costs time and no result."""
    assert _run("death") == "False 1000000\n"


CHECK = """
import sys, pathlib
from jdm_kg.check import Workspace
from jdm_kg.errors import InputError

try:
    print(Workspace(pathlib.Path(sys.argv[1]), beside=sys.argv[2] == "beside").report())
except InputError as error:
    print(error)
"""


def test_a_check_with_a_second_process_says_the_same(tmp_path: Path) -> None:
    """The verdict, or refusal, that the command line gets by a second process is that of one process alone."""
    root = make_project(tmp_path)
    rule = root / "shapes" / "rules" / "label-unique.rq"
    sound = rule.read_text(encoding="utf-8")
    for text, said in ((sound, "Report("), (sound + "}", "label-unique.rq:")):
        rule.write_text(text, encoding="utf-8")
        beside, alone = (
            subprocess.run([sys.executable, "-c", CHECK, root, how], check=True, capture_output=True, text=True).stdout
            for how in ("beside", "alone")
        )
        assert beside == alone
        assert said in beside
