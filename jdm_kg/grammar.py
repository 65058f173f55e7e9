"""Where a faulty SPARQL query goes wrong: the first token that no query could have there, and what could.

The engine's parser tells that a query is faulty, but often not where: it names the farthest place that any of its
attempts came to. Here the query is matched again, token by token, and only when it is faulty. The grammar below is
looser than that of the engine in what it lets pass, and no looser in where tokens may stand.

Source: SPARQL 1.1 Query Language (W3C Recommendation), section 19.8, in a notation of our own: `?`, `*` and `+` behind
a part, `|` between alternatives, words and marks in quotes, kinds of token in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

_GRAMMAR: Final = r"""
query      : prologue ( select | construct | describe | ask ) values? END
prologue   : ( 'BASE' IRI | 'PREFIX' NAME IRI )*
select     : 'SELECT' ( 'DISTINCT' | 'REDUCED' )? ( '*' | output+ ) dataset* where modifiers
output     : VARIABLE | '(' expression 'AS' VARIABLE ')'
construct  : 'CONSTRUCT' ( template dataset* where modifiers | dataset* 'WHERE' template modifiers )
template   : '{' ( triples ( '.' triples )* '.'? )? '}'
describe   : 'DESCRIBE' ( '*' | named+ ) dataset* where? modifiers
ask        : 'ASK' dataset* where modifiers
dataset    : 'FROM' 'NAMED'? iri
where      : 'WHERE'? group
modifiers  : ( 'GROUP' 'BY' grouping+ )? ( 'HAVING' condition+ )? ( 'ORDER' 'BY' order+ )?
             ( limit offset? | offset limit? )?
grouping   : VARIABLE | call | '(' expression ( 'AS' VARIABLE )? ')'
order      : ( 'ASC' | 'DESC' ) '(' expression ')' | condition | VARIABLE
limit      : 'LIMIT' NUMBER
offset     : 'OFFSET' NUMBER
condition  : '(' expression ')' | call
group      : '{' ( 'SELECT' subselect | parts ) '}'
subselect  : ( 'DISTINCT' | 'REDUCED' )? ( '*' | output+ ) where modifiers values?
parts      : block? ( part '.'? block? )*
block      : triples ( '.' triples )* '.'?
part       : group ( 'UNION' group )* | 'OPTIONAL' group | 'MINUS' group | 'GRAPH' named group | filter | bind | values
filter     : 'FILTER' ( 'NOT'? 'EXISTS' group | condition )
bind       : 'BIND' '(' expression 'AS' VARIABLE ')'
values     : 'VALUES' ( VARIABLE '{' value* '}' | '(' VARIABLE* ')' '{' ( '(' value* ')' )* '}' )
value      : iri | literal | 'UNDEF'
named      : VARIABLE | iri
triples    : node properties | ( nodes | '(' element+ ')' ) properties?
properties : verb objects ( ';' ( verb objects )? )*
objects    : element ( ',' element )*
verb       : VARIABLE | path
path       : step ( ( '/' | '|' ) step )*
step       : '^'? ( iri | 'a' | '!' neither | '(' path ')' ) ( '?' | '*' | '+' )?
neither    : '(' ( negated ( '|' negated )* )? ')' | negated
negated    : '^'? ( iri | 'a' )
element    : node | nodes | '(' element+ ')'
nodes      : '[' properties ']'
node       : VARIABLE | iri | literal | BLANK | '[' ']' | '(' ')'
iri        : IRI | NAME
literal    : LITERAL ( TAG | '^^' iri )? | ( '+' | '-' )? NUMBER | 'true' | 'false'
expression : conjunction ( '||' conjunction )*
conjunction: comparison ( '&&' comparison )*
comparison : sum ( ( '=' | '!=' | '<=' | '>=' | '<' | '>' ) sum | 'NOT'? 'IN' arguments )?
sum        : product ( ( '+' | '-' ) product )*
product    : unary ( ( '*' | '/' ) unary )*
unary      : '!' unary | ( '-' | '+' )? primary
primary    : '(' expression ')' | 'NOT'? 'EXISTS' group | call | iri | literal | VARIABLE
call       : 'NOT'? 'EXISTS' group | FUNCTION '(' 'DISTINCT'? ( '*' | expression ( ',' expression )* )? separator? ')'
           | iri arguments
