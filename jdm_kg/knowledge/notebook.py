"""How values of `jdm_kg.knowledge` look in a notebook: small pieces of HTML.

They load nothing and take the colours of the notebook. All text is escaped, and only web addresses become links: a
graph may come from anybody. What shows statements says that it is not medical advice, where they are from, and what is
known of the review of that document.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jdm_kg.exports.common import DISCLAIMER
from jdm_kg.knowledge.values import Iri, Value

if TYPE_CHECKING:
    from jdm_kg.knowledge import Knowledge
    from jdm_kg.knowledge.rows import Rows
    from jdm_kg.knowledge.things import Advice, Claim, Evidence, Source, Tension, Thing
    from jdm_kg.questions import Question

_MANY: Final = 12
_ROWS: Final = 50
# Borders take the colour of the text, so that they are seen on any background.
_CELL: Final = 'style="text-align:left;vertical-align:top;padding:.2em .6em;border-bottom:1px solid"'
_INHERIT: Final = 'style="color:inherit"'
_BOX: Final = 'style="border-left:3px solid;padding-left:.8em;margin:.6em 0"'


def claim(shown: Claim) -> str:
    """A claim, with all that the document attaches to it, and where it stands."""
    return _claim(shown) + _small(shown.evidence)


def tension(shown: Tension) -> str:
    """A tension, with its sides."""
    evidence = [each for side in shown.claims for each in side.evidence]
    kinds = f"{_words(shown.kind)}, {_words(shown.sharpness)}"
    head = f"<h4>{_words(shown.iri)}</h4><p>{kinds}: {escape(shown.explanation)}</p>"
    return head + "".join(map(_claim, shown.claims)) + _small(evidence)


def thing(shown: Thing) -> str:
    """A thing: what it is, its safety advice first, then what the documents say of it."""
    parts = [f"<h3>{escape(shown.label)} <small>{_words(shown.kind)}</small></h3>"]
    if shown.deprecated:
        instead = ", ".join(map(_words, shown.replaced_by))
        parts.append(f"<p><strong>No longer used{'; see ' + instead if instead else ''}.</strong></p>")
    if shown.synonyms:
        parts.append(f"<p>Also: {escape(', '.join(shown.synonyms))}</p>")
    parts += [f"<p>{escape(text)}</p>" for text in (shown.definition, shown.advice) if text]
    parts.append(_safety("Safety", shown.safety))
    if shown.claims:
        parts.append(f"<h4>What the documents say ({len(shown.claims)})</h4>")
        parts += map(_claim, shown.claims[:_MANY])
        parts.append(_more(len(shown.claims) - _MANY, "claims"))
    parts += (_safety(f"Safety of {other.words}", advices) for other, advices in shown.safety_beside[:_MANY])
    parts.append(_more(len(shown.safety_beside) - _MANY, "safety_beside"))
    if shown.neighbours:
        parts.append(f"<h4>Neighbours ({len(shown.neighbours)})</h4>")
        parts.append(_list(escape(each.words) for each in shown.neighbours[:_MANY]))
        parts.append(_more(len(shown.neighbours) - _MANY, "neighbours"))
    if shown.tensions:
        parts.append("<h4>Where documents do not agree</h4>")
        parts.append(_list(f"{_words(each.iri)}: {escape(each.explanation)}" for each in shown.tensions[:_MANY]))
        parts.append(_more(len(shown.tensions) - _MANY, "tensions"))
    if shown.identifiers:
        links = (f"{_link(each.iri, each.curie)} ({escape(each.vocabulary)})" for each in shown.identifiers)
        parts.append(f"<p>Elsewhere: {', '.join(links)}</p>")
    return "".join(parts) + note(shown.sources)


def rows(shown: Rows) -> str:
    """The rows of an answer as a table."""
    head = "".join(f'<th scope="col" {_CELL}>{escape(name)}</th>' for name in shown.variables)
    body = "".join(f"<tr>{''.join(f'<td {_CELL}>{_cell(value)}</td>' for value in row)}</tr>" for row in shown[:_ROWS])
    more = f"<p>… and {len(shown) - _ROWS} more rows</p>" if len(shown) > _ROWS else ""
    table = f"<table {_INHERIT}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return (table if len(shown) else "<p>No rows.</p>") + more + note(shown.sources)


def questions(shown: Iterable[Question]) -> str:
    """Named questions, with what can be chosen."""
    items = []
    for one in shown:
        chosen = "".join(
            f"<br><small><code>{escape(each.name)}</code>: {escape(each.help)}"
            f"{f' (else {escape(each.default)})' if each.default is not None else ''}</small>"
            for each in one.parameters
        )
        items.append(f"<code>{escape(one.name)}</code>: {escape(one.question)}{chosen}")
    return _list(items) if items else "<p>No questions.</p>"


def knowledge(shown: Knowledge) -> str:
    """A graph: how much there is, and from which documents."""
    return f"<p>{escape(shown.summary)}</p>" + note(shown.sources())


def note(sources: Iterable[Source]) -> str:
    """That it is not medical advice, and from which documents it is, each with what is known of its review."""
    parts = [escape(DISCLAIMER)]
    for source in sources:
        status = f": {escape(source.review_status)}" if source.review_status else ""
        due = f" Overdue for review from {source.stale_from}." if source.stale_from else ""
        parts.append(f"{_link(source.web_address, source.label)}{status}{due}")
    return f"<p><small>{'<br>'.join(parts)}</small></p>"


def _small(evidence: Iterable[Evidence]) -> str:
    found = {each.source.iri: each.source for each in evidence}
    return note(found[iri] for iri in sorted(found))


def _claim(shown: Claim) -> str:
    standing = f" <em>({escape(shown.note)})</em>" if shown.note else ""
    attached = "".join(f"<br>{escape(name)}: {escape(value)}" for name, value in shown.qualifiers)
    places = "<br>".join(escape(each.words) for each in shown.evidence)
    tensions = "".join(f"<br>in tension: {_words(each)}" for each in shown.tensions)
    return f"<div {_BOX}>{escape(shown.statement)}{standing}<small>{attached}{tensions}<br>{places}</small></div>"


def _safety(title: str, advices: Iterable[Advice]) -> str:
    found = list(advices)
    return f"<h4>{escape(title)}</h4>{_list(escape(each.text) for each in found)}" if found else ""


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, Iri):
        return escape(str(value))
    short = escape(value.curie)
    return f"{escape(value.label)}<br><small>{short}</small>" if value.label else short


def _more(number: int, attribute: str) -> str:
    return f"<p>… and {number} more in <code>.{attribute}</code></p>" if number > 0 else ""


def _words(iri: Iri) -> str:
    return escape(iri.words)


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _link(address: str, text: str) -> str:
    """A link where the address is one of the web; else the text alone."""
    if not is_web_address(address):
        return escape(text)
    return f'<a {_INHERIT} href="{escape(address)}" rel="noopener noreferrer">{escape(text)}</a>'


def is_web_address(address: str) -> bool:
    """Whether a link may lead there: by HTTP, to a named host, and without signs that a browser would skip."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    clean = address.isprintable() and not any(sign.isspace() for sign in address)
    return clean and parts.scheme in {"http", "https"} and bool(parts.hostname)
