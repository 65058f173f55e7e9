"""JSON Schemas of the documents for apps, made from the same tables as the documents.

Source: JSON Schema 2020-12, Core and Validation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from jdm_kg.exports import common
from jdm_kg.exports.app_context import ADDRESS
from jdm_kg.exports.app_table import (
    CERTAINTIES,
    CONTRACT,
    FOLDER,
    GROUPS,
    ITEMS,
    MAPPINGS,
    PARTS,
    POLARITIES,
    SECTIONS,
    SYMPTOM_GROUPS,
    SYMPTOMS,
    SYMPTOMS_AFTER,
    Links,
    Part,
)
from jdm_kg.iris import BASE, PREFIXES

Json = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_LANGUAGE: Final = "^[a-z]{2,3}(-[a-z0-9]{2,8})*$"
_TERM: Final = "^[A-Za-z][A-Za-z0-9]*$"
_DECIMAL: Final = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
_DURATION: Final = r"^P(T?[0-9]+(\.[0-9]+)?[YMWDHS])+$"
_MONTH: Final = "^[0-9]{4}-[0-9]{2}$"
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def schemas() -> dict[str, Json]:
    """The schema of each type of document, by its name."""
    every = _definitions()
    documents = {"condition": _condition(), "thing": _thing(), "index": _index()}
    found = {}
    for key, document in documents.items():
        used = _used(document, every)
        found[key] = {
            "$schema": _DIALECT,
            "$id": f"{BASE}{FOLDER}/schema/{key}.schema.json",
            "$comment": f"Contract {CONTRACT}. {common.LICENSE}. {common.DISCLAIMER}",
            **document,
            "$defs": {name: every[name] for name in every if name in used},
        }
    return found


# --- Words of JSON Schema ---


def _text(about: str, example: str = "", pattern: str = "") -> Json:
    found: Json = {"description": about, "type": "string"}
    if pattern:
        found["pattern"] = pattern
    if example:
        found["examples"] = [example]
    return found


def _iri(about: str, example: str = f"{BASE}id/some-thing") -> Json:
    return _text(about, example, "^[a-z][a-z0-9+.-]*:[^ ]+$")


def _one_of(about: str, values: Iterable[str]) -> Json:
    return {"description": about, "type": "string", "enum": list(values)}


def _constant(about: str, value: str) -> Json:
    return {"description": about, "type": "string", "const": value}


def _number(about: str, example: float) -> Json:
    return {"description": about, "type": "number", "examples": [example]}


def _whole(about: str, least: int, example: int) -> Json:
    return {"description": about, "type": "integer", "minimum": least, "examples": [example]}


def _flag(about: str) -> Json:
    return {"description": about, "type": "boolean"}


def _ref(about: str, name: str) -> Json:
    return {"description": about, "$ref": f"#/$defs/{name}"}


def _refs(about: str, name: str) -> Json:
    return {"description": about, "type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _texts(about: str, example: str = "") -> Json:
    found: Json = {"description": about, "type": "array", "items": {"type": "string"}}
    if example:
        found["examples"] = [[example]]
    return found


def _by_language(about: str, example: str) -> Json:
    return {
        "description": about,
        "type": "object",
        "patternProperties": {_LANGUAGE: {"type": "array", "items": {"type": "string"}, "minItems": 1}},
        "additionalProperties": False,
        "examples": [{"en": [example]}],
    }


def _object(title: str, about: str, properties: Json, optional: Iterable[str] = ()) -> Json:
    left_out = set(optional)
    found: Json = {"title": title, "description": about, "type": "object", "properties": properties}
    found["required"] = [key for key in properties if key not in left_out]
    found["additionalProperties"] = False
    return found


# --- Documents ---


def _head(schema: str) -> Json:
    meanings = [{"type": "string"}, {"type": "number"}, {"type": "null"}, {"type": "object"}]
    return {
        "@context": {
            "description": f"For programs that read JSON-LD: what the keys mean in RDF, a part of {ADDRESS}. Others "
            "can ignore it.",
            "type": "object",
            "patternProperties": {"^@?[A-Za-z]+$": {"anyOf": meanings}},
            "additionalProperties": False,
        },
        "meta": {**_ref("Version, licence and disclaimer. Show the disclaimer.", "Meta"), "$comment": schema},
    }


def _described() -> Json:
    return {
        "type": _text("The narrowest kind, as a term of the vocabulary.", "Condition", _TERM),
        "id": _iri("The lasting address of the thing: use it as key."),
        "kind": _text("The narrowest kind, in plain words.", "condition"),
        "label": _text("The name to show.", "some condition"),
        "labels": _by_language("The preferred name, by language.", "some condition"),
        "alternativeLabels": _by_language(
            "Synonyms, short forms and spellings, by language; not there where there are none.", "another name"
        ),
        "definition": _text("What it is, in our words.", "A made-up thing that stands here as an example."),
        "kinds": _texts("All kinds to which it belongs, also those that a reasoner found.", "Entity"),
    }


def _tail() -> Json:
    return {
        "tensions": _refs(
            "Where the statements in this file do not sit together. No side is wrong by itself.", "Tension"
        ),
        "sources": _refs("The documents on which the statements in this file rest.", "Source"),
        "safetyByTreatment": _refs(
            "For each treatment that is named anywhere in this file: the safety advice to be shown with it.",
            "TreatmentSafety",
        ),
    }


def _condition() -> Json:
    properties = {**_head("condition"), **_described()}
    properties["type"] = _constant("Always Condition.", "Condition")
    for section in SECTIONS:
        properties[section.key] = _ref(section.about, _section_name(section.key))
        if section.key == SYMPTOMS_AFTER:
            properties[SYMPTOM_GROUPS] = _refs("The symptoms by body system, main symptoms first.", "SymptomGroup")
    properties["otherStatements"] = _refs("What else the documents say of it.", "Statement")
    properties |= _tail()
    about = "Everything that an information page about a condition needs."
    return _object("ConditionDocument", about, properties, ["alternativeLabels", "definition"])


def _thing() -> Json:
    properties = {**_head("thing"), **_described()}
    properties |= {
        "adviceText": _text("For advice: its text, to be shown to readers.", "Do ask before you change a dose."),
        "broader": _refs("Wider things.", "Reference"),
        "narrower": _refs("Narrower things.", "Reference"),
        "partOf": _refs("For parts of the body: what they are part of.", "Reference"),
        "hasPart": _refs("For parts of the body: their parts.", "Reference"),
        "bodySystems": _refs("For symptoms: where they are listed.", "Reference"),
        "sharesSafetyOf": _refs("For treatments: those whose safety advice holds here too.", "Reference"),
        "mappings": _ref("The thing in other terminologies.", "Mappings"),
        "safetyAdvice": _refs("Advice that protects from harm. Show all of it wherever you show the thing.", "Advice"),
        "asSubject": _refs("What documents say of it.", "Statement"),
        "asObject": _refs("What documents say of other things in relation to it.", "Statement"),
        "asQualifier": _refs("Statements that name it in passing, such as for whom or where.", "Statement"),
    }
    properties |= _tail()
    optional = ["adviceText", "alternativeLabels", "definition"]
    return _object("ThingDocument", "All that is known of one thing.", properties, optional)


def _index() -> Json:
    properties = {**_head("index"), "things": _refs("All things, by label.", "IndexEntry")}
    return _object("Index", "The names of all things and their files, small enough to search offline.", properties)


# --- Parts of documents ---


def _definitions() -> dict[str, Json]:
    found = {
        "Meta": _meta(),
        "Reference": _object("Reference", "A thing or record that has its own description elsewhere.", _reference()),
        "Statement": _statement(),
        "Frequency": _frequency(),
        "Band": _band(),
        "Evidence": _evidence(),
        "Tension": _tension(),
        "TensionSide": _tension_side(),
        "Source": _source(),
        "Mappings": _object(
            "Mappings",
            "Identifiers of the thing in other terminologies, by how well they fit.",
            {key: _refs(about, "Mapping") for key, about in MAPPINGS.items()},
        ),
        "Mapping": _object(
            "Mapping",
            "An identifier of others.",
            {
                "id": _iri("The identifier.", f"{PREFIXES['obo']}MONDO_0000001"),
                "curie": _text("Its short form.", "MONDO:0000001"),
                "vocabulary": _text("Whose identifier it is.", "Mondo Disease Ontology"),
            },
        ),
        "TreatmentSafety": _object(
            "TreatmentSafety",
            "A treatment and its safety advice.",
            {**_reference(), "safetyAdvice": _refs("All that holds for it.", "AdviceText")},
        ),
        "AdviceText": _object("AdviceText", "A piece of advice without its evidence.", {**_reference(), **_advice()}),
        "IndexEntry": _index_entry(),
    }
    found |= {key: _group(key) for key in GROUPS}
    found = {_capital(key): schema for key, schema in found.items()}
    found |= {key: _item(key) for key in ITEMS}
    found["SymptomGroup"] = _object(
        "SymptomGroup",
        "Symptoms of one body system.",
        {
            "title": _text("Heading of the group.", "Other"),
            "bodySystem": _ref("The body system; not there for symptoms of none.", "Reference"),
            SYMPTOMS.key: _refs(SYMPTOMS.about, SYMPTOMS.item),
            **_left_over(),
        },
        ["bodySystem"],
    )
    for section in SECTIONS:
        properties = {"title": _text("Heading of the section.", section.title)}
        properties |= {links.key: _links(links) for links in section.links}
        properties |= _left_over()
        if section.key == "family":
            properties["siblings"] = _refs("Other kinds of the conditions of which this is one kind.", "Link")
        name = _section_name(section.key)
        found[name] = _object(name, section.about, properties)
    return found


def _capital(key: str) -> str:
    return key[:1].upper() + key[1:]


def _section_name(key: str) -> str:
    return f"{_capital(key)}Section"


def _meta() -> Json:
    return _object(
        "Meta",
        "What every file says of itself.",
        {
            "disclaimer": _text("Show this to every reader.", common.DISCLAIMER),
            "contract": _text(
                "Version of the keys, types and addresses (semver).", CONTRACT, r"^[0-9]+\.[0-9]+\.[0-9]+$"
            ),
            "version": _text("Version of the content.", "0.1.0"),
            "modified": _text("The day on which the content was last changed.", "2026-01-31", _DATE),
            "asOf": _text("The day for which isStale was worked out.", "2026-01-31", _DATE),
            "license": _text("Terms of the text. Each source has its own.", common.LICENSE),
            "licenseUrl": _text("The same as an address.", common.LICENSE_URL),
            "context": _text("The whole JSON-LD context. You never need to fetch it.", ADDRESS),
            "schema": _text("The schema of this file.", f"{BASE}{FOLDER}/schema/thing.schema.json"),
        },
        ["modified", "asOf"],
    )


def _reference() -> Json:
    return {
        "type": _text("The narrowest kind, as a term of the vocabulary.", "Drug", _TERM),
        "id": _iri("Its lasting address."),
        "label": _text("The name to show.", "some thing"),
    }


def _advice() -> Json:
    return {"text": _text("The advice in our words, to be shown to readers.", "Do ask before you change a dose.")}


def _part(part: Part) -> Json:
    return {
        "texts": lambda: _texts(part.about),
        "text": lambda: _text(part.about),
        "code": lambda: _text(part.about, "mg/kg" if part.key == "doseUnit" else "a"),
        "decimal": lambda: _text(part.about, "1.5", _DECIMAL),
        "thing": lambda: _ref(part.about, "Reference"),
        "things": lambda: _refs(part.about, "Reference"),
        "whole": lambda: _whole(part.about, 1, 1),
        "flag": lambda: _flag(part.about),
    }[part.kind]()


def _statement() -> Json:
    required = {
        "type": _constant("Always Claim.", "Claim"),
        "id": _iri("The lasting address of the statement.", f"{BASE}claim/some-claim"),
        "statement": _text("What the document says, as one sentence in our words.", "Some people have it."),
        "subject": _ref("What it is said of.", "Reference"),
        "predicate": _text("The relation, as a term of the vocabulary.", "hasSymptom", _TERM),
        "polarity": _one_of("denied: the document says that it is NOT so, or advises against it.", POLARITIES),
        "certainty": _one_of(
            "How firmly the document commits itself. All but stated and implied are hedges: do not show them as fact.",
            CERTAINTIES,
        ),
    }
    optional = {
        "object": _ref("What it is related to.", "Reference"),
        "value": _text("The text that it gives, where it relates to no thing.", "ABC"),
        "valueMonth": _text("The month that it gives.", "2026-01", _MONTH),
        "frequency": _ref("How often.", "Frequency"),
        **{part.key: _part(part) for part in PARTS},
        **{key: _ref(about, _capital(key)) for key, (about, _) in GROUPS.items()},
    }
    last = {
        "inTensions": _refs("The tensions of which it is one side, described under tensions.", "Reference"),
        "evidence": _refs("The passages on which it rests.", "Evidence"),
    }
    about = (
        "One fact that one document states, denies or hedges. What it does not mention is not there: a key that is "
        "missing says nothing."
    )
    return _object("Statement", about, {**required, **optional, **last}, optional)


def _group(key: str) -> Json:
    about, parts = GROUPS[key]
    native: Json = {}
    keys = {part.key for part in parts}
    if f"{key}Minimum" in keys:
        native["minimum"] = _number("The lowest value, as a number to reckon with.", 1.5)
        native["maximum"] = _number("The highest value, as a number to reckon with.", 2)
    if "durationUnit" in keys:
        native["isoMinimum"] = _text("The shortest time in ISO 8601.", "P2Y", _DURATION)
        native["isoMaximum"] = _text("The longest time in ISO 8601.", "P3Y", _DURATION)
    if "denominator" in keys:
        native["outOf"] = _number("Out of how many.", 1000000)
        native["isoPeriod"] = _text("The length of time in ISO 8601.", "P1Y", _DURATION)
    properties = {**native, **{part.key: _part(part) for part in parts}}
    return _object(_capital(key), about, properties, properties)


def _frequency() -> Json:
    return _object(
        "Frequency",
        "How often, in words; with a band only where the words give one.",
        {**_reference(), "band": _ref("The share of people, where the wording gives one.", "Band")},
        ["band"],
    )


def _band() -> Json:
    return _object(
        "Band",
        "The percentages that a named rule gives to a wording. Never guess one for a wording that has none.",
        {
            "minimum": _number("Lowest share in percent.", 40),
            "maximum": _number("Highest share in percent.", 60),
            "bandMinimum": _text("Lowest share, exactly as in the graph.", "40", _DECIMAL),
            "bandMaximum": _text("Highest share, exactly as in the graph.", "60", _DECIMAL),
            "rule": _ref("The rule.", "Reference"),
        },
        ["rule"],
    )


def _evidence() -> Json:
    return _object(
        "Evidence",
        "A passage of a document. Its text is not in this project: start and end point into the document's plain text.",
        {
            "type": _constant("Always Passage.", "Passage"),
            "id": _iri("The lasting address of the passage.", f"{BASE}passage/some-passage"),
            "document": _ref("The document, described under sources.", "Reference"),
            "section": _ref("The section of the document.", "Reference"),
            "start": _whole("Place of the first character, counted from 0.", 0, 120),
            "end": _whole("Place after the last character.", 0, 240),
        },
        ["section"],
    )


def _tension() -> Json:
    return _object(
        "Tension",
        "Two or more statements that do not sit together.",
        {
            **_reference(),
            "tensionKind": _text("In what way, as a term of the vocabulary.", "degree", _TERM),
            "sharpness": _text("sharp: a reader would act differently on each side. mild: hardly.", "mild", _TERM),
            "explanation": _text("What a reader should know, in our words; it takes no side."),
            "between": _refs("The statements.", "TensionSide"),
        },
    )


def _tension_side() -> Json:
    statement = _statement()["properties"]
    keys = ("type", "id", "statement", "polarity", "certainty", "evidence")
    return _object("TensionSide", "A statement, as one side of a tension.", {key: statement[key] for key in keys})


def _source() -> Json:
    properties = {
        **_reference(),
        "publisher": _ref("Who publishes it.", "Reference"),
        "authors": _refs("Whom it names as authors.", "Reference"),
        "reviewers": _refs("Whom it names as reviewers.", "Reference"),
        "sourceTitle": _text("Its own title.", "Some page"),
        "webAddress": _text("Where it is published.", "https://example.org/page"),
        "language": _text("Its language.", "en"),
        "sourceTerms": _text("The terms under which it is published, in words."),
        "reviewStatus": _text("What is known of its review, in our words."),
        "lastReviewed": _text("The month in which it was last reviewed.", "2024-03", _MONTH),
        "nextReviewDue": _text("The month in which it is to be reviewed again.", "2027-03", _MONTH),
        "staleFrom": _text("The first day on which its review is overdue.", "2027-04-01", _DATE),
        "license": _text("Its licence as an address, where it has one.", common.LICENSE_URL),
        "isStale": _flag("Whether its review was overdue on meta.asOf. Not there: the document names no date."),
    }
    needed = {*_reference(), "authors", "reviewers"}
    about = "A source document. Its passages are quoted nowhere in these files."
    return _object("Source", about, properties, [key for key in properties if key not in needed])


def _index_entry() -> Json:
    described = _described()
    return _object(
        "IndexEntry",
        "A thing and its file.",
        {
            **_reference(),
            "kind": described["kind"],
            "alternativeLabels": described["alternativeLabels"],
            "file": _text("Its file, from the folder of the index.", "things/some-thing.json"),
            "page": _text("For a condition of which there is everything: that file.", "conditions/some-thing.json"),
        },
        ["alternativeLabels", "page"],
    )


def _left_over() -> Json:
    return {
        "statements": _refs("What documents state outright and no list above shows.", "Statement"),
        "denials": _refs("What documents deny. Never show it as if it were so.", "Statement"),
        "uncertain": _refs("What documents hedge, imply or print faultily, so that no list above has it.", "Statement"),
    }


def _links(links: Links) -> Json:
    return _texts(links.about) if links.item == "text" else _refs(links.about, links.item)


def _item(key: str) -> Json:
    item = ITEMS[key]
    properties: Json = _reference()
    optional = ["definition"]
    if key == "Symptom":
        properties["main"] = _flag("Whether a document singles it out as one that marks the condition.")
    described = _described()
    properties |= {"kind": described["kind"], "definition": described["definition"]}
    if key == "Advice":
        properties |= _advice()
    properties["derived"] = _flag("True where no single statement says it: it follows from several, or from a class.")
    properties["statements"] = _refs("The statements that say so; documents may differ.", "Statement")
    properties |= {links.key: _links(links) for links in item.links}
    if key == "Trigger":
        properties["denials"] = _refs("What documents deny of it, such as that it is the cause.", "Statement")
    if item.links:
        properties["otherStatements"] = _refs("What else the documents say of it.", "Statement")
    return _object(key, item.about, properties, optional)


def _used(schema: object, every: dict[str, Json]) -> set[str]:
    found: set[str] = set()
    waiting: list[object] = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in found:
                found.add(name)
                waiting.append(every[name])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found
