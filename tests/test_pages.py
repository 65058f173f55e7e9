"""The pages of the server, as HTML: what must stand on them, and what must not, whatever the data holds."""

from __future__ import annotations

import io
import json
import re
import tarfile
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph
import pytest

from jdm_kg import questions, store
from jdm_kg.errors import InputError
from jdm_kg.exports import common
from jdm_kg.facts import Facts, convert
from jdm_kg.iris import BASE, PREFIXES, expand, name
from jdm_kg.knowledge import Knowledge
from jdm_kg.knowledge.things import Claim
from jdm_kg.serve import fetching, pages
from jdm_kg.serve.pages import asking, linked, searching
from tests import hostile
from tests.content import ROOT

DAY = date(2026, 11, 22)
CONDITION = "id:juvenile-dermatomyositis"


@cache
def known() -> Knowledge:
    """The project's own graph, with what follows from it."""
    return Knowledge(store.read_file(str(ROOT / "exports" / "jdm-kg.nt")).store)


@cache
def attacked() -> Knowledge:
    """A graph in which every text is a trick."""
    made = pyoxigraph.Store()
    made.bulk_load(input=hostile.turtle().encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return Knowledge(made)


class Page(HTMLParser):
    """A page, taken apart as a browser would."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        self._inside = tag if tag in {"script", "style"} else self._inside

    def handle_endtag(self, tag: str) -> None:
        """Note that it ends."""
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        """Note a text."""
        (self.scripts if self._inside else self.words).append(data)

    @property
    def text(self) -> str:
        """What is to be read, with single spaces."""
        return " ".join("".join(self.words).split())

    def links(self) -> list[str]:
        """All addresses that it leads to."""
        return [attributes["href"] for _, attributes in self.tags if "href" in attributes]


def page(curie: str, knowledge: Knowledge | None = None, today: date = DAY) -> Page:
    """The page of a node."""
    text = pages.thing_html(knowledge or known(), expand(curie), today=today)
    assert text is not None, curie
    return Page(text)


def assert_harmless(shown: Page) -> None:
    """Nothing on a page runs, and every link leads to this server or to the web."""
    for tag, attributes in shown.tags:
        assert tag not in {"style", "iframe", "object", "embed", "base", "svg", "img"}
        assert not [key for key in attributes if key.startswith("on") or key in {"style", "srcdoc"}], (tag, attributes)
        if tag == "script":
            is_data = attributes.get("type") in {"application/ld+json", "application/json"}
            assert is_data or attributes["src"].startswith(("/static/", "/vendor/"))
        for key in ("href", "src", "action"):
            if key in attributes:
                assert re.match(r"/(?!/)|#|https?://", attributes[key]), attributes
    assert "49" not in re.findall(r"\b\d+\b", "".join(shown.words)), "a template ran"


# --- Things ---


def test_a_page_shows_names_definition_and_statements() -> None:
    """The page of a thing has its name, synonyms, definition, and each statement about it as the document makes it."""
    shown = page("id:muscle-pain")
    thing = known().thing("muscle pain")
    assert "Muscle pain" in shown.text
    assert all(synonym in shown.text for synonym in thing.synonyms)
    assert thing.definition in shown.text
    assert thing.claims
    for claim in thing.claims:
        assert claim.statement in shown.text
        for evidence in claim.evidence:
            assert f"/passage/{evidence.passage.name}" in shown.links()
            assert f"characters {evidence.start} to {evidence.end}" in shown.text
            assert evidence.web_address in shown.links()


def test_safety_advice_comes_before_what_documents_say() -> None:
    """On the page of everything that has safety advice, all of it stands before the first statement."""
    facts = known().facts
    bearers = [node for node in known().things() if facts.resources(node, name("vocab:hasSafetyAdvice"))]
    assert len(bearers) > 10
    for node in bearers:
        text = page(node).text
        before = text.split("What the documents say", 1)[0] if known().thing(node).claims else text
        for advice in facts.resources(node, name("vocab:hasSafetyAdvice")):
            assert common.text(facts, advice, "vocab:adviceText") in before, (node, advice)


@pytest.mark.parametrize("kind", ["vocab:ClinicalFeature", "vocab:Claim", "vocab:Tension", "vocab:Section"])
def test_no_treatment_is_named_without_its_warnings(kind: str) -> None:
    """Where the statements of a page name a treatment, its safety advice stands on the page too."""
    facts = known().facts
    nodes = facts.instances(name(kind))
    seen = 0
    for node in nodes[:: max(1, len(nodes) // 40)]:
        shown = page(node)
        claims = {link.removeprefix("/claim/") for link in shown.links() if link.startswith("/claim/")}
        wanted = common.safety_of_records(facts, [PREFIXES["claim"] + claim for claim in claims])
        seen += len(wanted)
        assert [text for text in wanted if text not in shown.text] == [], node
    assert seen


def first(standing: str) -> Claim:
    """A claim that stands so."""
    return next(claim for claim in known().claims() if claim.standing == standing)


def test_a_denial_is_told_as_a_denial() -> None:
    """A denied claim is marked so in words, on its own page and on that of its subject."""
    claim = first("denied")
    assert "Denied: the document says that it is not so" in page(claim.iri).text
    assert "Denied:" in page(claim.subject).text
    assert "Denied:" not in page(first("stated").iri).text


def test_a_hedge_stays_a_hedge() -> None:
    """A hedged claim tells how sure the document is, and by which of its words that is known."""
    claim = next(claim for claim in known().claims() if claim.standing == "hedged" and claim.certainty_cue)
    text = page(claim.iri).text
    assert f"Not said outright: {claim.certainty.words}." in text
    assert all(cue in text for cue in claim.certainty_cue)


def test_a_fault_of_the_document_is_told_as_one() -> None:
    """What a document prints wrongly is marked so."""
    assert "As printed:" in page(first("as printed").iri).text


def test_frequency_population_and_circumstances_are_shown() -> None:
    """A statement keeps the wording of its frequency, for whom it holds, and when."""
    shown = page("claim:wp-021-01").text
    assert "How often" in shown
    assert "About half" in shown
    assert "children" in shown
    assert "40 to 60 %, by a rule of the curators" in shown


def test_disagreements_and_faults_stand_on_the_page() -> None:
    """A thing's page has each tension and each defect of the document that touches its statements."""
    thing = known().thing("muscle pain")
    shown = page(thing.iri)
    assert thing.tensions
    assert thing.defects
    assert all(tension.explanation in shown.text for tension in thing.tensions)
    assert all(defect.explanation in shown.text for defect in thing.defects)


def test_identifiers_elsewhere_are_links() -> None:
    """What other terminologies call a thing can be followed."""
    thing = known().thing("muscle pain")
    assert thing.identifiers
    assert {identifier.iri for identifier in thing.identifiers} <= set(page(thing.iri).links())


def test_every_page_says_what_it_is_not_and_where_it_comes_from() -> None:
    """Each page says that it is no medical advice, and names each document with the state of its review."""
    texts = [page(node).text for node in ("id:muscle-pain", "claim:wp-021-01", "vocab:Claim", "source:mduk-jdm")]
    texts += [Page(pages.front_html(known(), today=DAY)).text, Page(pages.editor_html(known(), today=DAY)).text]
    for text in texts:
        assert "Not medical advice." in text
        assert "as of 22 November 2026" in text
        assert all(source.label in text for source in known().sources())
        assert "Last reviewed in March 2025; the next review is due in March 2028" in text
        assert "It does not tell when it was reviewed" in text


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2028, 3, 31), "Its review is in date."), (date(2028, 4, 1), "Its review is overdue: what it says may be")],
)
def test_a_review_becomes_overdue_on_its_day(day: date, told: str) -> None:
    """Whether a document is overdue for review is told for the day on which the page is made."""
    assert told in page("source:mduk-jdm", today=day).text
    assert told in page("id:muscle-pain", today=day).text


