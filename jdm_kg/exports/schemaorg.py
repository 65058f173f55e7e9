"""schema.org for web pages: each condition as a MedicalCondition, with its own small context.

The properties and their types are those of schema.org 30.0. Types of nested things are chosen by the classes of our
vocabulary. What the documents only take for granted stands in the lists too, under words that say so; what they deny
or hedge is found in the sentences alone, which say that as well.

The JSON can be put into an HTML page as it is: no character in it can end a script element.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any, Final

from jdm_kg.exports.claims import Claim, advice, claims, conditions, english, in_words, kind
from jdm_kg.exports.common import DISCLAIMER, LICENSE_URL, Source, in_english, label, sources
from jdm_kg.exports.curies import exact, vocabularies
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Literal, Triple
from jdm_kg.iris import BASE, PREFIXES, name

Json = dict[str, Any]

_FILE = "schema-org.jsonld"

_CONTEXT: Final[Json] = {
    "@vocab": PREFIXES["schema"],
    **{term: {"@type": "@id"} for term in ("isBasedOn", "license", "url")},
    **{term: {"@type": "Date"} for term in ("dateModified", "expires", "lastReviewed")},
}

# Most special first. Kinds of treatment that schema.org does not tell apart are therapies there.
_TYPES: Final = MappingProxyType(
    {
        "vocab:Condition": "MedicalCondition",
        "vocab:ClinicalFeature": "MedicalSignOrSymptom",
        "vocab:Finding": "MedicalSign",
        "vocab:BloodTest": "BloodTest",
        "vocab:ImagingTest": "ImagingTest",
        "vocab:TissueTest": "PathologyTest",
        "vocab:DiagnosticTest": "MedicalTest",
        "vocab:DrugClass": "DrugClass",
        "vocab:Drug": "Drug",
        "vocab:SelfCare": "LifestyleModification",
        "vocab:Treatment": "MedicalTherapy",
        "vocab:BodyPart": "AnatomicalStructure",
        "vocab:BodySystem": "AnatomicalSystem",
        "vocab:Person": "Person",
        "vocab:Organization": "Organization",
    }
)
_BACK: Final = MappingProxyType(
    {
        schema: name(own)
        for own, schema in _TYPES.items()
        if schema not in {"MedicalSign", "MedicalSignOrSymptom", "MedicalTherapy"}
    }
)

# Lists of a condition whose members are things: the type that they are given, or that of their kind.
_LISTS: Final = (
    ("signOrSymptom", "vocab:hasSymptom", ""),
    ("typicalTest", "vocab:hasDiagnosticTest", ""),
    ("possibleTreatment", "vocab:hasTreatment", ""),
    ("associatedAnatomy", "vocab:affects", ""),
    ("riskFactor", "vocab:hasTrigger", "MedicalRiskFactor"),
    ("riskFactor", "vocab:hasRiskFactor", "MedicalRiskFactor"),
    ("cause", "vocab:hasCause", "MedicalCause"),
)
# Of what the documents take for granted, the edges of a graph say nothing; these lists name it, under these words.
_UNSAID: Final = "Taken for granted: "
_WITH_UNSAID: Final = {"signOrSymptom", "typicalTest", "possibleTreatment"}

_PROSE: Final = (
    ("expectedPrognosis", ("vocab:hasOutcome",)),
    ("naturalProgression", ("vocab:hasCourse", "vocab:hasOnsetIn")),
    ("epidemiology", ("vocab:hasMeasure", "vocab:occursInPopulation", "vocab:variesBy")),
    ("pathophysiology", ("vocab:hasMechanism", "vocab:hasCauseStatus", "vocab:hasCause")),
)
_DRUG_TEXTS: Final = (
    ("administrationRoute", "vocab:hasRoute"),
    ("dosageForm", "vocab:hasDoseForm"),
    ("proprietaryName", "vocab:hasBrandName"),
)
_KINDS: Final = MappingProxyType(
    {"vocab:hasRoute": "vocab:Route", "vocab:hasDoseForm": "vocab:DoseForm", "vocab:hasBrandName": "vocab:BrandName"}
)
_SAFETY: Final = "Safety: "

_ESCAPES: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def write(release: Release) -> Files:
    """The one file: the page, the conditions with all that hangs on them, and the sentences of all claims about it."""
    facts = release.facts
    said = claims(facts)
    about = conditions(facts, said)
    writer = _Writer(facts, said, about)
    nodes = [writer.condition(node) for node in about]
    page = {
        "@type": "MedicalWebPage",
        "@id": BASE,
        "name": ", ".join(label(facts, node) for node in about),
        "description": DISCLAIMER,
        "inLanguage": "en",
        "version": release.version,
        "license": LICENSE_URL,
        "dateModified": release.modified,
        "about": [{"@id": node} for node in about],
        "isBasedOn": [source.iri for source in sources(facts)],
    }
    graph = [_full(page), *nodes, *writer.sentences()]
    text = json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"
    # Outside of strings JSON has none of these characters.
    return {_FILE: text.translate(_ESCAPES).encode()}


def _full(node: Json) -> Json:
    return {key: value for key, value in node.items() if value not in ("", [], {})}


class _Writer:
    """Makes the nodes; each thing is described once, and named by its IRI alone elsewhere."""

    def __init__(self, facts: Facts, said: list[Claim], about: list[str]) -> None:
        self.facts = facts
        self.said = said
        self.described = set(about)
        self.promised: set[str] = set()
        self.sources: set[str] = set()
        codes = {code for node in facts.nodes for code in exact(facts, node)}
        self.vocabularies = vocabularies(codes)

    def objects(self, node: str, curie: str) -> list[str]:
        return sorted(self.facts.resources(node, name(curie)))

    def labels(self, node: str, curie: str) -> list[str]:
        return sorted(label(self.facts, other) for other in self.objects(node, curie))

    def is_a(self, node: str, curie: str) -> bool:
        return name(curie) in self.facts.resources(node, name("rdf:type"))

    def unsaid(self, node: str, curie: str) -> dict[str, list[str]]:
        """What is taken for granted and no edge of the graph says: each thing with the sentences."""
        found: dict[str, list[str]] = {}
        for claim in self.said:
            plain = not (claim.denied or claim.hedged or claim.stated or claim.as_printed)
            if plain and claim.subject == node and claim.predicate == name(curie) and isinstance(claim.target, str):
                found.setdefault(claim.target, []).append(claim.statement)
        there = self.objects(node, curie)
        return {thing: sentences for thing, sentences in found.items() if thing not in there}

    def condition(self, node: str) -> Json:
        """A condition with all that hangs on it."""
        unsaid = {curie: self.unsaid(node, curie) for term, curie, _ in _LISTS if term in _WITH_UNSAID}
        lists = [
            (term, curie, [*self.objects(node, curie), *sorted(unsaid.get(curie, ()))], as_type)
            for term, curie, as_type in _LISTS
        ]
        self.promised = {thing for _, _, things, as_type in lists for thing in things if not as_type}
        made = self.named(node, "MedicalCondition")
        for term, curie, things, as_type in lists:
            made.setdefault(term, [])
            made[term] += [
                self.risk(node, thing, curie, as_type)
                if as_type
                else self.thing(thing, unsaid.get(curie, {}).get(thing, ()), promised=True)
                for thing in things
            ]
        treatments = lists[2][2]
        made["possibleTreatment"] += [therapy for thing in treatments for therapy in self.harms(thing)]
        made["drug"] = [{"@id": thing} for thing in treatments if self.is_a(thing, "vocab:Drug")]
        marks = self.objects(node, "vocab:distinguishedBy")
        made["differentialDiagnosis"] = [
            _full(
                {
                    "@type": "DDxElement",
                    "diagnosis": self.thing(other),
                    "distinguishingSign": [
                        self.thing(mark) for mark in marks if self.is_a(mark, "vocab:ClinicalFeature")
                    ],
                }
            )
            for other in self.objects(node, "vocab:mistakenFor")
        ]
        for term, curies in _PROSE:
            made[term] = self.prose(node, curies)
        made["subjectOf"] = [self.source(source) for source in sources(self.facts)]
        return _full(made)

    def prose(self, node: str, curies: Iterable[str]) -> list[str]:
        """The sentences of all claims of some relations about a thing, and about its measures."""
        wanted = {name(curie) for curie in curies}
        subjects = {node, *(self.objects(node, "vocab:hasMeasure") if name("vocab:hasMeasure") in wanted else ())}
        return [claim.statement for claim in self.said if claim.predicate in wanted and claim.subject in subjects]

    def named(self, node: str, schema_type: str) -> Json:
        """What all things have: type, IRI, names, definition, safety advice, codes."""
        warnings = [words for _, words in advice(self.facts, node)]
        definition = [in_words(self.facts, node, "skos:definition")]
        spoken = warnings if schema_type != "Drug" else []
        made: Json = {
            "@type": schema_type,
            "@id": node,
            "name": label(self.facts, node),
            "alternateName": in_english(self.facts, node, "skos:altLabel"),
            "description": [text for text in definition if text] + [_SAFETY + words for words in spoken],
        }
        if schema_type not in {"Person", "Organization"}:
            made["code"] = [self.code(iri) for iri in exact(self.facts, node)]
        if schema_type == "Drug":
            made["warning"] = warnings
        return made

    def code(self, iri: str) -> Json:
        vocabulary = self.vocabularies[iri]
        return {
            "@type": "MedicalCode",
            "codeValue": vocabulary.code(iri),
            "codingSystem": vocabulary.title,
            "url": iri,
        }

    def thing(self, node: str, unsaid: Iterable[str] = (), *, promised: bool = False) -> Json:
        """A thing in full, or its IRI where it is described elsewhere."""
        if node in self.described or (node in self.promised and not promised):
            return {"@id": node}
        self.described.add(node)
        schema_type = kind(self.facts, node, _TYPES, "MedicalEntity")
        made = self.named(node, schema_type)
        made["description"] += [_UNSAID + sentence for sentence in unsaid]
        if schema_type == "MedicalSignOrSymptom":
            self.feature(node, made)
        elif self.is_a(node, "vocab:DiagnosticTest"):
            self.test(node, made)
        elif self.is_a(node, "vocab:Treatment"):
            self.treatment(node, schema_type, made)
        return _full(made)

    def feature(self, node: str, made: Json) -> None:
        made["associatedAnatomy"] = [self.thing(site) for site in self.objects(node, "vocab:hasSite")]
        treatments = sorted(self.facts.subjects(name("vocab:usedFor"), node))
        made["possibleTreatment"] = [self.thing(treatment) for treatment in treatments]

    def test(self, node: str, made: Json) -> None:
        about = self.facts.subjects(name("vocab:hasDiagnosticTest"), node)
        made["usedToDiagnose"] = [{"@id": condition} for condition in sorted(about)]
        found = [other for other in self.objects(node, "vocab:looksFor") if self.is_a(other, "vocab:Finding")]
        made["signDetected"] = [self.thing(other) for other in found]
        if made["@type"] == "PathologyTest":
            made["tissueSample"] = self.labels(node, "vocab:examines")

    def treatment(self, node: str, schema_type: str, made: Json) -> None:
        if schema_type == "Drug":
            for term, curie in _DRUG_TEXTS:
                made[term] = self.labels(node, curie)
            made["drugClass"] = [self.thing(cls) for cls in self.objects(node, "vocab:memberOfClass")]
            made["doseSchedule"] = list(self.doses(node))
        elif schema_type == "DrugClass":
            members = sorted(self.facts.subjects(name("vocab:memberOfClass"), node))
            made["drug"] = [self.thing(member) for member in members if self.is_a(member, "vocab:Drug")]
        elif schema_type == "MedicalTherapy":
            used = self.objects(node, "vocab:usesMedicine")
            made["drug"] = [self.thing(drug) for drug in used if self.is_a(drug, "vocab:Drug")]
            made["doseSchedule"] = list(self.doses(node))
            made["adverseOutcome"] = [self.thing(harm) for harm in self.objects(node, "vocab:hasSideEffect")]

    def doses(self, node: str) -> Iterator[Json]:
        """What is said of the dose of a treatment; a range is told in words, as schema.org has no other place."""
        for claim in self.said:
            low, high = claim.texts("vocab:doseMinimum"), claim.texts("vocab:doseMaximum")
            if claim.subject != node or claim.denied or claim.hedged or claim.as_printed or not (low or high):
                continue
            value: Json | float = {"@type": "QualitativeValue", "name": "–".join(low + high)}
            if low == high:
                value = float(low[0])
            yield _full(
                {
                    "@type": "DoseSchedule",
                    "description": claim.statement,
                    "doseValue": value,
                    "doseUnit": " ".join(claim.texts("vocab:doseUnit")),
                    "frequency": "; ".join(claim.texts("vocab:schedule")),
                    "targetPopulation": ", ".join(label(self.facts, who) for who in claim.things("vocab:population")),
                }
            )

    def harms(self, node: str) -> Iterator[Json]:
        """The harms of a drug or class: only a therapy can have them in schema.org, so it is given as one again."""
        schema_type = kind(self.facts, node, _TYPES, "")
        harms = self.objects(node, "vocab:hasSideEffect")
        if not harms or schema_type not in {"Drug", "DrugClass"}:
            return
        made = self.named(node, "MedicalTherapy")
        del made["code"]
        if schema_type == "Drug":
            made["drug"] = {"@id": made.pop("@id")}
        yield _full({**made, "adverseOutcome": [self.thing(harm) for harm in harms]})

    def risk(self, condition: str, node: str, curie: str, schema_type: str) -> Json:
        """A trigger, risk factor or cause, with every sentence that ties it to the condition: some are hedged."""
        made = self.named(node, schema_type)
        made["description"] += [
            claim.statement for claim in self.said if claim.subject == condition and claim.target == node
        ]
        if curie == "vocab:hasRiskFactor":
            made["increasesRiskOf"] = {"@id": condition}
        return _full(made)

    def source(self, source: Source) -> Json:
        """A document, in full the first time."""
        if source.iri in self.sources:
            return {"@id": source.iri}
        self.sources.add(source.iri)
        return _full(
            {
                "@type": "MedicalWebPage",
                "@id": source.iri,
                "name": source.label,
                "headline": source.title,
                "description": source.status,
                "url": source.address,
                "inLanguage": min(self.facts.texts(source.iri, name("dcterms:language")), default=""),
                "publisher": [self.thing(node) for node in self.objects(source.iri, "vocab:publishedBy")],
                "author": [self.thing(node) for node in self.objects(source.iri, "vocab:authoredBy")],
                "reviewedBy": [self.thing(node) for node in self.objects(source.iri, "vocab:reviewedBy")],
                "lastReviewed": source.reviewed,
                "expires": source.stale_from,
                "copyrightNotice": source.terms,
                "license": source.license,
            }
        )

    def sentences(self) -> Iterator[Json]:
        """Each claim about something described here, as its sentence with the passages that it rests on."""
        for claim in self.said:
            if claim.subject in self.described:
                yield _full(
                    {
                        "@type": "Claim",
                        "@id": claim.iri,
                        "text": claim.statement,
                        "mainEntity": {"@id": claim.subject},
                        "about": {"@id": claim.target} if isinstance(claim.target, str) else {},
                        "appearance": [{"@id": document} for document in claim.documents],
                        "isBasedOn": list(claim.passages),
                    }
                )


def read(files: Files, release: Release) -> Iterator[Triple]:
    """The triples that the file carries; a text that stands for a thing is looked up by its label."""
    reader = _Reader(json.loads(files[_FILE])["@graph"], release.facts)
    for node in reader.nodes:
        yield from reader.triples(node)


_LINKS: Final = MappingProxyType(
    {
        "associatedAnatomy": {"MedicalCondition": "vocab:affects", "MedicalSignOrSymptom": "vocab:hasSite"},
        "typicalTest": {"MedicalCondition": "vocab:hasDiagnosticTest"},
        "signOrSymptom": {"MedicalCondition": "vocab:hasSymptom"},
        "cause": {"MedicalCondition": "vocab:hasCause"},
        "signDetected": {"": "vocab:looksFor"},
        "drugClass": {"Drug": "vocab:memberOfClass"},
        "adverseOutcome": {"": "vocab:hasSideEffect"},
        "publisher": {"": "vocab:publishedBy"},
        "author": {"": "vocab:authoredBy"},
        "reviewedBy": {"": "vocab:reviewedBy"},
    }
)
_INVERSE: Final = MappingProxyType(
    {
        "vocab:hasSymptom": "vocab:symptomOf",
        "vocab:hasTreatment": "vocab:treatmentFor",
        "vocab:hasTrigger": "vocab:triggerOf",
        "vocab:hasSite": "vocab:siteOf",
        "vocab:hasSideEffect": "vocab:sideEffectOf",
    }
)
_TYPED: Final = MappingProxyType(
    {
        "lastReviewed": ("vocab:lastReviewed", "xsd:gYearMonth"),
        "expires": ("vocab:staleFrom", "xsd:date"),
        "url": ("vocab:webAddress", "xsd:anyURI"),
        "inLanguage": ("dcterms:language", "xsd:string"),
    }
)
_ENGLISH: Final = MappingProxyType(
    {
        "name": "skos:prefLabel",
        "alternateName": "skos:altLabel",
        "headline": "dcterms:title",
        "copyrightNotice": "vocab:sourceLicense",
    }
)


class _Reader:
    def __init__(self, graph: list[Json], facts: Facts) -> None:
        self.nodes = [node for node in _walk(graph) if node["@id"] != BASE]
        self.unsaid = {node["@id"] for node in self.nodes for text in _texts(node) if text.startswith(_UNSAID)}
        self.by_label: dict[tuple[str, str], str] = {}
        for curie in (*_KINDS.values(), "vocab:SafetyAdvice"):
            for node in facts.instances(name(curie)):
                self.by_label[curie, label(facts, node)] = node
                self.by_label[curie, in_words(facts, node, "vocab:adviceText")] = node

    def triples(self, node: Json) -> Iterator[Triple]:
        iri = node["@id"]
        if node["@type"] == "Claim":
            yield from self.claim(iri, node)
            return
        for term, curie in _ENGLISH.items():
            for value in _list(node.get(term)):
                yield iri, name(curie), english(value)
        for term, (curie, datatype) in _TYPED.items():
            if term in node:
                yield iri, name(curie), Literal(node[term], name(datatype))
        if node["@type"] == "MedicalWebPage":
            yield iri, name("rdf:type"), name("vocab:SourceDocument")
            yield from ((iri, name("vocab:reviewStatus"), english(text)) for text in _texts(node))
            yield from ((iri, name("dcterms:license"), value) for value in _list(node.get("license")))
        else:
            yield from self.thing(iri, node)
        yield from self.links(iri, node)

    def thing(self, iri: str, node: Json) -> Iterator[Triple]:
        yield iri, name("rdf:type"), name("vocab:Entity")
        if node["@type"] in _BACK:
            yield iri, name("rdf:type"), _BACK[node["@type"]]
        yield from self.description(iri, node)
        for code in node.get("code", ()):
            yield iri, name("skos:exactMatch"), code["url"]

    def claim(self, iri: str, node: Json) -> Iterator[Triple]:
        yield iri, name("rdf:type"), name("vocab:Claim")
        yield iri, name("vocab:statement"), english(node["text"])
        yield iri, name("vocab:subject"), node["mainEntity"]["@id"]
        if "about" in node:
            yield iri, name("vocab:object"), node["about"]["@id"]
        yield from ((iri, name("vocab:restsOn"), passage) for passage in node["isBasedOn"])

    def description(self, iri: str, node: Json) -> Iterator[Triple]:
        texts = _texts(node)
        warnings = [text.removeprefix(_SAFETY) for text in texts if text.startswith(_SAFETY)]
        if texts and not texts[0].startswith((_SAFETY, _UNSAID)):
            yield iri, name("skos:definition"), english(texts[0])
        for words in [*warnings, *node.get("warning", ())]:
            adviser = self.by_label["vocab:SafetyAdvice", words]
            yield iri, name("vocab:hasSafetyAdvice"), adviser
            yield iri, name("vocab:hasAdvice"), adviser
            yield adviser, name("vocab:adviceText"), english(words)

    def links(self, iri: str, node: Json) -> Iterator[Triple]:
        for term, by_type in _LINKS.items():
            curie = by_type.get(node["@type"]) or by_type.get("")
            for other in _list(node.get(term)) if curie else ():
                if term not in _WITH_UNSAID or other["@id"] not in self.unsaid:
                    yield from _both_ways(iri, str(curie), other["@id"])
        for other in node.get("possibleTreatment", ()):
            yield from self.possible(iri, node, other)
        for other in node.get("riskFactor", ()):
            risk = "increasesRiskOf" in other
            yield from _both_ways(iri, "vocab:hasRiskFactor" if risk else "vocab:hasTrigger", other["@id"])
        for element in node.get("differentialDiagnosis", ()):
            yield iri, name("vocab:mistakenFor"), element["diagnosis"]["@id"]
            for mark in element.get("distinguishingSign", ()):
                yield iri, name("vocab:distinguishedBy"), mark["@id"]
        yield from self.medicines(iri, node)

    def possible(self, iri: str, node: Json, other: Json) -> Iterator[Triple]:
        treatment = other.get("@id") or other["drug"]["@id"]
        if node["@type"] == "MedicalSignOrSymptom":
            yield treatment, name("vocab:usedFor"), iri
        elif treatment not in self.unsaid:
            yield from _both_ways(iri, "vocab:hasTreatment", treatment)
        if "@id" not in other:  # otherwise it is a node of its own, and read as one
            for harm in other["adverseOutcome"]:
                yield from _both_ways(treatment, "vocab:hasSideEffect", harm["@id"])

    def medicines(self, iri: str, node: Json) -> Iterator[Triple]:
        for drug in _list(node.get("drug")):
            if node["@type"] == "DrugClass":
                yield drug["@id"], name("vocab:memberOfClass"), iri
            elif node["@type"] == "MedicalTherapy":
                yield iri, name("vocab:usesMedicine"), drug["@id"]
        for term, curie in _DRUG_TEXTS:
            for text in node.get(term, ()):
                yield iri, name(curie), self.by_label[_KINDS[curie], text]


def _both_ways(subject: str, curie: str, obj: str) -> Iterator[Triple]:
    yield subject, name(curie), obj
    if curie in _INVERSE:
        yield obj, name(_INVERSE[curie]), subject


def _walk(value: object) -> Iterator[Json]:
    """Every node with an IRI that is more than its IRI, at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from _walk(one)
    elif isinstance(value, dict):
        if "@id" in value and "@type" in value:
            yield value
        for one in value.values():
            yield from _walk(one)


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(node: Json) -> list[str]:
    return _list(node.get("description"))


FORMATS = (
    Format(
        "schema-org",
        (_FILE,),
        "search engines and web pages: schema.org MedicalCondition in JSON-LD, to be put into HTML as it is",
        write,
        read,
    ),
)
"""The formats of this module."""
