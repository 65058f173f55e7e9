"""The schema.org file: what search engines and page makers get, and that schema.org's own words allow it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from jdm_kg.exports import Files, Release, loss
from jdm_kg.exports.claims import claims
from jdm_kg.exports.schemaorg import FORMATS
from jdm_kg.facts import Literal
from jdm_kg.iris import PREFIXES, name
from tests import releases, tools

(FORMAT,) = FORMATS
FILE = FORMAT.files[0]
SCHEMA = PREFIXES["schema"]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def files(release: Release) -> Files:
    """Its file."""
    return FORMAT.write(release)


@pytest.fixture(scope="module")
def graph(files: Files) -> list[Json]:
    """The nodes at the top of the file."""
    found: list[Json] = json.loads(files[FILE])["@graph"]
    return found


def _nodes(value: object) -> Iterator[Json]:
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for one in value.values():
            yield from _nodes(one)


def _of(release: Release) -> list[Json]:
    found: list[Json] = json.loads(FORMAT.write(release)[FILE])["@graph"]
    return found


@cache
def _vocabulary() -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]], set[str]]:
    """schema.org's own domains, ranges and superclasses by name, and the names that it has given up."""
    domains: dict[str, set[str]] = {}
    ranges: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    given_up: set[str] = set()
    tables = {"domainIncludes": domains, "rangeIncludes": ranges, "subClassOf": above}
    path = tools.node_modules() / "@vocabulary" / "schema" / "schema.nq"
    for quad in pyoxigraph.parse(path.read_bytes(), format=pyoxigraph.RdfFormat.N_QUADS):
        if not isinstance(quad.subject, pyoxigraph.NamedNode) or not isinstance(quad.object, pyoxigraph.NamedNode):
            continue
        subject, predicate, obj = (
            re.split("[/#]", node.value)[-1] for node in (quad.subject, quad.predicate, quad.object)
        )
        if predicate in tables:
            tables[predicate].setdefault(subject, set()).add(obj)
        if predicate == "supersededBy":
            given_up.add(subject)
    return domains, ranges, above, given_up


def _all_above(cls: str) -> set[str]:
    above = _vocabulary()[2]
    return {cls}.union(*(_all_above(one) for one in above.get(cls, ())))


def _misfits(graph: list[Json]) -> list[str]:
    """Where a property stands on a type that does not have it, or has a value that it does not take."""
    domains, ranges, _, given_up = _vocabulary()
    types: dict[str, set[str]] = {}
    for node in _nodes(graph):
        types.setdefault(node.get("@id", ""), set()).update(_all_above(node["@type"]))
    found = []
    for node in _nodes(graph):
        for term, values in node.items():
            if term.startswith("@"):
                continue
            where = f"{node['@type']}.{term}"
            if not domains.get(term, set()) & _all_above(node["@type"]) or term in given_up:
                found.append(f"{where} does not exist")
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, dict):
                    kinds = _all_above(value["@type"]) if "@type" in value else types.get(value["@id"], {"Thing"})
                else:
                    kinds = {"Number"} if isinstance(value, float) else {"Text", "URL", "Date"}
                if not kinds & ranges.get(term, set()):
                    found.append(f"{where} takes no {value}")
    return found


def test_every_property_fits_its_type_and_its_values(graph: list[Json]) -> None:
    """By schema.org's own vocabulary each property belongs to the type it stands on and takes the values it has."""
    assert _misfits(graph) == []


def test_the_range_checker_finds_what_does_not_fit() -> None:
    """The check of this file sees an unknown property, one of another type, and a value of the wrong kind."""
    condition = {"@type": "MedicalCondition", "@id": "a:b"}
    assert _misfits([condition]) == []
    assert len(_misfits([{**condition, "subtype": "x"}])) == 2
    assert _misfits([{**condition, "tissueSample": "x"}]) == ["MedicalCondition.tissueSample does not exist"]
    assert len(_misfits([{**condition, "signOrSymptom": "x"}])) == 1
    assert len(_misfits([{**condition, "signOrSymptom": [{"@type": "Drug"}]}])) == 1
    assert len(_misfits([{**condition, "epidemiology": {"@id": "a:b"}}])) == 1


def _compile(tmp_path: Path, graph: list[Json]) -> str:
    """What the TypeScript compiler says of the nodes as values of the types of `schema-dts`."""
    modules = tools.node_modules()
    (tmp_path / "node_modules").symlink_to(modules)
    types = sorted({node["@type"] for node in graph})
    lines = [f'import type {{ {", ".join(types)} }} from "schema-dts";']
    of_type = {cls: json.dumps([node for node in graph if node["@type"] == cls]) for cls in types}
    lines += [f"export const all{cls}: readonly {cls}[] = {values};" for cls, values in of_type.items()]
    (tmp_path / "file.ts").write_text("\n".join(lines), encoding="utf-8")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", ""]
    command = ["node", str(modules / "typescript" / "bin" / "tsc"), *options, "file.ts"]
    return subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True).stdout