separator  : ';' 'SEPARATOR' '=' LITERAL
arguments  : '(' 'DISTINCT'? ( expression ( ',' expression )* )? ')'
"""

_FUNCTION: Final = "FUNCTION"
_IN_WORDS: Final[Mapping[str, str]] = {
    "BLANK": "a blank node",
    "END": "the end",
    "FUNCTION": "a function",
    "IRI": "an IRI",
    "LITERAL": "a text in quotes",
    "NAME": "a name such as skos:prefLabel",
    "NUMBER": "a number",
    "TAG": "a language such as @en",
    "VARIABLE": "a variable",
}


class Fault(NamedTuple):
    """Where a query goes wrong.

    Attributes:
        at: Index of the first token that can't stand where it does; the number of tokens where there are too few.
        expected: What could stand there, in words, sorted.
    """

    at: int
    expected: tuple[str, ...]


class _Part(NamedTuple):
    """A part of a rule: a choice between sequences, each of parts or names, and how often it may come."""

    kind: str  # "name", "word" or "choice"
    text: str
    choices: tuple[tuple[_Part, ...], ...]
    often: str


def fault(tokens: Sequence[tuple[str, str]]) -> Fault | None:
    """Where a query goes wrong, or None where it is built as a query is, or nested too deep to tell.

    Args:
        tokens: The kind and text of each token, as `jdm_kg.sparql` has them.
    """
    matcher = _Matcher(tokens)
    try:
        matcher.ends(_rules()["query"], 0)
    except RecursionError:  # brackets in brackets in brackets
        return None
    if matcher.accepted:
        return None
    return Fault(matcher.farthest, tuple(sorted({_IN_WORDS.get(one, one) for one in matcher.expected})))


class _Matcher:
    """Matches every way in which the tokens can be read, side by side, and remembers how far the farthest came."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = [(kind, text.upper() if kind == "word" and text != "a" else text) for kind, text in tokens]
        self._known: dict[tuple[int, int], frozenset[int]] = {}
        self.farthest = 0
        self.expected: set[str] = set()
        self.accepted = False

    def ends(self, choices: tuple[tuple[_Part, ...], ...], start: int) -> frozenset[int]:
        """All indices at which one of the choices can end that begins at a token."""
        key = (id(choices), start)
        if key not in self._known:
            self._known[key] = frozenset(end for choice in choices for end in self._sequence(choice, start))
        return self._known[key]

    def _sequence(self, parts: tuple[_Part, ...], start: int) -> set[int]:
        reached = {start}
        for part in parts:
            reached = set().union(*(self._repeated(part, one) for one in reached))
        return reached

    def _repeated(self, part: _Part, start: int) -> set[int]:
        found = {start} if part.often in {"?", "*"} else set()
        waiting = {start}
        while waiting:
            new = set().union(*(self._once(part, one) for one in waiting)) - found
            found |= new
            waiting = {one for one in new if one > start} if part.often in {"*", "+"} else set()
        return found

    def _once(self, part: _Part, start: int) -> frozenset[int]:
        if part.kind == "choice":
            return self.ends(part.choices, start)
        if part.kind == "name" and part.text.islower():
            return self.ends(_rules()[part.text], start)
        if self._fits(part, start):
            return frozenset({start + 1})
        if start > self.farthest:
            self.farthest, self.expected = start, set()
        if start == self.farthest:
            self.expected.add(part.text)
        return frozenset()

    def _fits(self, part: _Part, index: int) -> bool:
        if index >= len(self._tokens):
            self.accepted = self.accepted or part.text == "END"
            return part.text == "END"
        kind, text = self._tokens[index]
        if part.kind == "word":
            return text == (part.text if part.text == "a" else part.text.upper()) and kind in {"word", "mark"}
        if part.text == _FUNCTION:
            return kind == "word" and text not in _clauses()
        return kind.upper() == part.text


