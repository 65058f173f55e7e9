"""The text of a SPARQL query: its tokens, what is refused, values for its parameters, and its errors in words.

No engine is needed for any of this, and what is refused never reaches one. Nothing here loads rdflib, and little
else, so that a question is answered at once.

Source: SPARQL 1.1 Query Language (W3C Recommendation), section 19; SPARQL 1.1 Update, for what is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from jdm_kg.errors import InputError
from jdm_kg.iris import PREFIXES

if TYPE_CHECKING:
    from pathlib import Path

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
"""The forms of a query."""

_LONGEST: Final = 100_000
# An honest query has a handful; engines that read by recursion come to grief at some thousand.
_DEEPEST: Final = 64


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UPDATES: Final = _words("ADD CLEAR COPY CREATE DELETE DROP INSERT LOAD MOVE WITH")
# SPARQL 1.1, sections 19.7 and 19.8.
_CLAUSES: Final = _words(
    """AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING IN LIMIT MINUS
    NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR SERVICE SILENT UNDEF UNION VALUES WHERE"""
)
_FUNCTIONS: Final = _words(
    """ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HOURS IF
    IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE MAX MD5 MIN MINUTES MONTH NOW RAND REGEX REPLACE
    ROUND SAMETERM SAMPLE SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN
    STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE URI UUID YEAR"""
)
_OTHERS: Final = frozenset({"a", "true", "false"})

_TOKEN: Final = re.compile(
    r"""
      (?P<space>[\x20\t\r\n]++ | \#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8})*+>)
    | (?P<literal>\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
        | "(?!"")(?:[^"\\\r\n]++|\\.)*+" | '(?!'')(?:[^'\\\r\n]++|\\.)*+')
    | (?P<variable>[?$]\w++)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<blank>_:\w(?:[\w.-]*\w)?)
    | (?P<name>(?:[^\W\d_](?:[\w.-]{0,60}[\w-])?)?:(?!\.)
        (?:[\w:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%]|\.++(?=[\w:%\\-]))*+)
    | (?P<number>(?:\d++(?:\.\d++|\.(?=[eE][+-]?\d))?|\.\d++)(?:[eE][+-]?\d++)?)
    | (?P<word>[^\W\d]\w*+)
    | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[][(){}.;,=<>!|/^*+?-])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_BROKEN_IRI: Final = r"<[A-Za-z]+:[^\s<>\"{}|^`\\]*+([^<>\r\n])[^<>\r\n]*+>"
# What the engine could read as less-than: an address can't be, nothing can be divided twice.
_AFTER_LESS: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*+://)[^'#()]*+['#()]")
_OPENING: Final = MappingProxyType({"(": ")", "[": "]", "{": "}"})