def test_typescript_takes_it_for_schema_org(tmp_path: Path, graph: list[Json]) -> None:
    """The strict compiler accepts the file with the types of schema-dts: one claim of each form, and all else."""
    forms = {tuple(node): node for node in graph if node["@type"] == "Claim"}
    rest = [node for node in graph if node["@type"] != "Claim"]
    assert forms
    assert _compile(tmp_path, [*rest, *forms.values()]) == ""


def test_typescript_refuses_what_schema_org_has_not(tmp_path: Path, graph: list[Json]) -> None:
    """The same compilation fails when a condition gets a property that schema.org gave up."""
    condition = next(node for node in graph if node["@type"] == "MedicalCondition")
    said = _compile(tmp_path, [{"subtype": ["x"], "@id": condition["@id"], "@type": "MedicalCondition"}])
    assert "'\"subtype\"' does not exist" in said


def test_nothing_is_made_up_and_what_the_format_has_room_for_comes_back(files: Files, release: Release) -> None:
    """Read back, names, symptoms, tests, treatments, safety advice and codes of what is described are all there."""
    found = loss(FORMAT, files, release)
    assert found.invented == ()
    whole = ("hasSymptom", "hasDiagnosticTest", "hasTreatment", "hasTrigger", "mistakenFor", "hasBrandName")
    assert {f"vocab:{term}" for term in (*whole, "hasSideEffect", "lastReviewed")} & set(found.by_predicate) == set()
    carried = set(FORMAT.read(files, release))
    medical = {s for s, p, _ in carried if p == name("skos:definition")} - _of_kinds(release, "Person", "Organization")
    for curie in ("skos:prefLabel", "skos:exactMatch"):
        assert {t for t in release.facts if t[0] in medical and t[1] == name(curie)} <= carried


def _of_kinds(release: Release, *kinds: str) -> set[str]:
    return {node for kind in kinds for node in release.facts.instances(name(f"vocab:{kind}"))}


def test_no_remote_context_and_only_schema_org_terms(files: Files) -> None:
    """The context stands in the file, and as RDF every property and type is one of https schema.org."""
    document = json.loads(files[FILE])
    assert list(document) == ["@context", "@graph"]
    assert isinstance(document["@context"], dict)
    quads = list(pyoxigraph.parse(files[FILE], format=pyoxigraph.RdfFormat.JSON_LD))
    predicates = {quad.predicate.value for quad in quads}
    assert {p for p in predicates if not p.startswith(SCHEMA)} == {name("rdf:type")}
    types = {q.object.value for q in quads if q.predicate.value == name("rdf:type") and hasattr(q.object, "value")}
    assert all(cls.startswith(SCHEMA) for cls in types)


def test_a_treatment_never_stands_without_its_safety_advice(graph: list[Json], release: Release) -> None:
    """Wherever a thing with safety advice has a name, all its advice stands beside it."""
    facts = release.facts
    checked = 0
    for node in _nodes(graph):
        drug = node.get("drug")
        thing = node.get("@id") or (drug["@id"] if isinstance(drug, dict) else "")
        wanted = {
            text
            for advice in facts.resources(thing, name("vocab:hasSafetyAdvice"))
            for text in facts.texts(advice, name("vocab:adviceText"))
        }
        if "name" in node and wanted:
            shown = {*node.get("warning", ()), *(text.removeprefix("Safety: ") for text in node["description"])}
            assert wanted <= shown
            checked += 1
    assert checked > 10


def test_what_is_denied_or_hedged_stands_in_no_list(graph: list[Json], release: Release) -> None:
    """No condition has a symptom, treatment or cause that a document only denies or hedges."""
    lists = {"hasSymptom": "signOrSymptom", "hasTreatment": "possibleTreatment", "hasCause": "cause"}
    said = claims(release.facts)
    sound = {(c.subject, c.predicate, c.target) for c in said if not (c.denied or c.hedged or c.as_printed)}
    checked = 0
    for node in graph:
        for relation, term in lists.items():
            for other in node.get(term, ()):
                target = other.get("@id") or other["drug"]["@id"]
                edge = (node["@id"], name(f"vocab:{relation}"), target)
                checked += 1
                assert edge in sound or edge in release.facts
    assert checked > 50


