"""Named questions: one SPARQL file each, with a header that says in plain English what is asked.

    # title: Treatments of one route
    # question: Which treatments are given in this way?
    # keywords: route, treatment
    # level: easy
    # param: route (thing) = id:oral-route; the route that is asked about
    SELECT …

A parameter is written `$name` in the query. It is a thing (an IRI), a date, a text or a number; one without a default
must be given. A line `# empty: reason` says why no row may be the right answer.

Source: the layout of the SIB collection of SPARQL examples (Bolleman et al., 2024), whose form `as_examples` writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from jdm_kg import sparql
from jdm_kg.errors import InputError
from jdm_kg.iris import BASE, PREFIXES, expand, name

LEVELS: Final = ("easy", "harder", "across documents")
"""How much a question asks for, in this order."""

TODAY: Final = "today"
"""The default of a date that stands for the day on which the question is asked."""

_FOLDER: Final = Path(__file__).resolve().parent
_KINDS: Final = ("thing", "date", "text", "number")
_HEADER: Final = re.compile(r"# (title|question|keywords|level|param|empty): (.+)")
_PARAMETER: Final = re.compile(r"(\w+) \((thing|date|text|number)\)(?: = ([^;]*[^;\s]))?; (.+)")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)")
_IRI: Final = re.compile(r"(?:https?://|urn:)[^\x00-\x20<>\"{}|^`\\]+")
_NAME: Final = re.compile(r"\b[a-z]+(?:-[a-z]+)+\b")
_LOCAL: Final = re.compile(r"[\w-]+")


class Parameter(NamedTuple):
    """A parameter of a question.

    Attributes:
        name: As it stands in the query, without `$`.
        kind: "thing", "date", "text" or "number".
        default: What it stands for if nothing is given, or None where something must be.
        help: What it is, a phrase.
    """

    name: str
    kind: str
    default: str | None
    help: str


class Question(NamedTuple):
    """A named question.

    Attributes:
        name: The name of its file, without the ending.
        title: A few words.
        question: The question in plain English.
        keywords: Words to find it by.
        level: One of `LEVELS`.
        parameters: In the order of the header.
        text: The query, with its header.
        empty: Why no row may be the right answer, or empty.
        path: The file.
    """

    name: str
    title: str
    question: str
    keywords: tuple[str, ...]
    level: str
    parameters: tuple[Parameter, ...]
    text: str
    empty: str
    path: Path

    @property
    def query_text(self) -> str:
        """The query for any endpoint: with its prefixes, and the defaults in the place of the parameters.

        Raises:
            InputError: A parameter has no default.
        """
        return sparql.with_prefixes(bind(self, {}))


@cache
def catalogue() -> Mapping[str, Question]:
    """All named questions by name: those that are easy first, then by name.

    Raises:
        InputError: The header of one is not as it must be; file and line are given.
    """
    found = [_read(path) for path in sorted(_FOLDER.glob("*.rq"))]
    found.sort(key=lambda one: (LEVELS.index(one.level), one.name))
    return MappingProxyType({one.name: one for one in found})


def get(wanted: str) -> Question:
    """The question of a name. Only its own file is read.

    Raises:
        InputError: There is none of this name.
    """
    path = _FOLDER / f"{wanted}.rq"
    if _LOCAL.fullmatch(wanted) and path.is_file():
        return _read(path)
    from difflib import get_close_matches

    close = get_close_matches(wanted, list(catalogue()), n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else "jdm-kg questions lists all."
    raise InputError(f"there is no question {wanted!r}", hint=hint)


def search(words: str) -> list[Question]:
    """The questions in which all of some words stand: in name, title, keywords or parameters; all without words."""
    wanted = words.casefold().split()
    return [one for one in catalogue().values() if all(word in _findable(one) for word in wanted)]


def _findable(question: Question) -> str:
    parameters = (one.help for one in question.parameters)
    return " ".join((question.name, question.title, question.question, *question.keywords, *parameters)).casefold()


def _read(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#"):
            break
        match = _HEADER.fullmatch(line)
        if match is None or match[1] in header:
            hint = "Such as `# title: …`, each once but param."
            raise InputError("this is no line of a header", path, number, 1, hint)
        if match[1] != "param":
            header[match[1]] = match[2]
            continue
        parameter = _PARAMETER.fullmatch(match[2])
        if parameter is None:
            hint = "Such as `# param: start (thing) = id:x; where it begins`; kinds are " + ", ".join(_KINDS) + "."
            raise InputError("this is no parameter", path, number, 1, hint)
        parameters.append(Parameter(parameter[1], parameter[2], parameter[3], parameter[4]))
    missing = {"title", "question", "keywords", "level"} - set(header)
    if missing or header["level"] not in LEVELS:
        hint = f"A header has title, question, keywords and level, which is one of: {', '.join(LEVELS)}."
        raise InputError(f"the header lacks {', '.join(sorted(missing)) or 'a level that is known'}", path, 1, 1, hint)
    keywords = tuple(word.strip() for word in header["keywords"].split(","))
    return Question(
        path.stem,
        header["title"],
        header["question"],
        keywords,
        header["level"],
        tuple(parameters),
        text,
        header.get("empty", ""),
        path,
    )


def bind(question: Question, given: Mapping[str, str]) -> sparql.Query:
    """The query of a question, with values for its parameters.

    Args:
        question: The question.
        given: Values by name, as a person writes them (see `term`); for the others the defaults are taken.

    Raises:
        InputError: A parameter is unknown, lacks its value, or has one that is not of its kind.
    """
    known = {one.name: one for one in question.parameters}
    for unknown in given.keys() - known.keys():
        hint = f"It has {', '.join(f'--{one}' for one in known)}." if known else "It has none."
        raise InputError(f"the question {question.name} has no parameter {unknown!r}", hint=hint)
    values = {}
    for one in question.parameters:
        value = given.get(one.name, one.default)
        if value is None:
            raise InputError(f"the question {question.name} needs --{one.name}", hint=f"It is {one.help}.")
        values[one.name] = term(one.kind, value, one.name)
    return sparql.bind(sparql.read(question.text, question.path), values)


def term(kind: str, value: str, what: str = "value") -> str:
    """What a person writes for a parameter, as a term of SPARQL.

    Args:
        kind: "thing", "date", "text", "number", or empty where that is to be told from the value.
        value: For a thing `id:x`, `x` or a whole IRI; for a date `2027-01-31` or `today`; else as it is.
        what: The name of the parameter, for error messages.

    Raises:
        InputError: The value is not of that kind.
    """
    if not kind:
        kind = _guess(value)
    if kind == "thing":
        iri = PREFIXES["id"] + value if _LOCAL.fullmatch(value) else expand(value)
        if _IRI.fullmatch(iri) is None:
            raise InputError(f"{value!r} is no thing that {what} could be", hint="Such as id:x, or a whole IRI.")
        return f"<{iri}>"
    if kind == "date":
        return f'"{_day(value, what)}"^^<{name("xsd:date")}>'
    if kind == "number":
        if _NUMBER.fullmatch(value) is None:
            raise InputError(f"{value!r} is no number that {what} could be", hint="Such as 12 or 2.5.")
        return value
    return literal(value)


def literal(text: str) -> str:
    """A text as a literal of SPARQL, whatever is in it."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
    return '"' + "".join(escapes.get(sign, sign) for sign in text) + '"'


