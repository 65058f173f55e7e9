"""`./run` sets up what is missing and does the job; what it must survive, tried offline with a stand-in for Python.

The stand-in is a shell script that answers the few questions `run` asks of Python, venv and pip, and notes each call.
That the real ones answer alike is shown whenever somebody uses `run`, and so by the project's own checks.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PYTHON = r"""#!/bin/sh
here=$(dirname "$0")
echo "$(basename "$0") $*" >>"$CALLS"
case $* in
*version_info*) [ ! -e "$here/old" ] && echo "$0" ;;
--version) echo Python 3.9.2 ;;
*"import ensurepip") [ ! -e "$here/no-ensurepip" ] ;;
*cache_tag*) echo cpython-311 ;;
"-m venv --clear"*)
    for venv; do :; done # the last argument
    rm -rf "$venv" && mkdir -p "$venv/bin" && cp "$0" "$venv/bin/python"
    ;;
"-m pip install"*)
    env >"$CALLS.env"
    case $* in *"$(cat "$CALLS.unavailable" 2>/dev/null || echo nothing)"*) echo "no network" && exit 1 ;; esac
    for program in jdm-kg pytest sssom; do
        printf '#!/bin/sh\nprintf "[%%s]" "${0##*/}" "$@"\n' >"$here/$program" && chmod +x "$here/$program"
    done
    ;;