_ELEMENT: Final = re.compile(r"'[^']+'|\w+|[()|?*+]")


@cache
def _rules() -> Mapping[str, tuple[tuple[_Part, ...], ...]]:
    found = {}
    for rule in re.split(r"\n(?=\w)", _GRAMMAR.strip()):
        name, _, body = rule.partition(":")
        words = _ELEMENT.findall(body)
        choices, rest = _choices(words, 0)
        if rest != len(words):
            raise ValueError(f"the rule {name.strip()} has a bracket too many")
        found[name.strip()] = choices
    return found


@cache
def _clauses() -> frozenset[str]:
    """The words that the grammar names, which are no functions."""
    return frozenset(word.upper() for word in re.findall(r"'(\w+)'", _GRAMMAR))


def _choices(words: Sequence[str], index: int) -> tuple[tuple[tuple[_Part, ...], ...], int]:
    """The alternatives that begin at a word of a rule, up to the bracket that closes them, and the index behind."""
    found: list[tuple[_Part, ...]] = []
    parts: list[_Part] = []
    while index < len(words) and words[index] != ")":
        word = words[index]
        index += 1
        if word == "|":
            found.append(tuple(parts))
            parts = []
        elif word == "(":
            inner, index = _choices(words, index)
            index += 1
            parts.append(_Part("choice", "", inner, ""))
        elif word in {"?", "*", "+"}:
            parts[-1] = parts[-1]._replace(often=word)
        elif word.startswith("'"):
            parts.append(_Part("word", word[1:-1], (), ""))
        else:
            parts.append(_Part("name", word, (), ""))
    return (*found, tuple(parts)), index


# How many values a function takes, least and most; those that are not listed take one.
_VALUES: Final[Mapping[str, tuple[int, int]]] = {
    **dict.fromkeys(("NOW", "RAND", "STRUUID", "UUID"), (0, 0)),
    "BNODE": (0, 1),
    **dict.fromkeys(("CONTAINS", "LANGMATCHES", "SAMETERM", "STRAFTER", "STRBEFORE", "STRDT"), (2, 2)),
    **dict.fromkeys(("STRENDS", "STRLANG", "STRSTARTS"), (2, 2)),
    **dict.fromkeys(("REGEX", "SUBSTR"), (2, 3)),
    "IF": (3, 3),
    "REPLACE": (3, 4),
    **dict.fromkeys(("COALESCE", "CONCAT"), (0, 1_000_000)),
}
_SCHEME: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_WHOLE_IRI: Final = "Write it in full, with https:// and without spaces, or as prefix:name."
_AGGREGATES: Final = frozenset({"AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"})


def _senseless(tokens: Sequence[tuple[str, str, int]]) -> tuple[str, int, str] | None:
    """What stands where it may, and yet means nothing: a sentence, its offset, and what to do."""
    selected: list[str] | None = None
    depth = 0
    based = any(kind == "word" and text.upper() == "BASE" for kind, text, _ in tokens)
    for index, (kind, text, start) in enumerate(tokens):
        if kind == "iri" and not based and not _SCHEME.match(text):
            return f"{text!r} is no whole IRI", start, _WHOLE_IRI
        word = text.upper() if kind == "word" else ""
        before = tokens[index - 1][1].upper() if index else ""
        if word == "SELECT":
            selected, depth = [], 0
        elif word in {"FROM", "WHERE"} or text == "{":
            selected = None
        depth += (text == "(") - (text == ")")
        if selected is not None and kind == "variable" and (depth == 0 or before == "AS"):
            if text[1:] in selected:
                return f"SELECT names {text} twice", start, "Take one of them out, or choose another name."
            selected.append(text[1:])
        elif word and tokens[index + 1 : index + 2] and tokens[index + 1][1] == "(" and word not in _clauses():
            given = _given(tokens[index + 2 :])
            least, most = _VALUES.get(word, (1, 1))
            if not least <= given <= most:
                wanted = f"{least} or {most}" if most > least else str(most)
                return f"{text} takes {wanted} {'value' if most == 1 else 'values'}, not {given}", start, ""
            if word in _AGGREGATES and _within_filter(tokens[:index]):
                hint = "Count in SELECT or in HAVING."
                return f"{text} counts over rows, and can't stand in a FILTER or BIND", start, hint
    return None


