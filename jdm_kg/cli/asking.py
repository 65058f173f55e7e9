"""The commands that ask: in SPARQL, or one of the named questions. They must feel instant: no heavy import here."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final, TypeVar

from jdm_kg.cli.common import FINE, UNUSABLE, HelpFormatter, RawHelpFormatter, declare, report, to_path
from jdm_kg.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from jdm_kg import questions, results, sparql
    from jdm_kg.cli.common import Commands

Result = TypeVar("Result")

_MEMORY: Final = 4_000_000_000
_LONGEST: Final = 1_000_000
_LONG: Final = 500

_FORMATS = ("table", "json", "xml", "csv", "tsv", "ttl", "nt", "jsonld", "md")
_HOW = """the query:
  the prefixes of the project need no declaration: vocab:, id:, claim:, skos:, rdfs: …
  $asOf stands for the day on which it is asked, or that of --as-of; $name for the value of --param name=…
  ?name is an ordinary variable
formats: table and md take any answer; json and xml that of SELECT and ASK; csv and tsv that of SELECT;
  ttl, nt and jsonld that of CONSTRUCT and DESCRIBE"""


def add(commands: Commands) -> None:
    """Declare the commands."""
    query = declare(commands, "query", "ask the graph a question in SPARQL")
    query.formatter_class = RawHelpFormatter
    query.epilog = _HOW
    query.add_argument(
        "query", nargs="?", default="-", metavar="QUERY", help="SPARQL 1.1, a file that holds it, or - (default: -)"
    )
    query.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what $NAME stands for: id:…, an IRI, a date, a number, or a text; may be repeated",
    )
    query.add_argument("--as-of", metavar="DATE", help="the day that $asOf stands for (default: today)")
    _add_common(query)
    query.set_defaults(run=_query)

    ask = declare(commands, "ask", "ask one of the named questions")
    ask.add_argument("name", metavar="NAME", help="a question that `jdm-kg questions` lists")
    ask.add_argument(
        "rest",
        nargs=argparse.REMAINDER,
        metavar="...",
        help="its parameters, and the options of `jdm-kg query`; `jdm-kg ask NAME --help` lists them",
    )
    ask.set_defaults(run=_ask)

    questions = commands.add_parser(
        "questions",
        help="list the named questions, or those in which some words stand",
        description="List the named questions, or those in which some words stand.",
        formatter_class=HelpFormatter,
    )
    questions.add_argument("search", nargs="*", metavar="WORD", help="words to look for; all of them must be found")
    questions.add_argument(
        "--format",
        choices=("text", "json", "sparql-examples"),
        default="text",
        help="sparql-examples is Turtle in the form that the SPARQL editor of the SIB reads (default: text)",
    )
    questions.set_defaults(run=_questions)


def _add_common(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--asserted", action="store_true", help="leave out what a reasoner derives")
    where.add_argument("--file", metavar="FILE", help="ask this file of RDF instead: Turtle, RDF/XML, JSON-LD …")
    where.add_argument("--endpoint", metavar="URL", help="ask this SPARQL endpoint instead")
    parser.add_argument("--format", choices=_FORMATS, help="how to print (default: table; ttl for a graph)")
    parser.add_argument("--no-labels", action="store_true", help="no names beside IRIs in tables")
    parser.add_argument(
        "--time-limit", type=_seconds, default=60, metavar="S", help="seconds after which to give up (default: 60)"
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"it must be more than 0 and at most {_LONGEST} seconds")
    return seconds


def _query(options: argparse.Namespace) -> int:
    return _within(options.time_limit, lambda: _query_here(options))


def _query_here(options: argparse.Namespace) -> int:
    from jdm_kg import sparql

    text, place = _text(options.query)
    target = _Target(options)
    query = _shown(text, place, lambda: sparql.read(text, place, target.prefixes))
    values = _values(options, sparql.parameters(query))
    return _shown(text, place, lambda: target.answer(sparql.bind(query, values)))


def _values(options: argparse.Namespace, wanted: Sequence[str]) -> dict[str, str]:
    """What the parameters of a query stand for."""
    if not wanted and not options.param and not options.as_of:
        return {}
    from jdm_kg import questions

    values = {}
    for given in options.param:
        name, sign, value = given.partition("=")
        if not sign:
            raise InputError(f"{given!r} gives no value", hint="Such as --param thing=id:…")
        values[name.removeprefix("$")] = questions.term("", value, name)
    if "asOf" in wanted or options.as_of:
        values["asOf"] = questions.term("date", options.as_of or questions.TODAY, "--as-of")
    for name in sorted(values.keys() - set(wanted)):
        hint = "--as-of is for a query that names the day as $asOf." if name == "asOf" else f"Is it written ?{name}?"
        raise InputError(f"the query has no ${name}", hint=hint)
    return values


def _ask(options: argparse.Namespace) -> int:
    from jdm_kg import questions
    from jdm_kg.sparql import with_prefixes

    question = questions.get(options.name)
    parser = argparse.ArgumentParser(
        prog=f"jdm-kg ask {question.name}", description=question.question, formatter_class=HelpFormatter
    )
    for one in question.parameters:
        default = f" (default: {one.default})" if one.default is not None else ""
        parser.add_argument(f"--{one.name}", metavar=one.kind.upper(), help=f"{one.help}{default}".replace("%", "%%"))
    parser.add_argument("--root", type=to_path, metavar="DIR", default=options.root, help="as for jdm-kg query")
    parser.add_argument("--show", action="store_true", help="print the query instead of asking it")
    _add_common(parser)
    chosen = parser.parse_args(options.rest)
    given = {one.name: value for one in question.parameters if (value := getattr(chosen, one.name)) is not None}
    query = questions.bind(question, given)
    if chosen.show:
        print(with_prefixes(query), end="")
        return FINE
    return _within(chosen.time_limit, lambda: _Target(chosen).answer(query))


class _Target:
    """What is asked: the graph of the content, a file, or an endpoint."""

    def __init__(self, options: argparse.Namespace) -> None:
        from jdm_kg.iris import PREFIXES

        self._options = options
        self._loaded = None
        self.prefixes: Mapping[str, str] = PREFIXES
        if options.file:
            from jdm_kg.store import read_file

            self._loaded = read_file(options.file)
            self.prefixes = {**PREFIXES, **self._loaded.prefixes}

    def answer(self, query: sparql.Query) -> int:
        """Ask, and print the answer."""
        from jdm_kg import results

        options = self._options
        if options.endpoint:
            from jdm_kg import remote

            answer = remote.ask(options.endpoint, query, time_limit=options.time_limit)
            labels: results.Labels = lambda iris: remote.labels(options.endpoint, iris)  # noqa: E731 - as the other
        else:
            from jdm_kg import store

            root = str(options.root) if options.root else None
            here = self._loaded.store if self._loaded else store.open_store(root, asserted=options.asserted, say=_say)
            for unknown in store.unknown_names(here, query):
                if unknown.certain and not self._loaded:
                    raise InputError(unknown.message, query.place, unknown.line, unknown.column, unknown.hint or None)
                _say(f"{unknown.line}:{unknown.column}: {unknown.message}. {unknown.hint}".rstrip())
            answer = store.evaluate(here, query)
            labels = lambda iris: store.labels(here, iris)  # noqa: E731 - a function of its own would say no more
        if sys.stdout is None:
            raise OutputError("standard output is closed")
        kind = results.kind_of(answer)
        written = results.write(
            answer,
            options.format or ("ttl" if kind == "graph" else "table"),
            labels=None if options.no_labels else labels,
            width=os.get_terminal_size().columns if sys.stdout.isatty() else None,
        )
        try:
            sys.stdout.buffer.write(written)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            sys.stdout = None  # else Python tries again at its end
            raise OutputError(f"the answer can't be written ({error.strerror})") from error
        if kind == "rows" and options.format in {None, "table"} and written.count(b"\n") == 2:
            _say("no row answers this")
        return FINE


def _say(text: str) -> None:
    print(f"jdm-kg: {text}", file=sys.stderr, flush=True)


def _within(seconds: float, work: Callable[[], int]) -> int:
    """Do some work, and give up when its time is over.

    The engine can't be told to stop, and would not let Python notice Ctrl-C; beside it, this thread can do both.
    """
    import _thread  # threading takes longer to load, and does nothing more here

    _limit_memory()
    statuses: list[int] = []
    busy = _thread.allocate_lock()
    busy.acquire()

    def answer() -> None:
        try:
            statuses.append(report(work))
        finally:
            busy.release()

    _thread.start_new_thread(answer, ())
    if not busy.acquire(timeout=seconds):
        hint = "Ask for less, or give it longer with --time-limit."
        raise InputError(f"there is no answer after {seconds:g} seconds", hint=hint)
    return statuses[0] if statuses else UNUSABLE


def _limit_memory() -> None:
    try:
        import resource

        for what, amount in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(what, (amount, resource.getrlimit(what)[1]))
    except (ImportError, OSError, ValueError):
        pass  # not every system can


def _questions(options: argparse.Namespace) -> int:
    from jdm_kg import questions

    found = questions.search(" ".join(options.search))
    if not found:
        raise InputError(f"no question has {' and '.join(options.search)}", hint="jdm-kg questions lists all.")
    if options.format == "sparql-examples":
        print(questions.as_examples(found), end="")
    elif options.format == "json":
        import json

        listed = [
            {
                "name": one.name,
                "title": one.title,
                "question": one.question,
                "level": one.level,
                "keywords": one.keywords,
                "parameters": [parameter._asdict() for parameter in one.parameters],
            }
            for one in found
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        _print_questions(found)
    return FINE


def _print_questions(listed: Sequence[questions.Question]) -> None:
    from jdm_kg.questions import LEVELS

    width = max(len(one.name) for one in listed)
    for level in LEVELS:
        here = [one for one in listed if one.level == level]
        if here:
            print(f"{level}:")
        for one in here:
            options = "".join(f" --{parameter.name}" for parameter in one.parameters)
            print(f"  {one.name:<{width}}  {one.title}{f' ({options.strip()})' if options else ''}")


def _text(given: str) -> tuple[str, Path | None]:
    """The text of a query, and the file that it comes from, if any."""
    if given == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed", hint="Give the text of a query in quotes, or a file.")
        if sys.stdin.isatty():
            _say("type the query, then Ctrl-D")
        return _decoded(sys.stdin.buffer.read(), None), None
    if any(sign in given for sign in " \t\n{") and not os.path.isfile(given):  # noqa: PTH113 - pathlib takes a while to load
        return given, None
    path = to_path(given)
    try:
        return _decoded(path.read_bytes(), path), path
    except (OSError, ValueError) as error:
        hint = "Give the text of a query in quotes, a file, or - for standard input."
        raise InputError("there is no such file, and this is no query", path, hint=hint) from error


def _decoded(raw: bytes, path: Path | None) -> str:
    try:
        return raw.decode("utf-8-sig")  # some editors put a mark in front
    except UnicodeDecodeError as error:
        raise InputError("the query is not UTF-8 text", path, hint="Save it as UTF-8.") from error


def _shown(text: str, place: Path | None, work: Callable[[], Result]) -> Result:
    """Do some work; where it tells of a fault in the text of the query, show the line."""
    try:
        return work()
    except InputError as error:
        lines = text.split("\n")
        line = lines[error.line - 1].expandtabs(1) if error.line and error.line <= len(lines) else ""
        # An error in the content has a place too, and not in this text.
        if error.path == place and line.isprintable() and 0 < len(line) <= _LONG:
            print(f"  {line}\n  {' ' * ((error.column or 1) - 1)}^", file=sys.stderr)
        raise
