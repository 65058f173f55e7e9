"""Our things as a FHIR R4B bundle: a CodeSystem, and a ConceptMap with a group for each terminology of others.

A code of ours appended to the system gives the IRI of the thing. Claims are not in it: FHIR says what a patient has or
takes, and has no resource for what a text says about patients in general.

Source: HL7 FHIR R4B (4.3.0), Bundle, CodeSystem and ConceptMap with their invariants.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from jdm_kg.exports import common, dataset
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Literal, Triple
from jdm_kg.iris import BASE, PREFIXES, is_own, name

FILE = "fhir-bundle.json"
SYSTEM = PREFIXES["id"]
"""The system of our codes."""

Json = dict[str, Any]

_LANG_STRING = name("rdf:langString")
_TYPE = name("rdf:type")
_OBO = PREFIXES["obo"]

_OWL = ".owl"


@dataclass(frozen=True)
class Equivalence:
    """How FHIR says a mapping relation; `comment` where an invariant (cmd-1) or a careful reader wants one."""

    code: str
    comment: str = ""


# Source: FHIR R4B, code system ConceptMapEquivalence. Like SKOS, it says of the target what it is to the source:
# skos:broadMatch points to something wider. Identifiers that "mean the same" are equivalent; equal would say that the
# definitions do not differ in a word.
EQUIVALENCES = MappingProxyType(
    {
        "skos:exactMatch": Equivalence("equivalent"),
        "skos:closeMatch": Equivalence("inexact", "Nearly the same; the bounds of the two meanings may differ."),
        "skos:broadMatch": Equivalence("wider"),
        "skos:narrowMatch": Equivalence("narrower", "The target covers only a part of what the source means."),
        "skos:relatedMatch": Equivalence("relatedto", "Related in meaning, without one being a kind of the other."),
    }
)
_RELATIONS = {equivalence.code: relation for relation, equivalence in EQUIVALENCES.items()}

_CONCEPT_PROPERTIES = "http://hl7.org/fhir/concept-properties#"
# Synonym, as the value set DesignationUse of FHIR codes it.
_SYNONYM = {"system": "http://snomed.info/sct", "code": "900000000000013009", "display": "Synonym"}


@dataclass(frozen=True)
class Property:
    """A property of concepts.

    Attributes:
        code: What FHIR calls it.
        kind: `code` of a thing of ours, `Coding`, `string` or `boolean`.
        predicate: The property of the graph, as `prefix:name`; empty where there is none.
        description: What it says.
        uri: The URI by which others know it; that of the graph's property if empty.
    """

    code: str
    kind: str
    predicate: str
    description: str
    uri: str = ""


PROPERTIES = (
    Property("kind", "Coding", "rdf:type", "What it is: a class of the project's vocabulary."),
    Property("parent", "code", "skos:broader", "A wider concept.", _CONCEPT_PROPERTIES + "parent"),
    Property("inactive", "boolean", "owl:deprecated", "No longer used.", _CONCEPT_PROPERTIES + "inactive"),
    Property("replacedBy", "code", "dcterms:isReplacedBy", "What is used in its stead."),
    Property("bodySystem", "code", "vocab:inBodySystem", "The body system with which curators place it."),
    Property("partOf", "code", "vocab:partOf", "What it is a part of."),
    Property("memberOfClass", "code", "vocab:memberOfClass", "The class to which a document assigns it."),
    Property("adviceText", "string", "vocab:adviceText", "The advice in words."),
    Property("safetyAdvice", "code", "vocab:hasSafetyAdvice", "Advice that must be shown wherever it is shown."),
    Property("safetyAdviceText", "string", "", "The words of its safety advice.", BASE + "fhir/safetyAdviceText"),
)
_PROPERTY_BY_CODE = {prop.code: prop for prop in PROPERTIES}


@cache
def systems() -> tuple[tuple[str, str, str], ...]:
    """How identifiers of others become system and code: start of the IRI, system, start of the code.

    Sources: HL7 Terminology (THO), naming systems, the preferred URI of each. It has none for EFO, ENZYME, Wikidata,
    the ICD-11 Foundation and one of the databases of medicines: they get their own namespace, or the IRI of their
    ontology.
    """
    table = resources.files("jdm_kg.exports").joinpath("fhir_systems.tsv").read_text(encoding="utf-8")
    return tuple(
        (row["start"], row["system"], row["code"]) for row in csv.DictReader(table.splitlines(), delimiter="\t")
    )


def code_of(iri: str) -> tuple[str, str]:
    """System and code of an identifier; `iri_of` undoes it.

    What no table knows keeps the part before its code as system.
    """
    for start, system, prefix in systems():
        if iri.startswith(start):
            return system, prefix + iri.removeprefix(start)
    ontology, underscore, number = iri.removeprefix(_OBO).partition("_")
    if iri.startswith(_OBO) and underscore and ontology.isupper():
        return f"{_OBO}{ontology.lower()}{_OWL}", f"{ontology}:{number}"
    cut = max(iri.rfind(mark) for mark in "/#=") + 1
    return iri[:cut], iri[cut:]


def iri_of(system: str, code: str) -> str:
    """The identifier of a code."""
    for start, known, prefix in systems():
        if system == known:
            return start + code.removeprefix(prefix)
    if system.startswith(_OBO) and system.endswith(_OWL):
        return _OBO + code.replace(":", "_", 1)
    return system + code


def write(release: Release) -> Files:
    """The bundle."""
    facts = release.facts
    things = sorted(
        {node for cls in ("vocab:Entity", "vocab:QualifierValue") for node in facts.instances(name(cls))},
    )
    things = [node for node in things if node.startswith(SYSTEM)]
    both = [_code_system(things, release), _concept_map(things, release)]
    bundle: Json = {
        "resourceType": "Bundle",
        "id": "jdm-kg",
        "language": common.LANGUAGE,
        "type": "collection",
        **({"timestamp": f"{release.modified}T00:00:00Z"} if release.modified else {}),
        "entry": [
            {"fullUrl": f"{BASE}fhir/{resource['resourceType']}/{resource['id']}", "resource": resource}
            for resource in both
        ],
    }
    return {FILE: (json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode("utf-8")}


def _about(kind: str, title: str, release: Release) -> Json:
    """What both resources say of themselves."""
    head = common.header(release.facts)
    documents = common.sources(release.facts)
    reviews = [f"{one.label} ({one.address}): review {one.freshness(release.as_of)}. {one.status}" for one in documents]
    terms = [f"{one.label}: {one.terms}" for one in documents]
    description = "\n\n".join([dataset.description(release), "Sources:", *reviews])
    words = "".join(f"<p>{html.escape(part)}</p>" for part in (title, *description.split("\n\n")))
    return {
        "resourceType": kind,
        "id": "jdm-kg",
        "language": common.LANGUAGE,
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'},
        "url": SYSTEM if kind == "CodeSystem" else f"{BASE}fhir/{kind}/jdm-kg",
        "version": release.version,
        "name": "JdmKg" + ("" if kind == "CodeSystem" else "Mappings"),
        "title": title,
        "status": "draft",
        "experimental": True,
        **({"date": release.modified} if release.modified else {}),
        **({"publisher": head.publisher} if head.publisher else {}),
        "description": description,
        "copyright": "\n\n".join([f"{common.LICENSE}, {common.LICENSE_URL}", *terms]),
    }


def _code_system(things: list[str], release: Release) -> Json:
    return {
        **_about("CodeSystem", "Things of jdm-kg: what its source documents speak of", release),
        "caseSensitive": True,
        "hierarchyMeaning": "grouped-by",
        "compositional": False,
        "versionNeeded": False,
        "content": "complete",
        "count": len(things),
        "property": [
            {
                "code": prop.code,
                "uri": prop.uri or name(prop.predicate),
                "description": prop.description,
                "type": prop.kind,
            }
            for prop in PROPERTIES
        ],
        **({"concept": [_concept(node, release) for node in things]} if things else {}),
    }


def _concept(node: str, release: Release) -> Json:
    facts = release.facts
    concept: Json = {"code": node.removeprefix(SYSTEM)}
    for key, curie in (("display", "skos:prefLabel"), ("definition", "skos:definition")):
        for text in common.in_english(facts, node, curie)[:1]:
            concept[key] = text
    names = sorted(value for value in facts.objects(node, name("skos:altLabel")) if isinstance(value, Literal))
    if names:
        concept["designation"] = [
            {**({"language": _tag(one.language)} if one.language else {}), "use": _SYNONYM, "value": one.text}
            for one in names
        ]
    if found := [value for prop in PROPERTIES for value in _property(prop, node, release)]:
        concept["property"] = found
    return concept


def _property(prop: Property, node: str, release: Release) -> Iterator[Json]:
    facts = release.facts
    if prop.kind == "Coding":
        for kind in sorted(kind for kind in release.said.resources(node, _TYPE) if is_own(kind)):
            system = PREFIXES["vocab"]
            coding = {"system": system, "code": kind.removeprefix(system), "display": common.label(facts, kind)}
            yield {"code": prop.code, "valueCoding": coding}
    elif prop.kind == "code":
        for other in sorted(facts.resources(node, name(prop.predicate))):
            if other.startswith(SYSTEM):
                yield {"code": prop.code, "valueCode": other.removeprefix(SYSTEM)}
    elif prop.kind == "boolean":
        for text in facts.texts(node, name(prop.predicate)):
            yield {"code": prop.code, "valueBoolean": text == "true"}
    else:
        known = common.in_english(facts, node, prop.predicate) if prop.predicate else common.safety(facts, [node])
        yield from ({"code": prop.code, "valueString": text} for text in known)


def _tag(language: str) -> str:
    """A language tag as BCP 47 recommends to write it: `en-GB`."""
    primary, *rest = language.split("-")
    return "-".join([primary, *(part.upper() if len(part) == 2 else part for part in rest)])


def _concept_map(things: list[str], release: Release) -> Json:
    groups: dict[str, dict[str, list[Json]]] = {}
    for node in things:
        for relation, target in _mappings(release.facts, node):
            system, code = code_of(target)
            equivalence = EQUIVALENCES[relation]
            told = {"code": code, "equivalence": equivalence.code}
            if equivalence.comment:
                told["comment"] = equivalence.comment
            groups.setdefault(system, {}).setdefault(node, []).append(told)
    found = [
        {
            "source": SYSTEM,
            "target": system,
            "element": [_element(node, targets, release.facts) for node, targets in elements.items()],
        }
        for system, elements in sorted(groups.items())
    ]
    about = _about("ConceptMap", "Things of jdm-kg and what other terminologies call them", release)
    return {**about, "group": found} if found else about  # JSON of FHIR has no empty lists


def _element(node: str, targets: list[Json], facts: Facts) -> Json:
    display = common.in_english(facts, node, "skos:prefLabel")[:1]
    return {"code": node.removeprefix(SYSTEM), **({"display": display[0]} if display else {}), "target": targets}


def _mappings(facts: Facts, node: str) -> list[tuple[str, str]]:
    return [(relation, target) for relation in EQUIVALENCES for target in sorted(facts.resources(node, name(relation)))]


def read(files: Files, _: Release) -> Iterable[Triple]:
    """What concepts and mappings say."""
    for entry in json.loads(files[FILE])["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "CodeSystem":
            for concept in resource.get("concept", ()):
                yield from _read_concept(resource["url"], resource["language"], concept)
        else:
            for group in resource.get("group", ()):
                for element in group["element"]:
                    for target in element["target"]:
                        iri = iri_of(group["target"], target["code"])
                        yield group["source"] + element["code"], name(_RELATIONS[target["equivalence"]]), iri


def _read_concept(system: str, language: str, concept: Json) -> Iterator[Triple]:
    node = system + concept["code"]
    for key, curie in (("display", "skos:prefLabel"), ("definition", "skos:definition")):
        if key in concept:
            yield node, name(curie), Literal(concept[key], _LANG_STRING, language)
    for one in concept.get("designation", ()):
        tag = one.get("language", "").lower()
        yield node, name("skos:altLabel"), Literal(one["value"], _LANG_STRING if tag else name("xsd:string"), tag)
    for value in concept.get("property", ()):
        prop = _PROPERTY_BY_CODE[value["code"]]
        if "valueCoding" in value:
            yield node, name(prop.predicate), value["valueCoding"]["system"] + value["valueCoding"]["code"]
        elif "valueCode" in value:
            yield node, name(prop.predicate), system + value["valueCode"]
        elif "valueBoolean" in value:
            said = str(value["valueBoolean"]).lower()
            yield node, name(prop.predicate), Literal(said, name("xsd:boolean"))
        elif prop.predicate:
            yield node, name(prop.predicate), Literal(value["valueString"], _LANG_STRING, language)


FORMATS = (
    Format(
        "fhir",
        (FILE,),
        "FHIR R4B servers and clients: our things as a CodeSystem, mappings as a ConceptMap",
        write,
        read,
    ),
)
"""The formats of this module."""