"-m pytest"*) printf "[%s]" "$@" "${JDM_KG_SSSOM:-no sssom}" ;;
esac
"""


@dataclass
class Checkout:
    """A copy of `run` in a folder of its own, with stand-ins for every Python it may look for."""

    root: Path
    bin: Path
    calls_file: Path

    def run(self, *args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Call `run` as one would from `cwd`, the stand-ins first on the PATH and nothing else of our environment."""
        cwd = cwd or self.root
        return subprocess.run(
            [str((self.root / "run").relative_to(cwd)) if cwd != self.root else "./run", *args],
            env={"PATH": f"{self.bin}:/usr/bin:/bin", "CALLS": str(self.calls_file), **env},
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, containing: str) -> list[str]:
        """The calls of Python so far that contain some text."""
        return [line for line in self.calls_file.read_text().splitlines() if containing in line]

    def unavailable(self, package: str) -> None:
        """Let installing this fail from now on; an empty name ends it."""
        note = self.calls_file.with_name("calls.unavailable")
        if package:
            note.write_text(package)
        else:
            note.unlink()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh checkout, in a folder whose name has a space."""
    made = Checkout(tmp_path / "a checkout", tmp_path / "bin", tmp_path / "calls")
    made.root.mkdir()
    shutil.copy(ROOT / "run", made.root)
    (made.root / "pyproject.toml").write_text("[project]\nname = 'x'\n[tool.ruff]\nline-length = 1\n")
    made.bin.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (made.bin / name).write_text(PYTHON)
        (made.bin / name).chmod(0o755)
    return made


def test_a_python_that_is_too_old_is_refused_with_advice(checkout: Checkout) -> None:
    """Where no interpreter is new enough, nothing is made, and the message says what is needed and how to get it."""
    (checkout.bin / "old").touch()
    result = checkout.run("build")
    assert result.returncode == 3
    assert "Python 3.11 or newer; python3 is: Python 3.9.2" in result.stderr
    assert "apt install python3" in result.stderr
    assert "JDM_KG_PYTHON=" in result.stderr
    assert not (checkout.root / ".venv").exists()


def test_a_newer_python_under_another_name_is_found(checkout: Checkout) -> None:
    """An old `python3` does not stand in the way of a `python3.12` beside it."""
    for name in ("python3", "python3.14", "python3.13"):
        (checkout.bin / name).write_text("#!/bin/sh\nexit 1\n")
    result = checkout.run("build")
    assert result.returncode == 0
    assert "python3.12" in result.stderr


def test_the_interpreter_can_be_named(checkout: Checkout, tmp_path: Path) -> None:
    """JDM_KG_PYTHON decides, and if it is no good, nothing else is taken in its place."""
    assert "/python3.11 " in checkout.run("build", JDM_KG_PYTHON=str(checkout.bin / "python3.11")).stderr
    shutil.rmtree(checkout.root / ".venv")
    assert checkout.run("build", JDM_KG_PYTHON=str(tmp_path / "none")).returncode == 3


def test_sets_up_once_and_is_silent_afterwards(checkout: Checkout) -> None:
    """The first run says that it installs; the second installs nothing and says nothing."""
    first, second = checkout.run("build"), checkout.run("build")
    assert "setting up .venv" in first.stderr
    assert (second.stdout, second.stderr) == ("[jdm-kg][build]", "")
    assert len(checkout.calls("pip install")) == 1


def test_works_from_anywhere_and_passes_arguments_on_unchanged(checkout: Checkout, tmp_path: Path) -> None:
    """Spaces in the path, in an argument, and another current folder: nothing is split, lost or misplaced."""
    result = checkout.run("query", "a  b", "*", "", cwd=tmp_path, CDPATH=str(tmp_path))
    assert result.stdout == "[jdm-kg][query][a  b][*][]"
    assert (checkout.root / ".venv").is_dir()


def test_a_failed_installation_is_explained_and_the_next_run_starts_afresh(checkout: Checkout) -> None:
    """What was left half-way counts for nothing, however it ended: only a finished set-up leaves its stamp."""
    checkout.unavailable("--editable")
    failed = checkout.run("build")
    assert failed.returncode == 3
    assert "no network" in failed.stderr
    assert "needs PyPI" in failed.stderr
    assert failed.stdout == ""
    checkout.unavailable("")
    assert checkout.run("build").returncode == 0
    assert len(checkout.calls("-m venv --clear")) == 2


def test_a_failure_while_adding_the_test_tools_starts_afresh_too(checkout: Checkout) -> None:
    """The tools go into the same virtualenv, so a failure among them puts the whole of it in doubt."""
    checkout.run("build")
    checkout.unavailable(".[test]")
    assert checkout.run("test").returncode == 3
    assert checkout.run("build").returncode == 0
    assert len(checkout.calls("-m venv --clear")) == 2


def test_new_requirements_are_installed_and_new_tool_settings_are_not(checkout: Checkout) -> None:
    """The head of pyproject.toml decides; to change a linter's settings needs no network."""
    checkout.run("build")
    pyproject = checkout.root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + "preview = true\n")
    assert checkout.run("build").stderr == ""
    pyproject.write_text("dependencies = ['y']\n" + pyproject.read_text())
    assert "setting up .venv" in checkout.run("build").stderr


def test_a_checkout_that_was_moved_is_set_up_again(checkout: Checkout) -> None:
    """A virtualenv knows its own path, so at another place it is made anew."""
    checkout.run("build")
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert "setting up .venv" in checkout.run("build").stderr


def test_a_foreign_environment_does_not_leak_in(checkout: Checkout) -> None:
    """Another active virtualenv and a user's pip settings don't lead the installation elsewhere."""
    checkout.run("build", VIRTUAL_ENV="/x", PYTHONHOME="/x", PYTHONPATH="/x", PIP_TARGET="/x", PIP_USER="1")
    seen = checkout.calls_file.with_name("calls.env").read_text().splitlines()
    assert not [line for line in seen if line.endswith("=/x")]
    assert "PIP_USER=0" in seen


def test_without_ensurepip_another_pip_is_asked(checkout: Checkout) -> None:
    """Debian's Python may lack ensurepip: then the virtualenv is made without pip, and the system's pip puts one in."""
    (checkout.bin / "no-ensurepip").touch()
    assert checkout.run("build").returncode == 0
    assert checkout.calls("-m venv --clear --without-pip")
    assert checkout.calls("-m pip --python")


