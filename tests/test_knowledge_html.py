"""How things, claims and answers look in a notebook: nothing in them can act, and they say where they are from."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser

import pytest

from jdm_kg.exports.common import DISCLAIMER
from jdm_kg.knowledge import Knowledge, Rows
from jdm_kg.knowledge.notebook import is_web_address
from tests.knowing import real, small, stores, with_more

__all__ = ["real", "small", "stores"]  # fixtures

VOID = {"br"}
HARMLESS = {
    *("a", "br", "code", "div", "em", "h3", "h4", "li", "p", "small", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x' &amp;"


class Page(HTMLParser):
    """The tags, attributes and text of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags.append(tag)
        self.attributes += [(key, value or "") for key, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See to it that tags are closed in their order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.said.append(data)

    @property
    def text(self) -> str:
        """All text."""
        return "".join(self.said)


def page(shown: object) -> Page:
    """What a notebook shows of a value."""
    made = Page(shown._repr_html_())  # type: ignore[attr-defined]  # each of them has one
    assert made.open == []
    assert set(made.tags) <= HARMLESS
    assert {key for key, _ in made.attributes} <= {"href", "rel", "scope", "style"}
    assert all(value.startswith(("https://", "http://")) for key, value in made.attributes if key == "href")
    styles = {value.replace("color:inherit", "") for key, value in made.attributes if key == "style"}
    assert not any("color" in style or "background" in style or "url(" in style for style in styles)
    return made


def everything(graph: Knowledge) -> list[object]:
    """One of each kind of value that a notebook can show."""
    found = graph.query("SELECT * { ?thing skos:prefLabel ?label OPTIONAL { ?thing vocab:webAddress ?address } }")
    records: list[object] = [graph, found, graph.questions()]
    return [*records, *map(graph.thing, graph.things()), *graph.claims(), *graph.tensions()]


def test_all_that_is_shown_is_sound_and_says_what_it_is(real: Knowledge) -> None:
    """Tags are few, harmless and closed; what shows statements says that it is no advice, and whose it is."""
    for shown in everything(real):
        text = page(shown).text
        if shown != real.questions():
            assert DISCLAIMER in text
    for claim in real.claims():
        text = page(claim).text
        source = claim.evidence[0].source
        assert claim.statement in text
        assert source.label in text
        assert source.review_status in text
        assert (f"({claim.note})" in text) == bool(claim.note)


def test_nothing_in_a_graph_can_act(small: Knowledge) -> None:
    """Labels, statements and addresses with markup or scripts in them are shown as text, and lead nowhere."""
    literal = '"""' + EVIL.replace('"', '\\"') + '"""'
    evil = with_more(
        small,
        f"id:evil a vocab:ClinicalFeature, vocab:Odd ; skos:prefLabel {literal}@en ; skos:altLabel {literal}@en ;"
        f" skos:definition {literal}@en ; skos:exactMatch <javascript:alert(1)> ; vocab:inBodySystem id:noise-system ."
        f" vocab:Odd rdfs:label {literal}@en . vocab:note rdfs:label {literal}@en ."
        f" claim:evil a vocab:Claim ; vocab:subject id:evil ; vocab:predicate vocab:hasSymptom ; vocab:object id:evil ;"
        f" vocab:polarity vocab:affirmed ; vocab:certainty vocab:believed ; vocab:statement {literal}@en ;"
        f" vocab:certaintyCue {literal}@en ; vocab:note {literal} ; vocab:restsOn passage:evil ."
        f" passage:evil vocab:inSource source:evil ; oa:start 0 ; oa:end 1 ."
        f" source:evil a vocab:SourceDocument ; skos:prefLabel {literal}@en ; vocab:reviewStatus {literal}@en ;"
        f' vocab:webAddress "javascript:alert(1)" .'
        f" tension:evil a vocab:Tension ; skos:prefLabel {literal}@en ; vocab:explanation {literal}@en ;"
        f" vocab:between claim:evil, claim:one-002-01 .",
    )
    for shown in everything(evil):
        page(shown)
    thing = page(evil.thing("evil"))
    assert thing.text.count(EVIL) > 5
    assert not any("javascript" in value for _, value in thing.attributes)
    assert EVIL in page(evil.query("SELECT * { ?s skos:prefLabel ?label } ORDER BY DESC(?label)")).text
    assert "<script" not in page(Rows((EVIL,), [(EVIL,)])).tags


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org", True),
        ("HTTPS://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:", False),
        ("https://[", False),
        ("https://example.org/\u202e", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(address: str, expected: bool) -> None:
    """A link leads to a named host by HTTP, or is no link."""
    assert is_web_address(address) is expected


def test_much_is_cut_short(real: Knowledge) -> None:
    """A thing with hundreds of claims, and an answer of hundreds of rows, stay small, and say what is left out."""
    big = max((real.thing(thing) for thing in real.things()), key=lambda thing: len(thing.claims))
    assert f"and {len(big.claims) - 12} more in .claims" in page(big).text
    assert len(big._repr_html_()) < 40_000
    rows = Rows(("n",), [(n,) for n in range(60)])
    assert "and 10 more rows" in page(rows).text
    assert page(Rows(("n",), [])).text.startswith("No rows.")


def test_safety_comes_before_all_else(real: Knowledge) -> None:
    """All safety advice of a thing is shown, before what the documents say of it."""
    for thing in map(real.thing, real.things()):
        if thing.safety:
            text = page(thing).text
            safety = [text.index(advice.text) for advice in thing.safety]
            assert not thing.claims or max(safety) < text.index("What the documents say")
