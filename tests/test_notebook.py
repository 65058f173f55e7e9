"""The example notebook: its outputs are what it gives, in a real kernel, and it holds nothing of a machine.

After an edit, `python -m tests.test_notebook` runs it and writes its outputs into it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests import tools
from tests.content import ROOT

PATH = ROOT / "examples" / "notebook.ipynb"
NOTEBOOK: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def _run(folder: Path) -> str:
    """The notebook as a kernel leaves it.

    Args:
        folder: For all that Jupyter and the package write.
    """
    python = tools.environment("nbclient==0.11.0", "ipykernel==7.4.0")
    # The kernel runs in that environment, with this checkout and what it needs from the environment of the tests.
    paths = [str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    places = {key: str(folder) for key in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JDM_KG_CACHE")}
    done = subprocess.run(
        [str(python), str(ROOT / "tests" / "run_notebook.py"), str(PATH)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**kept, **places, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def test_its_outputs_are_what_it_gives(tmp_path: Path) -> None:
    """Run from top to bottom it gives the very outputs that are kept with it."""
    pytest.importorskip("pandas", reason="the extra pandas is not installed")
    assert json.loads(_run(tmp_path)) == NOTEBOOK


def test_it_holds_nothing_of_a_machine() -> None:
    """No path, user, version of Python or name of a kernel other than python3 stands in it."""
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    assert NOTEBOOK["metadata"] == metadata | {"language_info": {"name": "python"}}
    assert all(cell["metadata"] == {} for cell in NOTEBOOK["cells"])
    assert not re.search(r"(?<![\w.:/<])/(?:home|Users|tmp|root|usr|work|var)\b", PATH.read_text(encoding="utf-8"))


def test_it_shows_what_it_promises() -> None:
    """Each way of asking is shown once at least, all cells were run in their order, and none failed."""
    code = "\n".join("".join(cell["source"]) for cell in CODE)
    for call in ("load()", ".query(", ".ask(", ".questions(", ".df(", ".thing(", "freshness_on(", ".tension("):
        assert call in code
    assert [cell["execution_count"] for cell in CODE] == list(range(1, len(CODE) + 1))
    outputs = [output for cell in CODE for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"execute_result", "stream"}
    assert {output["name"] for output in outputs if output["output_type"] == "stream"} <= {"stdout"}
    assert "Not medical advice" in PATH.read_text(encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PATH.write_text(_run(Path(folder)), encoding="utf-8")
