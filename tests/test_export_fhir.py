"""The FHIR bundle: HL7's models take it whole, its codes are FHIR's, and mappings point the right way."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.codesystem import CodeSystem
from fhir.resources.R4B.conceptmap import ConceptMap
from hypothesis import given
from hypothesis import strategies as st

from jdm_kg.exports import Release, fhir, loss
from jdm_kg.facts import Literal, Triple
from jdm_kg.iris import PREFIXES, name
from tests import releases

(FORMAT,) = fhir.FORMATS
# Value sets of FHIR R4B with a required binding, which the models do not check.
EQUIVALENCES = {
    "relatedto", "equivalent", "equal", "wider", "subsumes", "narrower", "specializes", "inexact", "unmatched",
    "disjoint",
}  # fmt: skip
STATUSES = {"draft", "active", "retired", "unknown"}
CONTENTS = {"not-present", "example", "fragment", "complete", "supplement"}
HIERARCHIES = {"grouped-by", "is-a", "part-of", "classified-with"}
PROPERTY_TYPES = {"code", "Coding", "string", "integer", "boolean", "dateTime", "decimal"}


@pytest.fixture(scope="module")
def release() -> Release:
    """The real release."""
    return releases.real()


@pytest.fixture(scope="module")
def bundle(release: Release) -> Any:  # noqa: ANN401 - JSON
    """Its bundle."""
    return json.loads(FORMAT.write(release)["fhir-bundle.json"])


def test_the_models_of_fhir_take_it_whole(bundle: Any) -> None:  # noqa: ANN401
    """Read by the R4B models and written again, it is the same: no element is unknown, missing or of another type."""
    read = Bundle.model_validate(bundle)
    assert [type(entry.resource) for entry in read.entry or ()] == [CodeSystem, ConceptMap]
    again = json.loads(read.model_dump_json())
    assert _without_zones(again) == _without_zones(bundle)
    with pytest.raises(ValueError, match="extra"):
        Bundle.model_validate({**bundle, "kind": "collection"})


def _without_zones(value: Any) -> Any:  # noqa: ANN401
    """JSON in which the instants +00:00 and Z look the same."""
    return json.loads(json.dumps(value).replace("+00:00", "Z"))


def test_codes_are_those_of_the_value_sets(bundle: Any) -> None:  # noqa: ANN401
    """Each element with a required binding has a code of its value set, and the draft says that it is one."""
    system, concept_map = (entry["resource"] for entry in bundle["entry"])
    assert bundle["type"] == "collection"
    for resource in (system, concept_map):
        assert resource["status"] in STATUSES
        assert (resource["status"], resource["experimental"]) == ("draft", True)
        assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", resource["name"])  # invariants csd-0, cmd-0
        assert "Not medical advice" in resource["description"]
        assert "CC BY-SA 4.0" in resource["copyright"]
        assert resource["text"]["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml">')
    assert system["content"] in CONTENTS
    assert system["hierarchyMeaning"] in HIERARCHIES
    assert {prop["type"] for prop in system["property"]} <= PROPERTY_TYPES
    targets = [target for group in concept_map["group"] for one in group["element"] for target in one["target"]]
    assert {target["equivalence"] for target in targets} <= EQUIVALENCES
    # Invariant cmd-1: what is narrower or inexact says in which sense.
    assert all(target.get("comment") for target in targets if target["equivalence"] in {"narrower", "inexact"})


def test_the_code_system_is_complete_and_sound(bundle: Any, release: Release) -> None:  # noqa: ANN401
    """Each thing is there once; codes that a property names are concepts; values are of the declared type."""
    system = bundle["entry"][0]["resource"]
    codes = [concept["code"] for concept in system["concept"]]
    things = [node for node in release.facts.instances(name("vocab:Entity")) if node.startswith(PREFIXES["id"])]
    assert {PREFIXES["id"] + code for code in codes} >= set(things)
    assert len(set(codes)) == len(codes) == system["count"] > 400  # invariant csd-1
    kinds = {prop["code"]: prop["type"] for prop in system["property"]}
    assert len({prop["uri"] for prop in system["property"]}) == len(kinds)
    for concept in system["concept"]:
        assert concept["display"]
        assert concept["definition"]
        for prop in concept["property"]:
            (key,) = set(prop) - {"code"}
            assert key == "value" + kinds[prop["code"]][:1].upper() + kinds[prop["code"]][1:]
            if key == "valueCode":
                assert prop["valueCode"] in codes


def test_there_is_one_group_for_each_terminology(bundle: Any, release: Release) -> None:  # noqa: ANN401
    """No two groups have the same target; every mapping of every thing is in one of them."""
    groups = bundle["entry"][1]["resource"]["group"]
    assert max(Counter(group["target"] for group in groups).values()) == 1
    assert all(re.fullmatch(r"https?://[^\s]+", group["target"]) for group in groups)
    told = sum(len(element["target"]) for group in groups for element in group["element"])
    said = sum(
        len(subjects_of_ours)
        for relation in fhir.EQUIVALENCES
        for subjects in release.facts.inverse(name(relation)).values()
        if (subjects_of_ours := [node for node in subjects if node.startswith(PREFIXES["id"])])
    )
    assert told == said > 500


@pytest.mark.parametrize(
    ("relation", "equivalence"),
    [("broadMatch", "wider"), ("narrowMatch", "narrower"), ("exactMatch", "equivalent"), ("closeMatch", "inexact")],
)
def test_a_mapping_keeps_its_direction(relation: str, equivalence: str, tmp_path: Path) -> None:
    """What SKOS says of the target, that it is wider, FHIR says of the target too."""
    triple = (name("id:") + "plip", name(f"skos:{relation}"), "http://loinc.org/rdf/1-2")
    release = releases.small(tmp_path, triple)
    written = FORMAT.write(release)
    (group,) = json.loads(written["fhir-bundle.json"])["entry"][1]["resource"]["group"]
    assert (group["source"], group["target"]) == (PREFIXES["id"], "http://loinc.org")
    (element,) = group["element"]
    assert element["code"] == "plip"
    assert [(one["code"], one["equivalence"]) for one in element["target"]] == [("1-2", equivalence)]
    assert triple in set(FORMAT.read(written, release))


def test_a_deprecated_thing_is_inactive(tmp_path: Path) -> None:
    """A thing that is no longer used says so, with what replaces it and its names in other languages."""
    plip, boolean, text = name("id:") + "plip", name("xsd:boolean"), name("rdf:langString")
    triples: list[Triple] = [
        (plip, name("owl:deprecated"), Literal("true", boolean)),
        (plip, name("dcterms:isReplacedBy"), name("id:") + "hurt"),
        (plip, name("skos:altLabel"), Literal("plippe", text, "en-gb")),
    ]
    release = releases.small(tmp_path, *triples)
    written = FORMAT.write(release)
    Bundle.model_validate_json(written["fhir-bundle.json"])
    assert set(triples) <= set(FORMAT.read(written, release))
    assert b'"language": "en-GB"' in written["fhir-bundle.json"]
    assert loss(FORMAT, written, release).invented == ()


def test_names_definitions_and_mappings_come_back(release: Release) -> None:
    """Read back, nothing is made up, and no name, definition or mapping of a thing is lost."""
    files = FORMAT.write(release)
    assert loss(FORMAT, files, release).invented == ()
    carried = set(FORMAT.read(files, release))
    curies = ["skos:prefLabel", "skos:altLabel", "skos:definition", "skos:broader", *fhir.EQUIVALENCES]
    wanted = {name(curie) for curie in curies}
    said = {t for t in release.facts if t[0].startswith(PREFIXES["id"]) and t[1] in wanted}
    assert said - carried == set()


def test_a_treatment_has_its_safety_advice(bundle: Any, release: Release) -> None:  # noqa: ANN401
    """Every concept with safety advice carries its words."""
    advised = release.facts.inverse(name("vocab:hasSafetyAdvice"))
    told = {
        (concept["code"], prop["valueString"])
        for concept in bundle["entry"][0]["resource"]["concept"]
        for prop in concept["property"]
        if prop["code"] == "safetyAdviceText"
    }
    wanted = {
        (node.removeprefix(PREFIXES["id"]), release.facts.texts(str(advice), name("vocab:adviceText"))[0])
        for advice, nodes in advised.items()
        for node in nodes
    }
    assert told == wanted != set()


def test_without_mappings_there_is_no_empty_list(tmp_path: Path) -> None:
    """FHIR forbids empty lists; a project without mappings has a ConceptMap without groups."""
    release = releases.small(tmp_path)
    written = FORMAT.write(release)
    assert b"[]" not in written["fhir-bundle.json"]
    Bundle.model_validate_json(written["fhir-bundle.json"])
    assert loss(FORMAT, written, release).invented == ()


@given(
    st.sampled_from([start for start, _, _ in fhir.systems()] + [PREFIXES["obo"] + "ABC_", "https://e.org/x#"]),
    st.from_regex(r"[A-Z]?[0-9]{1,7}(\.[0-9])?", fullmatch=True),
)
def test_a_code_leads_back_to_its_identifier(start: str, local: str) -> None:
    """System and code give the identifier again, and the code is what FHIR takes for one."""
    system, code = fhir.code_of(start + local)
    assert fhir.iri_of(system, code) == start + local
    assert re.fullmatch(r"[^\s]+(\s[^\s]+)*", code)