def test_everything_has_a_page_and_every_link_leads_somewhere() -> None:
    """Of each kind of node some have pages, and each link on them to this server names something that has one."""
    facts = known().facts
    served = {"editor", "docs", "static", "vendor", "doc", "exports", "v1", "openapi.json", ""}
    wanted = {node for node in facts.nodes if node.startswith(BASE)}
    kinds: dict[str, list[str]] = {}
    for node in sorted(wanted):
        kinds.setdefault(node.removeprefix(BASE).partition("/")[0], []).append(node)
    assert {"id", "claim", "passage", "source", "tension", "defect", "vocab"} <= kinds.keys()
    for nodes in kinds.values():
        for node in nodes[:: max(1, len(nodes) // 12)]:
            shown = page(node)
            assert_harmless(shown)
            for link in shown.links():
                path = link.partition("#")[0].removeprefix("/")
                if link.startswith("/") and path.partition("/")[0] not in served:
                    assert BASE + path in wanted, (node, link)


@pytest.mark.parametrize("iri", ["id:no-such-thing", "https://example.org/", "", "https://w3id.org/jdm-kg/", "id:"])
def test_what_is_unknown_has_no_page(iri: str) -> None:
    """There is no page, and no JSON-LD, of what the graph does not know."""
    assert pages.thing_html(known(), expand(iri)) is None
    assert pages.thing_jsonld(known(), expand(iri)) is None


def test_a_page_is_well_formed() -> None:
    """A page has its language, one main part, one first heading, a way past the head, and no identifier twice."""
    for shown in (page(CONDITION), Page(pages.front_html(known(), today=DAY)), page("passage:wp-021")):
        assert ("html", {"lang": "en"}) in shown.tags
        names = [tag for tag, _ in shown.tags]
        assert names.count("main") == names.count("h1") == 1
        assert ("a", {"class": "skip", "href": "#main"}) in shown.tags
        ids = [attributes["id"] for _, attributes in shown.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        named = [attributes["aria-labelledby"] for _, attributes in shown.tags if "aria-labelledby" in attributes]
        assert set(named) <= set(ids)
        assert {link[1:] for link in shown.links() if link.startswith("#")} <= set(ids)


# --- Data ---


def triples(document: bytes | str) -> set[pyoxigraph.Triple]:
    """The triples of a JSON-LD document."""
    return {quad.triple for quad in pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.JSON_LD)}


def embedded(shown: Page) -> str:
    """The JSON-LD that a page holds."""
    return next(text for text in shown.scripts if text.startswith('{"@context"'))


def test_the_page_holds_its_node_as_json_ld() -> None:
    """The JSON-LD in a page is what the graph says of the node, and nothing of it can end the script element."""
    node = pyoxigraph.NamedNode(expand("id:muscle-pain"))
    found = triples(embedded(page("id:muscle-pain")))
    assert found == {quad.triple for quad in known().store.quads_for_pattern(node, None, None)}


@pytest.mark.parametrize(
    "curie", [CONDITION, "id:prednisolone", "claim:wp-021-01", "vocab:Treatment", "passage:wp-021"]
)
def test_json_ld_of_a_node_is_part_of_the_graph(curie: str) -> None:
    """All that the JSON-LD of a node says stands in the graph, and all that the graph says of the node stands in it."""
    made = pages.thing_jsonld(known(), expand(curie))
    assert made is not None
    as_facts = Facts(convert(pyoxigraph.Quad(t.subject, t.predicate, t.object) for t in triples(made)))
    of_node = known().facts.of(expand(curie))
    assert {p: set(map(str, values)) for p, values in as_facts.of(expand(curie)).items() if "equivalent" not in p} == {
        p: set(map(str, values)) for p, values in of_node.items() if "equivalent" not in p
    }
    assert all(t in known().facts for t in as_facts if "_:" not in f"{t[0]}{t[2]}")
    for advice in known().facts.resources(expand(curie), name("vocab:hasSafetyAdvice")):
        assert as_facts.texts(advice, name("vocab:adviceText"))


def test_json_in_a_page_can_not_leave_its_element() -> None:
    """Signs that HTML or old scripts read are escaped in embedded JSON, which stays the same JSON."""
    value = {"a": "</script><!--&\u2028\u2029"}
    text = linked.for_html(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == value


# --- The front page ---


def test_the_front_page_lists_every_thing() -> None:
    """Each thing has its link on the front page, and so have editor, description and files."""
    links = Page(pages.front_html(known(), today=DAY)).links()
    assert {f"/id/{node.name}" for node in known().things()} <= set(links)
    assert {"/editor", "/docs", "/openapi.json", "/vocab/", "/v1/index.json"} <= set(links)


@pytest.mark.parametrize(
    ("search", "wanted"), [("myalgia", "muscle-pain"), ("MUSCLE  pain", "muscle-pain"), ("pain muscl", "muscle-pain")]
)
def test_search_finds_by_name_and_synonym(search: str, wanted: str) -> None:
    """A search looks at all names, whatever their case and the order of words."""
    found = pages.front_html(known(), search, today=DAY).split('class="found"')[1].split("</ol>")[0]
    assert f"/id/{wanted}" in Page(found).links()


def test_search_puts_the_best_first() -> None:
    """The thing that is called as was searched for comes before those that only begin so."""
    assert searching.rank(["muscle"], "muscle") == 0
    ranks = [
        searching.rank(names, "muscle") for names in (["muscle"], ["x", "muscle"], ["muscle pain"], ["big muscle"])
    ]
    assert ranks == sorted(ranks, key=lambda rank: rank if rank is not None else 99)
    assert searching.rank(["muscle"], "skin") is None


def test_search_tells_what_is_near() -> None:
    """For a slip of the pen, names that are spelt nearly so are told."""
    shown = Page(pages.front_html(known(), "muscel", today=DAY))
    assert "Near in spelling: muscle" in shown.text


def test_search_is_plain_html() -> None:
    """The search is a form that any browser can send."""
    forms = [attributes for tag, attributes in Page(pages.front_html(known(), today=DAY)).tags if tag == "form"]
    assert {"action": "/", "method": "get", "role": "search", "class": "search"} in forms


# --- The editor ---


def test_the_editor_begins_with_what_is_given() -> None:
    """The query of the address stands in the plain form and is given to the script, as it is."""
    query = 'SELECT * { ?s ?p "</textarea><script>" }'
    shown = Page(pages.editor_html(known(), query, today=DAY))
    assert_harmless(shown)
    settings = json.loads(next(text for text in shown.scripts if '"questions"' in text))
    assert settings["query"] == query
    assert query in "".join(shown.words)


def test_the_editor_lists_all_questions() -> None:
    """Each named question that can be asked as it is has a link that works without script, and its text is a query."""
    shown = Page(pages.editor_html(known(), today=DAY))
    settings = json.loads(next(text for text in shown.scripts if '"questions"' in text))
    wanted = {one.name for one in questions.catalogue().values() if all(p.default is not None for p in one.parameters)}
    assert settings["questions"].keys() == wanted
    assert {f"/editor?question={one}" for one in wanted} <= set(shown.links())
    some = sorted(wanted)[:: max(1, len(wanted) // 10)]
    for one in some:
        text = settings["questions"][one]["text"]
        assert text.startswith("# ")
        assert "$" not in re.sub(r"#.*", "", text)
        shown = Page(pages.editor_html(known(), question=one, today=DAY))
        assert text.strip() in "".join(shown.words)


def test_the_editor_completes_words_of_the_project_only() -> None:
    """Completions are classes, properties, values and things of ours, with their synonyms, and our prefixes."""
    made = json.loads(pages.completions(known()))
    assert made["prefixes"] == dict(PREFIXES)
    by_name = {term["name"]: term for term in made["terms"]}
    assert by_name["vocab:hasSymptom"] | {"synonyms": []} == {
        "iri": PREFIXES["vocab"] + "hasSymptom",
        "name": "vocab:hasSymptom",
        "kind": "property",
        "label": "has symptom",
        "synonyms": [],
    }
    assert by_name["vocab:Condition"]["kind"] == "class"
    assert by_name["id:muscle-pain"]["kind"] == "thing"
    assert "myalgia" in by_name["id:muscle-pain"]["synonyms"]
    assert {term["kind"] for term in made["terms"]} == {"class", "property", "value", "thing"}


def test_without_the_editor_the_plain_form_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the editor of other people was never fetched, the page asks for none of its files."""
    monkeypatch.setattr(fetching, "FOLDER", tmp_path)
    asking.editor_is_there.cache_clear()
    shown = Page(pages.editor_html(known(), today=DAY))
    asking.editor_is_there.cache_clear()
    assert not [link for link in shown.links() if link.startswith("/vendor/")]
    assert not [attributes for _, attributes in shown.tags if attributes.get("src", "").startswith("/vendor/")]
    forms = [attributes for tag, attributes in shown.tags if tag == "form"]
    assert {"id": "plain", "class": "plain", "action": "/sparql", "method": "get"} in forms


def test_an_answer_is_a_table_with_names() -> None:
    """Rows are shown as a table: IRIs short, with links and labels; texts as they are; unbound cells empty."""
    results = {
        "head": {"vars": ["thing", "text", "gap"]},
        "results": {
            "bindings": [
                {
                    "thing": {"type": "uri", "value": expand("id:muscle-pain")},
                    "text": {"type": "literal", "value": hostile.SCRIPT, "xml:lang": "de"},
                },
                {"thing": {"type": "uri", "value": "no IRI at all"}, "gap": {"type": "bnode", "value": "b0"}},
                {
                    "thing": {"type": "uri", "value": "javascript:canary(1)"},
                    "text": {"type": "literal", "value": "2", "datatype": PREFIXES["xsd"] + "integer"},
                },
            ]
        },
    }
    shown = Page(pages.answer_html(known(), "SELECT *", results=json.dumps(results).encode(), today=DAY))
    assert_harmless(shown)
    assert "id:muscle-pain muscle pain" in shown.text
    assert hostile.SCRIPT in shown.text
    assert "2 xsd:integer" in shown.text
    assert "/id/muscle-pain" in shown.links()
    assert "javascript:canary(1)" in shown.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"results": b'{"head": {}, "boolean": true}'}, "Yes"),
        ({"results": b'{"head": {}, "boolean": false}'}, "No"),
        ({"results": b'{"head": {"vars": []}, "results": {"bindings": []}}'}, "Nothing fits"),
        ({"text": "<a> <b> <c> ."}, "<a> <b> <c> ."),
        ({"error": "line 1: <that> is wrong"}, "line 1: <that> is wrong"),
    ],
)
def test_other_answers_are_told_in_words(given: dict[str, object], told: str) -> None:
    """Yes, no, nothing, triples and errors are told so, and the query can be mended below."""
    shown = Page(pages.answer_html(known(), "ASK {}", today=DAY, **given))  # type: ignore[arg-type]
    assert told in shown.text
    assert "ASK {}" in shown.text


def test_the_description_for_programs_can_be_read() -> None:
    """Paths, parameters and answers of an OpenAPI document stand on its page, those behind references too."""
    description = {
        "info": {"title": "it", "version": "7", "description": hostile.IMAGE},
        "paths": {
            "/a/{b}": {
                "parameters": [{"$ref": "#/components/parameters/b"}],
                "get": {
                    "summary": "gets a",
                    "responses": {"200": {"description": "fine", "content": {"text/csv": {}}}},
                },
                "post": {"requestBody": {"content": {"text/plain": {}}}, "responses": {}},
            }
        },
        "components": {
            "parameters": {
                "b": {
                    "name": "b",
                    "in": "path",
                    "required": True,
                    "description": "which",
                    "schema": {"enum": ["x", "y"]},
                }
            }
        },
    }
    shown = Page(pages.openapi_html(known(), description, today=DAY))
    assert_harmless(shown)
    for told in (
        "it, version 7",
        "GET /a/{b}",
        "gets a",
        "POST /a/{b}",
        "which path, required, one of x, y",
        "text/csv",
    ):
        assert told in shown.text


# --- Hostile data ---


@pytest.mark.parametrize("path", hostile.NODES)
def test_hostile_data_is_shown_and_not_run(path: str) -> None:
    """Whatever stands in labels, texts and addresses, a page shows it as text and links to nothing but the web."""
    text = pages.thing_html(attacked(), BASE + path, today=DAY)
    assert text is not None
    shown = Page(text)
    assert_harmless(shown)
    assert "canary" in shown.text
    json.loads(embedded(shown))


def test_hostile_data_on_other_pages() -> None:
    """The same holds for the front page, searches, the editor and answers."""
    kg = attacked()
    texts = [pages.front_html(kg, search) for search in ("", "canary", *hostile.TEXTS)]
    texts += [pages.editor_html(kg, text) for text in hostile.TEXTS]
    texts += [pages.answer_html(kg, text, error=text, text=text) for text in hostile.TEXTS]
    for text in texts:
        assert_harmless(Page(text))
    assert json.loads(pages.completions(kg))


def test_texts_of_either_direction_are_kept_apart() -> None:
    """A text that turns the direction of writing stands in an element of its own."""
    text = pages.thing_html(attacked(), BASE + f"id/thing-{hostile.TEXTS.index(hostile.BIDI)}", today=DAY)
    assert text is not None
    body = text.split("<body>")[1]
    assert body.count(hostile.BIDI) == len(re.findall(rf"<bdi[^>]*>[^<]*{re.escape(hostile.BIDI)}[^<]*</bdi>", body))


def test_what_is_deprecated_leads_on() -> None:
    """A thing that is no longer in use says so and leads to what takes its place."""
    shown = page("id:thing-0", attacked())
    assert "No longer in use." in shown.text
    assert "/id/thing-2" in shown.links()


# --- The editor of other people ---


def test_the_lock_file_names_no_registry() -> None:
    """The editor's lock file holds versions and digests, and not the address of somebody's mirror."""
    listed = json.loads((Path(fetching.__file__).parent / "npm" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for path, entry in listed["packages"].items() if path]
    assert packages
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages)


def test_a_file_that_was_changed_is_refused() -> None:
    """A download that is not what the lock file lists is refused, with what to do."""
    fetching.check(
        b"", "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", "x"
    )
    for digest in ("sha512-AAAA", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", ""):
        with pytest.raises(InputError, match="is not the file that the lock file lists"):
            fetching.check(b"", digest, "https://example.org/x.tgz")


def test_only_what_is_wanted_is_unpacked(tmp_path: Path) -> None:
    """Of a package its description, licence and files of the editor are taken, and nothing leaves its folder."""
    packed = io.BytesIO()
    names = ("package.json", "LICENSE.md", "build/yasgui.min.js", "build/other.js", "../../outside", "lib/LICENSE")
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for inner in names:
            member = tarfile.TarInfo(f"package/{inner}")
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
    target = tmp_path / "a" / "b"
    fetching._unpack(packed.getvalue(), target, "@zazuko/yasgui")
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"a/b/package.json", "a/b/LICENSE.md", "a/b/build/yasgui.min.js"}