def test_what_is_taken_for_granted_says_so(graph: list[Json], release: Release) -> None:
    """A listed symptom, test or treatment of which the graph has no edge is described as taken for granted."""
    checked = 0
    for node in graph:
        for relation, term in (("hasSymptom", "signOrSymptom"), ("hasTreatment", "possibleTreatment")):
            for other in node.get(term, ()):
                if "@id" in other and (node["@id"], name(f"vocab:{relation}"), other["@id"]) not in release.facts:
                    checked += 1
                    assert any(text.startswith("Taken for granted: ") for text in other["description"])
    assert checked


def test_triggers_are_no_causes(graph: list[Json], release: Release) -> None:
    """A trigger is a risk factor with every sentence that ties it to the condition, and never a cause."""
    triggers = release.facts.inverse(name("vocab:hasTrigger"))
    assert triggers
    for node in graph:
        causes = {cause["@id"] for cause in node.get("cause", ())}
        assert not causes & set(triggers)
        for risk in node.get("riskFactor", ()):
            sentences = [
                c.statement for c in claims(release.facts) if (c.subject, c.target) == (node["@id"], risk["@id"])
            ]
            assert set(sentences) <= set(risk["description"])


def test_the_page_tells_what_it_is(graph: list[Json], release: Release) -> None:
    """The first node is the page, with disclaimer, licence, version and sources; each source tells its review."""
    page = graph[0]
    assert page["@type"] == "MedicalWebPage"
    assert page["description"].startswith("Not medical advice")
    assert (page["version"], page["dateModified"]) == (release.version, release.modified)
    assert page["license"].startswith("https://creativecommons.org/licenses/by-sa/")
    sources = [node for node in graph[1]["subjectOf"] if node["@type"] == "MedicalWebPage"]
    assert sorted(page["isBasedOn"]) == sorted(node["@id"] for node in sources)
    assert all(node["description"] for node in sources)
    assert [node["lastReviewed"] for node in sources if "lastReviewed" in node] == ["2025-03"]


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.found: list[str] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        self.inside = tag == "script"
        self.found += [""] * self.inside

    def handle_endtag(self, _: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def test_no_text_ends_a_script_element(tmp_path: Path) -> None:
    """Put into HTML, the file stays one script whose JSON is whole, whatever a label holds."""
    evil = "</script><script>alert(1)</script><!-- & \u2028\u2029"
    label = (name("id:plip"), name("skos:altLabel"), Literal(evil, name("rdf:langString"), "en"))
    release = releases.small(tmp_path / "project", label)
    text = FORMAT.write(release)[FILE].decode("utf-8")
    assert not re.search("[<>&\u2028\u2029]", text)
    page = _Scripts()
    page.feed(f'<!doctype html><script type="application/ld+json">{text}</script><p>after</p>')
    assert len(page.found) == 1
    assert any(evil in node.get("alternateName", ()) for node in _nodes(json.loads(page.found[0])))


def test_another_condition_needs_no_code(tmp_path: Path) -> None:
    """The made-up condition of another project is described, and what is denied of it is not a symptom."""
    release = releases.small(tmp_path / "project")
    condition = _of(release)[1]
    assert (condition["@type"], condition["name"]) == ("MedicalCondition", "glump disease")
    assert [node["name"] for node in condition["signOrSymptom"]] == ["plip"]
    assert loss(FORMAT, FORMAT.write(release), release).invented == ()


def test_a_side_effect_is_one_of_a_therapy(tmp_path: Path) -> None:
    """A drug with a side effect is given again as a therapy with that drug, its harm and its safety advice."""
    relations = [
        ("glump-disease", "vocab:hasTreatment", "pill"),
        ("pill", "rdf:type", "vocab:Drug"),
        ("pill", "vocab:hasSideEffect", "hurt"),
        ("pill", "vocab:hasSafetyAdvice", "care"),
        ("care", "rdf:type", "vocab:SafetyAdvice"),
    ]
    triples = [(name(f"id:{s}"), name(p), name(o if ":" in o else f"id:{o}")) for s, p, o in relations]
    words = [("pill", "skos:prefLabel", "pill"), ("care", "vocab:adviceText", "Take care.")]
    texts = [(name(f"id:{s}"), name(p), Literal(o, name("rdf:langString"), "en")) for s, p, o in words]
    release = releases.small(tmp_path / "project", *triples, *texts)
    drug, therapy = _of(release)[1]["possibleTreatment"]
    assert (drug["@type"], drug["warning"]) == ("Drug", ["Take care."])
    assert therapy["@type"] == "MedicalTherapy"
    assert therapy["drug"] == {"@id": drug["@id"]}
    assert [harm["name"] for harm in therapy["adverseOutcome"]] == ["hurt"]
    assert therapy["description"] == ["Safety: Take care."]
    assert loss(FORMAT, FORMAT.write(release), release).invented == ()