def test_the_test_command_adds_its_tools_and_uses_all_cores(checkout: Checkout) -> None:
    """`./run test` builds on what is there, and hands the sssom program from its own virtualenv to the tests."""
    checkout.run("build")
    result = checkout.run("test")
    assert "adding to .venv what 'test' needs" in result.stderr
    assert len(checkout.calls("-m venv --clear")) == 2
    sssom = checkout.root / ".venv-sssom" / "bin" / "sssom"
    assert result.stdout == f"[-m][pytest][--numprocesses][auto][{sssom}]"
    assert checkout.run("build").stderr == ""


def test_arguments_of_the_test_command_go_to_pytest(checkout: Checkout) -> None:
    """A selection of tests runs in one process, with the arguments as given."""
    assert checkout.run("test", "-k", "a or b").stdout.startswith("[-m][pytest][-k][a or b][")


def test_the_tests_run_without_sssom_where_it_cannot_be_installed(checkout: Checkout) -> None:
    """One neighbour's tool that is not to be had costs its own test only."""
    checkout.unavailable("sssom>")
    result = checkout.run("test", "-x")
    assert result.stdout == "[-m][pytest][-x][no sssom]"
    assert "its test will be skipped" in result.stderr


def test_a_format_that_needs_an_extra_brings_it(checkout: Checkout) -> None:
    """`./run export --format parquet` installs what writes that format, once; other formats need nothing more."""
    checkout.run("export", "--format", "turtle", "--out", "x")
    assert "parquet" not in checkout.calls_file.read_text()
    for arguments in (("--format", "parquet", "--out", "x"), ("--out", "x", "--format=parquet")):
        result = checkout.run("export", *arguments)
        assert result.stdout == "".join(f"[{word}]" for word in ("jdm-kg", "export", *arguments))
    installations = [line for line in checkout.calls_file.read_text().splitlines() if ".[parquet]" in line]
    assert len(installations) == 1


def test_the_endpoint_brings_what_it_needs(checkout: Checkout) -> None:
    """`./run serve` installs what answers over HTTP, once; `./run query` needs nothing more."""
    checkout.run("query", "serve ASK {}")
    assert ".[serve]" not in checkout.calls_file.read_text()
    for _ in range(2):
        assert checkout.run("serve", "--port", "0").stdout == "[jdm-kg][serve][--port][0]"
    installations = [line for line in checkout.calls_file.read_text().splitlines() if ".[serve]" in line]
    assert len(installations) == 1


def test_no_command_prints_the_usage(checkout: Checkout) -> None:
    """Without a command there is nothing to do, and nothing is installed."""
    result = checkout.run()
    assert result.returncode == 2
    assert "./run build" in result.stderr
    assert not (checkout.root / ".venv").exists()


def test_the_test_extra_and_the_dev_group_are_the_same_list() -> None:
    """`./run` installs the extra, uv the group; whoever uses either gets the same tools."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["optional-dependencies"]["test"] == pyproject["dependency-groups"]["dev"]


@pytest.mark.parametrize(
    ("body", "env", "passes"),
    [
        ("pytest.skip('no sssom')", {}, True),
        ("pytest.skip('no sssom')", {"JDM_KG_CI": "1"}, False),
        ("pytest.skip('JDM_KG_SOURCES is not set')", {"JDM_KG_CI": "1"}, True),
        ("pytest.skip('JDM_KG_SOURCES is not set')", {"JDM_KG_CI": "1", "JDM_KG_SOURCES": "."}, False),
        ("pytest.xfail('known')", {"JDM_KG_CI": "1"}, True),
    ],
)
def test_a_skip_fails_where_nothing_may_be_skipped(
    tmp_path: Path, body: str, env: dict[str, str], *, passes: bool
) -> None:
    """Under JDM_KG_CI=1 a skip is a failure, unless the source documents are what is missing."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(f"import pytest\ndef test_it(): {body}\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JDM_KG_", "PYTEST_"))}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        env={**clean, **env},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode == 0) is passes, result.stdout