class Token(NamedTuple):
    """A token of a query.

    Attributes:
        kind: "iri" (in angle brackets), "name" (`prefix:name`), "blank", "variable", "literal" (with its quotes),
            "tag", "number", "word" or "mark".
        text: As it is written.
        start: Offset of the first character in the text, counted from 0.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


class Edit(NamedTuple):
    """A place where a value was put into a query.

    Attributes:
        start: Offset of the value in the new text.
        length: Its length in characters.
        before: The length of what stood there.
    """

    start: int
    length: int
    before: int


class _Source(NamedTuple):
    """A text that is not yet a query, and where it comes from."""

    text: str
    place: Path | None = None
    edits: tuple[Edit, ...] = ()


class Query(NamedTuple):
    """A query that may be asked.

    Attributes:
        text: The whole text.
        form: "SELECT", "ASK", "CONSTRUCT" or "DESCRIBE".
        tokens: Its tokens, without space and comments.
        declared: The prefixes that it declares, each with its namespace.
        graphs: The IRIs of its FROM and FROM NAMED clauses, in their order.
        place: The file that it comes from, or None.
        edits: Where values were put in, in the order of the text.
        known: The prefixes that need no declaration, each with its namespace.
    """

    text: str
    form: str
    tokens: tuple[Token, ...]
    declared: Mapping[str, str]
    graphs: tuple[str, ...]
    place: Path | None = None
    edits: tuple[Edit, ...] = ()
    known: Mapping[str, str] = PREFIXES

    def expand(self, token: Token) -> str | None:
        """The whole IRI of a token of the kind "iri" or "name"; None where its prefix is not declared."""
        if token.kind == "iri":
            return _unescape(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        namespace = self.declared.get(prefix, self.known.get(prefix))
        return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)


def read(text: str, place: Path | None = None, known: Mapping[str, str] = PREFIXES) -> Query:
    """Take a query apart, and refuse what must not be asked.

    Args:
        text: SPARQL 1.1 Query.
        place: The file that it comes from, for error messages.
        known: The prefixes that need no declaration, each with its namespace; by default those of the project.

    Raises:
        InputError: The text is empty, too long, nested too deep, or no query: an update, or words that SPARQL does not
            know. It asks another server (SERVICE), uses a prefix that nobody declared, or has quotes or brackets that
            are not closed. Line and column, counted from 1 and in characters, say where.
    """
    if len(text) > _LONGEST:
        hint = "Ask several questions."
        raise InputError(f"the query is longer than {_LONGEST:,} characters", place, hint=hint)
    source = _Source(text, place)
    tokens = _tokens(source)
    if not tokens:
        raise InputError("there is no query", place, hint="Such as: SELECT ?name { ?thing skos:prefLabel ?name }")
    declared, body = _prologue(tokens, source)
    form = _form(tokens[body:], source)
    query = Query(text, form, tokens, declared, (), place, known=known)
    _refuse_words(query)
    _refuse_other_readings(query)
    _refuse_undeclared(query)
    _refuse_brackets(tokens, source)
    return query._replace(graphs=_graphs(query))


def _tokens(source: _Source) -> tuple[Token, ...]:
    text = source.text
    found = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _no_token(source, position)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(), position))
        position = match.end()
    return tuple(found)


def _no_token(source: _Source, position: int) -> InputError:
    sign = source.text[position]
    if sign in "\"'":
        hint = f"Close it with the same quotes; a text of several lines stands in {sign * 3}."
        return _error("a text begins here and its quotes are not closed", source, position, hint)
    if _ESCAPE.match(source.text, position):
        hint = "Write the character itself."
        return _error("an escaped character may stand in texts and IRIs only", source, position, hint)
    if sign == "@":
        return _error("'@' stands before a language only", source, position, 'Such as "pain"@en.')
    return _error(f"the character {sign!r} can't stand here", source, position, "Take it out.")


def _prologue(tokens: tuple[Token, ...], source: _Source) -> tuple[dict[str, str], int]:
    """The prefixes that are declared, and the index of the first token behind their declarations."""
    declared: dict[str, str] = {}
    index = 0
    while index < len(tokens) and tokens[index].kind == "word":
        word = tokens[index].text.upper()
        if word == "BASE" and [token.kind for token in tokens[index + 1 : index + 2]] == ["iri"]:
            index += 2
        elif word == "PREFIX":
            name, iri = (*tokens[index + 1 : index + 3], None, None)[:2]
            if name is None or iri is None or (name.kind, iri.kind) != ("name", "iri") or name.text[-1] != ":":
                hint = f"Such as: PREFIX skos: <{PREFIXES['skos']}>"
                raise _error("this is no declaration of a prefix", source, tokens[index].start, hint)
            declared[name.text[:-1]] = _unescape(iri.text[1:-1])
            index += 3
        else:
            break
    return declared, index


def _form(tokens: tuple[Token, ...], source: _Source) -> str:
    if not tokens:
        hint = f"Go on with {', '.join(FORMS[:-1])} or {FORMS[-1]}."
        raise _error("the query ends after its prefixes", source, len(source.text), hint)
    first = tokens[0]
    word = first.text.upper()
    if first.kind == "word" and word in FORMS:
        return word
    if first.kind == "word" and word in _UPDATES:
        hint = "The graph is edited in its Turtle files; here it is only asked."
        raise _error(f"{word} would change data, and only questions are answered", source, first.start, hint)
    hint = _close(word, FORMS) or f"Begin with {', '.join(FORMS[:-1])} or {FORMS[-1]}."
    raise _error(f"a query can't begin with {first.text!r}", source, first.start, hint)


def _refuse_brackets(tokens: tuple[Token, ...], source: _Source) -> None:
    open_: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in _OPENING:
            open_.append(token)
            if len(open_) > _DEEPEST:
                said = f"brackets are nested more than {_DEEPEST} deep"
                raise _error(said, source, token.start, "Flatten the query.")
        elif token.text in _OPENING.values():
            if not open_:
                said = f"this {token.text!r} closes nothing"
                raise _error(said, source, token.start, "Take it out, or open it before.")
            if _OPENING[open_[-1].text] != token.text:
                line, column = position(source.text, open_[-1].start)
                said = f"{token.text!r} stands where {_OPENING[open_[-1].text]!r} is due"
                hint = f"The {open_[-1].text!r} of line {line}, column {column} is still open."
                raise _error(said, source, token.start, hint)
            open_.pop()
    if open_:
        said = f"the {open_[-1].text!r} that opens here is never closed"
        raise _error(said, source, open_[-1].start, f"Add {_OPENING[open_[-1].text]!r}.")


def _refuse_words(query: Query) -> None:
    """Refuse words that SPARQL does not know, and SERVICE."""
    for index, token in enumerate(query.tokens):
        if token.text == "<" and (broken := re.compile(_BROKEN_IRI).match(query.text, token.start)):
            said = f"an IRI can't hold {broken[1]!r}"
            raise _error(said, query, broken.start(1), "Take it out, or write it as in an address: %20 for a space.")
        if token.kind != "word":
            continue
        word = token.text.upper()
        if word == "SERVICE":
            hint = "Ask that server by itself: jdm-kg query --endpoint URL."
            said = "SERVICE would send a part of the query to another server; no request leaves from here"
            raise _error(said, query, token.start, hint)
        if word in _CLAUSES or word in _FUNCTIONS or token.text in _OTHERS or word in {"TRUE", "FALSE"}:
            continue
        called = query.tokens[index + 1 : index + 2] and query.tokens[index + 1].text == "("
        hint = _close(word, (*_FUNCTIONS, "FILTER", "BIND", "IN", "EXISTS") if called else _CLAUSES | _FUNCTIONS)
        if called:
            said = f"SPARQL has no function {token.text!r}"
        else:
            said = f"{token.text!r} is no word of SPARQL"
            hint = hint or f"A variable is written ?{token.text}, a name prefix:{token.text}, a text in quotes."
        raise _error(said, query, token.start, hint)


def _refuse_other_readings(query: Query) -> None:
    """Refuse what the engine may take apart in another way than we do, and so find a SERVICE that we don't see.

    Behind a value in brackets it prefers less-than to an IRI, and it wants no space behind SERVICE.
    """
    open_: list[str] = []
    for index, token in enumerate(query.tokens):
        before = query.tokens[index - 1] if index else None
        following = query.tokens[index + 1].text if index + 1 < len(query.tokens) else ""
        if token.text in _OPENING:
            open_.append(token.text)
        elif open_ and token.text == _OPENING[open_[-1]]:
            open_.pop()
        elif token.kind == "name" and following == "{" and token.text.upper().startswith("SERVICE"):
            said = "SERVICE would send a part of the query to another server; no request leaves from here"
            raise _error(said, query, token.start, "If this is a name, choose another prefix.")
        elif (
            token.kind == "iri"
            and open_[-1:] == ["("]
            and before is not None
            and (before.text == ")" or before.text.upper() in {"TRUE", "FALSE"} or before.kind not in {"mark", "word"})
            and _AFTER_LESS.match(token.text)
        ):
            hint = "Put a space behind '<'; or, if it is an IRI, write it in full with https://, or as prefix:name."
            raise _error("this can be read as less-than and as an IRI", query, token.start, hint)


def _refuse_undeclared(query: Query) -> None:
    for token in query.tokens:
        if token.kind == "name" and query.expand(token) is None:
            prefix = token.text.partition(":")[0]
            known = {**query.known, **query.declared}
            hint = _close(prefix, known, "{}:") or (
                f"Declare it at the top: PREFIX {prefix}: <…>. Known without that: {', '.join(query.known)}."
            )
            raise _error(f"prefix {prefix}: is not declared", query, token.start, hint)


def _graphs(query: Query) -> tuple[str, ...]:
    found = []
    tokens = query.tokens
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() == "FROM":
            named = index + 1 < len(tokens) and tokens[index + 1].text.upper() == "NAMED"
            following = tokens[index + 1 + named : index + 2 + named]
            found += [query.expand(graph) or "" for graph in following if graph.kind in {"iri", "name"}]
    return tuple(found)


def bind(query: Query, values: Mapping[str, str]) -> Query:
    """A query with values for parameters.

    A parameter is written `$name`; `?name` is an ordinary variable. A `$name` without a value stays a variable, as
    SPARQL has it.

    Args:
        query: The query.
        values: By name without `$`, a term of SPARQL: `<iri>`, `"text"@en`, `12`.

    Raises:
        InputError: A parameter stands where only a variable can: in the list of a SELECT, or behind AS.
        ValueError: A value is no term of SPARQL.
    """
    for name, value in values.items():
        terms = _tokens(_Source(value))
        if not terms or terms[0].kind not in {"iri", "name", "literal", "number", "word"} or len(terms) > 3:
            raise ValueError(f"{value!r} is no term that ${name} could stand for")
    parts: list[str] = []
    edits: list[Edit] = []
    done = length = 0
    for token in _parameters(query, values):
        value = values[token.text[1:]]
        between = query.text[done : token.start]
        parts += [between, value]
        length += len(between)
        edits.append(Edit(length, len(value), len(token.text)))
        length += len(value)
        done = token.end
    text = "".join([*parts, query.text[done:]])
    return query._replace(text=text, tokens=_tokens(_Source(text, query.place)), edits=tuple(edits)) if edits else query


def _parameters(query: Query, names: Iterable[str]) -> list[Token]:
    found = [token for token in query.tokens if token.kind == "variable" and token.text[0] == "$"]
    found = [token for token in found if token.text[1:] in set(names)]
    outputs = _outputs(query)
    for token in found:
        if token.start in outputs:
            hint = "Use it in the pattern, and there BIND another variable if it must be shown."
            said = f"{token.text} stands for a given value, so it can't be an output"
            raise _error(said, query, token.start, hint)
    return found


def _outputs(query: Query) -> set[int]:
    """The offsets of the variables that a SELECT puts out and of those behind AS."""
    found: set[int] = set()
    selecting = False
    depth = 0
    for before, token in zip((None, *query.tokens), query.tokens, strict=False):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "SELECT":
            selecting, depth = True, 0
        elif selecting and (word in {"WHERE", "FROM"} or token.text == "{"):
            selecting = False
        depth += (token.text == "(") - (token.text == ")")
        after_as = before is not None and before.kind == "word" and before.text.upper() == "AS"
        if token.kind == "variable" and (after_as or (selecting and depth == 0)):
            found.add(token.start)
    return found


def parameters(query: Query) -> list[str]:
    """The names of all `$name` of a query, without `$`, each once, in the order of the text."""
    named = (token.text[1:] for token in query.tokens if token.kind == "variable" and token.text[0] == "$")
    return list(dict.fromkeys(named))


def with_prefixes(query: Query) -> str:
    """The text of a query for an engine that knows no prefix without its declaration."""
    used = {token.text.partition(":")[0] for token in query.tokens if token.kind == "name"}
    missing = sorted(used & set(query.known) - set(query.declared))
    return "".join(f"PREFIX {prefix}: <{query.known[prefix]}>\n" for prefix in missing) + query.text


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, counted from 1, in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def in_words(error: SyntaxError, query: Query) -> InputError:
    """What is wrong with a query that the engine refuses, as a plain sentence at its line and column.

    Args:
        error: As pyoxigraph raises it.
        query: The query that it was given.
    """
    from jdm_kg import grammar  # needed only where something is wrong

    said, offset, hint = grammar.in_words(str(error), query.text, query.tokens)
    return _error(said, query, offset, hint)


def _error(message: str, source: _Source | Query, offset: int, hint: str | None = None) -> InputError:
    line, column = place(source, offset)
    return InputError(message, source.place, line, column, hint or None)


def place(source: _Source | Query, offset: int) -> tuple[int, int]:
    """Line and column of an offset, counted from 1, as they are in the text without the values that were put in."""
    line, column = position(source.text, offset)
    for edit in source.edits:
        if edit.start < offset and position(source.text, edit.start)[0] == line:
            column -= min(edit.length, offset - edit.start) - (edit.before if offset >= edit.start + edit.length else 0)
    return line, column


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match.group()), text)


def _character(escape: str) -> str:
    code = int(f"0x{escape[2:]}", 0)
    return chr(code) if code < 0x110000 else "\N{REPLACEMENT CHARACTER}"


def _close(word: str, words: Iterable[str], form: str = "{}") -> str:
    from difflib import get_close_matches  # takes a while to load, and is needed only where something is wrong

    found = get_close_matches(word, sorted(words), n=2, cutoff=0.7)
    return f"Did you mean {' or '.join(form.format(one) for one in found)}?" if found else ""