def _given(tokens: Sequence[tuple[str, str, int]]) -> int:
    """How many values stand before the bracket that closes."""
    depth = given = 0
    first = int(bool(tokens) and tokens[0][1].upper() == "DISTINCT")
    for index, (_, text, _) in enumerate(tokens):
        if depth == 0 and text in {")", ";"}:
            return given + (index > first)
        given += depth == 0 and text == ","
        depth += (text in {"(", "{", "["}) - (text in {")", "}", "]"})
    return given


def _within_filter(tokens: Sequence[tuple[str, str, int]]) -> bool:
    """Whether what follows stands in the brackets of a FILTER or BIND."""
    depth = 0
    for kind, text, _ in reversed(tokens):
        depth += (text == ")") - (text == "(")
        if text in {"{", "}"}:
            return False
        if depth < 0 and kind == "word" and text.upper() in {"FILTER", "BIND"}:
            return True
    return False


_MEANT: Final = (
    (
        "contains a variable that is unbound",
        "SELECT",
        "SELECT names a variable that is neither grouped nor counted",
        "Add it to GROUP BY, or put it into COUNT, MIN, SAMPLE or the like.",
    ),
    (
        "overrides an existing variable",
        "AS",
        "AS gives a name that is already a variable of the query",
        "Choose another name.",
    ),
    ("not authorized with GROUP BY", "SELECT", "SELECT * does not go with GROUP BY", "List the variables."),
)
_REPORTED: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_MANY: Final = 8
_LONG: Final = 5000


def in_words(error: str, text: str, tokens: Sequence[tuple[str, str, int]]) -> tuple[str, int, str]:
    """What is wrong with a query that the engine refuses: a plain sentence, its offset in the text, and what to do.

    Args:
        error: What the engine says, with the place and all that its grammar could have gone on with.
        text: The query.
        tokens: The kind, text and offset of each token; there is at least one.
    """
    # Of what only a program writes, the engine's own words must do.
    found = fault([(kind, word) for kind, word, _ in tokens]) if len(tokens) <= _LONG else None
    if found is not None:
        # What has a name of its own tells more than a mark.
        expected = sorted(found.expected, key=lambda one: (not one.startswith(("a ", "an ", "the ")), one))
        listed = ", ".join(expected[:_MANY]) + (" …" if len(expected) > _MANY else "")
        hint = f"Here could stand: {listed}."
        if found.at >= len(tokens):
            return "the query ends too early", tokens[-1][2], hint
        return f"{tokens[found.at][1]!r} can't stand here", tokens[found.at][2], hint
    senseless = _senseless(tokens)
    if senseless is not None:
        return senseless
    reported = _REPORTED.fullmatch(error)
    report = reported[3] if reported else error
    for words, at, said, hint in _MEANT:
        if words in report:
            places = [start for kind, word, start in tokens if kind == "word" and word.upper() == at]
            return said, places[-1] if places else tokens[0][2], hint
    if reported is None:
        return "the query is not understood", 0, report[:200]
    return _behind(text, tokens, (int(reported[1]), int(reported[2])), report)


def _behind(
    text: str, tokens: Sequence[tuple[str, str, int]], place: tuple[int, int], expected: str
) -> tuple[str, int, str]:
    """What the engine refuses though it is built as a query is: it notices that behind the token at fault."""
    line, column = place
    offset = sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1
    _, word, start = next((token for token in reversed(tokens) if token[2] + len(token[1]) <= offset), tokens[-1])
    if "language tag" in expected:
        return f"{word!r} is no language", start, "Such as @en, @de or @en-GB."
    if "IRI parsing" in expected:
        return f"{word!r} is no whole IRI", start, _WHOLE_IRI
    hint = "Is a variable given a value twice, a blank node used in two groups, or does a VALUES row lack a value?"
    return "the query is not understood up to here", start, hint