def _guess(value: str) -> str:
    if _DAY.fullmatch(value) or value == TODAY:
        return "date"
    if _NUMBER.fullmatch(value):
        return "number"
    return "thing" if _IRI.fullmatch(expand(value)) else "text"


def _day(value: str, what: str) -> str:
    from datetime import UTC, date, datetime

    if value == TODAY:
        return datetime.now(tz=UTC).date().isoformat()
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    hint = "Write it as year, month and day, such as 2027-01-31."
    raise InputError(f"{value!r} is no day that {what} could be", hint=hint)


def as_examples(questions: Iterable[Question], endpoint: str = "") -> str:
    """Questions as Turtle, in the form in which the SPARQL editor of the SIB and its tools read examples.

    Args:
        questions: Those to write; the defaults stand in the place of the parameters.
        endpoint: The address of the endpoint that they are for, or empty.
    """
    example = f"{BASE}question/"
    used = ("rdf", "rdfs", "schema", "sh", "xsd")
    lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in used]
    lines += ["", f"<{example}prefixes>"]
    declared = [
        f'    sh:declare [ sh:prefix "{one}" ; sh:namespace "{iri}"^^xsd:anyURI ]' for one, iri in PREFIXES.items()
    ]
    lines.append(" ;\n".join(f"    {one}" for one in declared) + " .")
    for one in questions:
        query = bind(one, {})
        kind = query.form.capitalize()
        properties = [
            f"    a sh:SPARQL{kind}Executable, sh:SPARQLExecutable",
            f"    sh:prefixes <{example}prefixes>",
            f"    schema:name {literal(one.title)}@en",  # that editor would take rdfs:label for a second example
            f"    rdfs:comment {literal(spoken(one))}@en",
            f"    sh:{query.form.lower()} {literal(_without_header(sparql.with_prefixes(query)))}",
            *(f"    schema:keywords {literal(word)}@en" for word in one.keywords),
            *([f"    schema:target <{endpoint}>"] if endpoint else []),
        ]
        lines += ["", f"<{example}{one.name}>", " ;\n".join(properties) + " ."]
    return "\n".join([*lines, ""])


def _without_header(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not _HEADER.match(line))


def spoken(question: Question) -> str:
    """The question in plain English, where another question is meant with its title in the place of its name."""
    known = catalogue()
    return _NAME.sub(
        lambda found: f"“{known[found[0]].title}”" if found[0] in known else found[0],
        question.question,
    )
