"""The documents for apps: trees of plain values, nested as a person expects, each statement with its evidence.

In each object `type` comes first and `id` next, as readers of JSON-LD that work on a stream want it.

Source: Streaming JSON-LD (W3C Working Group Note), section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

from jdm_kg.exports import app_context, common, curies
from jdm_kg.exports.app_table import (
    CONTRACT,
    FOLDER,
    GROUPS,
    ISO_UNITS,
    ITEMS,
    MAPPINGS,
    PARTS,
    SECTIONS,
    SYMPTOM_GROUPS,
    SYMPTOMS,
    SYMPTOMS_AFTER,
    Links,
    Part,
    Section,
)
from jdm_kg.exports.table import Release
from jdm_kg.facts import Literal
from jdm_kg.iris import BASE, PREFIXES, name
from jdm_kg.support import Support

Json = dict[str, Any]

_TYPE = name("rdf:type")
_SUBJECT = name("vocab:subject")
_PREDICATE = name("vocab:predicate")
_OBJECT = name("vocab:object")
_VALUE = name("vocab:value")
_SAFETY = name("vocab:hasSafetyAdvice")
_LAST = "\uffff"  # sorts after all that stands in a file


class Documents:
    """The documents of a release.

    Args:
        release: What they are made from.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._graph = release.facts
        self._support = Support(self._graph)
        self.context = app_context.context(self._graph)
        self._language = app_context.language(self._graph)
        self._statements: dict[str, Json] = {}

    # --- What there is ---

    @cached_property
    def things(self) -> list[str]:
        """All things, sorted."""
        return [node for node in self._graph.instances(name("vocab:Entity")) if node.startswith(PREFIXES["id"])]

    @cached_property
    def conditions(self) -> list[str]:
        """The conditions that the documents are about: those of which they tell symptoms and treatments; sorted."""
        found = set(self.things).intersection(self._graph.instances(name("vocab:Condition")))
        for curie in ("vocab:hasSymptom", "vocab:hasTreatment"):
            found &= {subject for subject, _, _ in self._claims_by_relation(name(curie))}
        return sorted(found)

    @cached_property
    def _treatments(self) -> frozenset[str]:
        return frozenset(self._graph.instances(name("vocab:Treatment")))

    @cached_property
    def _claims(self) -> list[str]:
        """All claims in the order in which the documents make them.

        A part of a release may hold the other side of a tension without the thing that it speaks of; that is left out.
        """
        whole = (claim for claim in self._graph.instances(name("vocab:Claim")) if self._graph.objects(claim, _SUBJECT))
        return sorted(whole, key=self._place)

    @cached_property
    def _by_subject(self) -> Mapping[str, list[str]]:
        return self._grouped(_SUBJECT)

    @cached_property
    def _by_object(self) -> Mapping[str, list[str]]:
        return self._grouped(_OBJECT)

    def _grouped(self, predicate: str) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for claim in self._claims:
            for node in self._graph.resources(claim, predicate):
                found.setdefault(node, []).append(claim)
        return found

    def _place(self, claim: str) -> tuple[str, int, str]:
        """Document, place in it, and IRI of a claim."""
        spots = [(item["document"]["id"], item["start"], claim) for item in self._evidence(claim)]
        return min(spots, default=(_LAST, 0, claim))

    def _claims_by_relation(self, relation: str) -> list[tuple[str, str, str]]:
        """The claims with a relation as subject, object (or an empty text), and claim."""
        graph = self._graph
        return [
            (common.one(graph, claim, "vocab:subject"), common.one(graph, claim, "vocab:object"), claim)
            for claim in graph.subjects(_PREDICATE, relation)
            if graph.objects(claim, _SUBJECT)
        ]

    # --- The documents ---

    def condition(self, node: str) -> Json:
        """Everything that an information page about a condition needs."""
        shown: set[str] = set()
        document = self._described(node)
        for section in SECTIONS:
            document[section.key] = self._section(node, section, shown)
            if section.key == SYMPTOMS_AFTER:
                document[SYMPTOM_GROUPS] = self._symptom_groups(node, shown)
        document["family"]["siblings"] = self._siblings(node)
        rest = [claim for claim in self._claims if claim not in shown and self._is_about(claim, node)]
        document["otherStatements"] = [self.statement(claim) for claim in rest]
        return self._finished(document, "condition")

    def thing(self, node: str) -> Json:
        """All that is known of one thing."""
        graph = self._graph
        document = self._described(node)
        advice = common.text(graph, node, "vocab:adviceText")
        if advice:
            document["adviceText"] = advice
        document["broader"] = self._references(graph.resources(node, name("skos:broader")))
        document["narrower"] = self._references(graph.subjects(name("skos:broader"), node))
        for key, curie in (
            ("partOf", "vocab:partOf"),
            ("hasPart", "vocab:hasPart"),
            ("bodySystems", "vocab:inBodySystem"),
            ("sharesSafetyOf", "vocab:sharesSafetyOf"),
        ):
            document[key] = self._references(graph.resources(node, name(curie)))
        document["mappings"] = self._mappings(node)
        safety = next(links for links in ITEMS["Treatment"].links if links.key == "safetyAdvice")
        document["safetyAdvice"] = self._items(node, safety, set())
        own = self._by_subject.get(node, [])
        about = [claim for claim in self._by_object.get(node, []) if claim not in own]
        other = [claim for claim in self._qualified.get(node, []) if claim not in own and claim not in about]
        for key, claims in (("asSubject", own), ("asObject", about), ("asQualifier", other)):
            document[key] = [self.statement(claim) for claim in claims]
        return self._finished(document, "thing")

    def index(self) -> Json:
        """The names of all things and where each has its document, small enough to be searched offline."""
        pages = {node: f"conditions/{file_name(node)}" for node in self.conditions}
        entries = []
        for node in self.things:
            entry = {**self._reference(node), "kind": self._kind(node)}
            self._add_synonyms(entry, node)
            entry["file"] = f"things/{file_name(node)}"
            if node in pages:
                entry["page"] = pages[node]
            entries.append(entry)
        entries.sort(key=lambda entry: (entry["label"].casefold(), entry["id"]))
        document = {"meta": self.meta("index"), "things": entries}
        return {"@context": app_context.of_document(self.context, document), **document}

    def meta(self, schema: str) -> Json:
        """What every file says of itself.

        Args:
            schema: The name of its schema, or empty.
        """
        release = self._release
        found = {
            "disclaimer": common.DISCLAIMER,
            "contract": CONTRACT,
            "version": release.version,
            "modified": release.modified,
            "asOf": release.as_of,
            "license": common.LICENSE,
            "licenseUrl": common.LICENSE_URL,
            "context": app_context.ADDRESS,
            "schema": f"{BASE}{FOLDER}/schema/{schema}.schema.json" if schema else "",
        }
        return {key: value for key, value in found.items() if value}

    def _described(self, node: str) -> Json:
        graph = self._graph
        document: Json = {"type": self._kind_of(node), "id": node, "kind": self._kind(node)}
        document["label"] = self._label(node)
        document["labels"] = self._languages(node, "skos:prefLabel")
        self._add_synonyms(document, node)
        self._add_definition(document, node)
        kinds = sorted(graph.resources(node, _TYPE))
        document["kinds"] = [app_context.local(kind) for kind in kinds if kind.startswith(PREFIXES["vocab"])]
        return document

    def _finished(self, document: Json, schema: str) -> Json:
        """A document with what goes with all that it names: tensions, sources, safety advice; context first."""
        shown = {node["id"]: node for node in _nodes(document)}
        claims = {node for node, value in shown.items() if value.get("type") == "Claim"}
        document["tensions"] = self._tensions(claims)
        shown.update((node["id"], node) for node in _nodes(document["tensions"]))
        document["sources"] = [self._source(node) for node in sorted(self._named_sources(shown, claims))]
        treatments = sorted(self._treatments.intersection(shown), key=lambda node: (self._label(node), node))
        document["safetyByTreatment"] = [
            {**self._reference(node), "safetyAdvice": [self._advice(advice) for advice in sorted(advices)]}
            for node in treatments
            if (advices := self._graph.resources(node, _SAFETY))
        ]
        ordered = {"type": document["type"], "id": document["id"], "meta": self.meta(schema), **document}
        return {"@context": app_context.of_document(self.context, ordered), **ordered}

    def _named_sources(self, shown: Iterable[str], claims: Iterable[str]) -> set[str]:
        known = set(self._graph.instances(name("vocab:SourceDocument")))
        rested = {item["document"]["id"] for claim in claims for item in self._evidence(claim)}
        return (known & set(shown)) | rested

    # --- Sections of a condition ---

    def _section(self, node: str, section: Section, shown: set[str]) -> Json:
        found: Json = {"title": section.title}
        relations: set[str] = set()
        for links in section.links:
            relations |= self._support.below(name(links.relation))
            if links.item == "text":
                found[links.key] = sorted(self._graph.texts(node, name(links.relation)))
            else:
                before = {item["id"] for item in found.get(links.besides, [])}
                found[links.key] = [item for item in self._items(node, links, shown) if item["id"] not in before]
        claims = [c for c in self._by_subject.get(node, []) if relations.intersection(self._support.relation(c))]
        return found | self._left_over(claims, shown)

    def _left_over(self, claims: Iterable[str], shown: set[str]) -> Json:
        """Those claims of a section that no item of it shows: names and the like, what is denied, what is not sure."""
        found: dict[str, list[Json]] = {"statements": [], "denials": [], "uncertain": []}
        for claim in claims:
            if claim not in shown:
                shown.add(claim)
                found[self._standing(claim)].append(self.statement(claim))
        return dict(found)

    def _standing(self, claim: str) -> str:
        statement = self.statement(claim)
        if statement["polarity"] != "affirmed":
            return "denials"
        if statement["certainty"] != "stated" or statement.get("asPrinted"):
            return "uncertain"
        return "statements"

    def _symptom_groups(self, node: str, shown: set[str]) -> list[Json]:
        """The symptoms by body system, in the order in which the documents come to speak of each."""
        graph = self._graph
        items = self._items(node, SYMPTOMS, shown)
        main = set(graph.resources(node, name("vocab:hasMainSymptom")))
        items = [{**_head(item), "main": item["id"] in main, **_tail(item)} for item in items]
        items.sort(key=lambda item: not item["main"])
        relations = self._support.below(name(SYMPTOMS.relation))
        groups: dict[str, Json] = {}

        def group(symptom: str) -> Iterator[Json]:
            for system in sorted(graph.resources(symptom, name("vocab:inBodySystem"))) or [""]:
                if system not in groups:
                    head = {"title": self._label(system), "bodySystem": self._reference(system)} if system else {}
                    groups[system] = {"title": "Other", **head, "symptoms": [], **self._left_over((), shown)}
                yield groups[system]

        for item in items:
            for found in group(item["id"]):
                found["symptoms"].append(item)
        for claim in self._by_subject.get(node, []):
            if claim not in shown and relations.intersection(self._support.relation(claim)):
                for found in group(common.one(graph, claim, "vocab:object")):
                    for key, values in self._left_over([claim], set()).items():
                        found[key] += values
                shown.add(claim)
        return sorted(groups.values(), key=lambda found: "bodySystem" not in found)

    def _siblings(self, node: str) -> list[Json]:
        """Other conditions that a document calls a kind of what it calls this one a kind of."""
        below = sorted(self._support.below(name("vocab:isSubtypeOf")))
        inverse = [name("vocab:hasSubtype")]

        def pairs() -> Iterator[tuple[str, str, str]]:
            for relation in below:
                yield from self._claims_by_relation(relation)
            for relation in inverse:
                yield from ((kind, parent, claim) for parent, kind, claim in self._claims_by_relation(relation))

        said = [(kind, parent, claim) for kind, parent, claim in pairs() if self._standing(claim) == "statements"]
        parents = {parent for kind, parent, _ in said if kind == node}
        found: dict[str, list[str]] = {}
        for kind, parent, claim in said:
            if parent in parents and kind not in parents | {node}:
                found.setdefault(kind, []).append(claim)
        return [self._item(kind, "Link", claims, set()) for kind, claims in sorted(found.items())]

    # --- Lists of things ---

    def _items(self, node: str, links: Links, shown: set[str]) -> list[Json]:
        """The things to which another is related, in the order of the documents, those that only follow last."""
        relation = name(links.relation)
        graph = self._graph
        others = graph.subjects(relation, node) if links.reverse else graph.resources(node, relation)
        found = []
        for other in others:
            claims = self._support.claims(*((other, relation, node) if links.reverse else (node, relation, other)))
            item = self._item(other, links.item, claims, shown)
            if links.item == "Trigger":
                item["denials"] = self._denials(node, other, shown)
            place = min(map(self._place, claims), default=(_LAST, 0, other))
            found.append((place, item["label"], other, item))
        return [item for *_, item in sorted(found, key=lambda entry: entry[:3])]

    def _item(self, node: str, kind: str, claims: Iterable[str], shown: set[str]) -> Json:
        claims = sorted(set(claims), key=self._place)
        shown.update(claims)
        item: Json = {**self._reference(node), "kind": self._kind(node)}
        self._add_definition(item, node)
        if kind == "Advice":
            item |= {"text": common.text(self._graph, node, "vocab:adviceText")}
        item["derived"] = not claims
        item["statements"] = [self.statement(claim) for claim in claims]
        inner = set(claims)
        for links in ITEMS[kind].links:
            item[links.key] = self._items(node, links, inner)
        if ITEMS[kind].links:
            rest = [claim for claim in self._by_subject.get(node, []) if claim not in inner]
            item["otherStatements"] = [self.statement(claim) for claim in rest]
            inner.update(rest)
        shown |= inner
        return item

    def _denials(self, node: str, other: str, shown: set[str]) -> list[Json]:
        """What documents deny of a thing and another, whatever the relation."""
        both = set(self._by_object.get(other, []))
        claims = [c for c in self._by_subject.get(node, []) if c in both and self._standing(c) == "denials"]
        shown.update(claims)
        return [self.statement(claim) for claim in claims]

    def _is_about(self, claim: str, node: str) -> bool:
        return node in (*self._graph.resources(claim, _SUBJECT), *self._graph.resources(claim, _OBJECT))

    @cached_property
    def _qualified(self) -> Mapping[str, list[str]]:
        """For each thing the claims that name it in a qualifier."""
        found: dict[str, list[str]] = {}
        for claim in self._claims:
            for predicate, values in self._graph.of(claim).items():
                if predicate.startswith(PREFIXES["vocab"]) and predicate not in (_SUBJECT, _OBJECT, _PREDICATE):
                    for value in values:
                        if isinstance(value, str) and value.startswith(PREFIXES["id"]):
                            found.setdefault(value, []).append(claim)
        return {node: list(dict.fromkeys(claims)) for node, claims in found.items()}

    # --- Statements ---

    def statement(self, claim: str) -> Json:
        """A claim with its qualifiers and evidence."""
        known = self._statements.get(claim)
        if known is not None:
            return known
        graph = self._graph
        found: Json = {"type": "Claim", "id": claim, "statement": common.text(graph, claim, "vocab:statement")}
        found["subject"] = self._reference(common.one(graph, claim, "vocab:subject"))
        found["predicate"] = app_context.local(common.one(graph, claim, "vocab:predicate"))
        obj = common.one(graph, claim, "vocab:object")
        if obj:
            found["object"] = self._reference(obj)
        found |= self._value(claim)
        found["polarity"] = app_context.local(common.one(graph, claim, "vocab:polarity"))
        found["certainty"] = app_context.local(common.one(graph, claim, "vocab:certainty"))
        frequency = common.one(graph, claim, "vocab:frequency")
        if frequency:
            found["frequency"] = self._frequency(frequency)
        found |= self._parts(claim, PARTS)
        for key, (_, parts) in GROUPS.items():
            group = self._parts(claim, parts)
            if group:
                found[key] = {**_native(group), **group}
        found["inTensions"] = self._references(graph.subjects(name("vocab:between"), claim))
        found["evidence"] = self._evidence(claim)
        self._statements[claim] = found
        return found

    def _value(self, claim: str) -> Json:
        for literal in self._graph.objects(claim, _VALUE):
            if isinstance(literal, Literal):
                if literal.datatype == name("xsd:string"):
                    return {"value": literal.text}
                if literal.datatype == name("xsd:gYearMonth"):
                    return {"valueMonth": literal.text}
        return {}

    def _parts(self, claim: str, parts: Iterable[Part]) -> Json:
        found = {part.key: self._part(claim, part) for part in parts}
        return {key: value for key, value in found.items() if value not in (None, [])}

    def _part(self, claim: str, part: Part) -> object:
        relation = name(part.relation)
        if part.kind == "things":
            return self._references(self._graph.resources(claim, relation))
        if part.kind == "thing":
            nodes = sorted(self._graph.resources(claim, relation))
            return self._reference(nodes[0]) if nodes else None
        texts = sorted(self._graph.texts(claim, relation))
        if part.kind == "texts":
            return texts
        if not texts:
            return None
        if part.kind == "flag":
            return texts[0] in ("true", "1")
        return int(texts[0]) if part.kind == "whole" else texts[0]

    def _frequency(self, node: str) -> Json:
        graph = self._graph
        found = self._reference(node)
        bounds = {
            "bandMinimum": common.text(graph, node, "vocab:bandMinimum"),
            "bandMaximum": common.text(graph, node, "vocab:bandMaximum"),
        }
        if all(bounds.values()):
            found["band"] = {**_native(bounds), **bounds}
            rule = common.one(graph, node, "vocab:bandRule")
            if rule:
                found["band"]["rule"] = self._reference(rule)
        return found

    @cache  # noqa: B019 - as above
    def _evidence(self, claim: str) -> list[Json]:
        graph = self._graph
        found = []
        for passage in graph.resources(claim, name("vocab:restsOn")):
            start, end = (int(common.text(graph, passage, curie) or 0) for curie in ("oa:start", "oa:end"))
            entry: Json = {"type": "Passage", "id": passage}
            document, section = (common.one(graph, passage, c) for c in ("vocab:inSource", "vocab:inSection"))
            entry["document"] = self._reference(document)
            if section:
                entry["section"] = self._reference(section)
            found.append({**entry, "start": start, "end": end})
        return sorted(found, key=lambda entry: (entry["document"]["id"], entry["start"], entry["id"]))

    def _tensions(self, claims: set[str]) -> list[Json]:
        graph = self._graph
        nodes = {node for claim in claims for node in graph.subjects(name("vocab:between"), claim)}
        found = []
        for node in sorted(nodes, key=lambda node: (self._label(node), node)):
            sides = sorted(graph.resources(node, name("vocab:between")), key=self._place)
            found.append(
                {
                    **self._reference(node),
                    "tensionKind": app_context.local(common.one(graph, node, "vocab:tensionKind")),
                    "sharpness": app_context.local(common.one(graph, node, "vocab:sharpness")),
                    "explanation": common.text(graph, node, "vocab:explanation"),
                    "between": [_short(self.statement(claim)) for claim in sides],
                }
            )
        return found

    def _source(self, node: str) -> Json:
        graph = self._graph
        found = self._reference(node)
        texts = {
            "sourceTitle": "dcterms:title",
            "webAddress": "vocab:webAddress",
            "language": "dcterms:language",
            "sourceTerms": "vocab:sourceLicense",
            "reviewStatus": "vocab:reviewStatus",
            "lastReviewed": "vocab:lastReviewed",
            "nextReviewDue": "vocab:nextReviewDue",
            "staleFrom": "vocab:staleFrom",
        }
        publisher = common.one(graph, node, "vocab:publishedBy")
        if publisher:
            found["publisher"] = self._reference(publisher)
        for key, curie in (("authors", "vocab:authoredBy"), ("reviewers", "vocab:reviewedBy")):
            found[key] = self._references(graph.resources(node, name(curie)))
        found |= {key: text for key, curie in texts.items() if (text := common.text(graph, node, curie))}
        license_ = common.one(graph, node, "dcterms:license")
        if license_:
            found["license"] = license_
        if "staleFrom" in found and self._release.as_of:
            found["isStale"] = self._release.as_of >= found["staleFrom"]
        return found

    # --- Descriptions ---

    def _reference(self, node: str) -> Json:
        return {"type": self._kind_of(node), "id": node, "label": self._label(node)}

    def _references(self, nodes: Iterable[str]) -> list[Json]:
        return sorted((self._reference(node) for node in set(nodes)), key=lambda ref: (ref["label"], ref["id"]))

    def _advice(self, node: str) -> Json:
        return {**self._reference(node), "text": common.text(self._graph, node, "vocab:adviceText")}

    def _add_synonyms(self, item: Json, node: str) -> None:
        """The other labels by language; no empty map, which one reader of JSON-LD takes for a node without a name."""
        found = self._languages(node, "skos:altLabel")
        if found:
            item["alternativeLabels"] = found

    def _add_definition(self, item: Json, node: str) -> None:
        definition = common.text(self._graph, node, "skos:definition")
        if definition:
            item["definition"] = definition

    def _label(self, node: str) -> str:
        values = self._graph.objects(node, name("skos:prefLabel"))
        texts = [(v.language != self._language, v.language, v.text) for v in values if isinstance(v, Literal)]
        return min(texts)[2] if texts else common.label(self._graph, node)

    def _languages(self, node: str, curie: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for value in self._graph.objects(node, name(curie)):
            if isinstance(value, Literal) and value.language:
                found.setdefault(value.language, []).append(value.text)
        return {tag: sorted(texts) for tag, texts in sorted(found.items())}

    @cache  # noqa: B019 - as above
    def _kind_of(self, node: str) -> str:
        """The narrowest class that curators gave a node."""
        said = self._release.said
        given = {cls for cls in said.resources(node, _TYPE) if cls.startswith(PREFIXES["vocab"])}
        wider = {above for cls in given for above in self._superclasses(cls) if above != cls}
        return app_context.local(min(given - wider, default=name("vocab:Entity")))

    @cache  # noqa: B019 - as above
    def _superclasses(self, cls: str) -> frozenset[str]:
        return frozenset(self._graph.superclasses(cls))

    def _kind(self, node: str) -> str:
        return self._graph.label(PREFIXES["vocab"] + self._kind_of(node))

    def _mappings(self, node: str) -> Json:
        found: Json = {}
        for match in MAPPINGS:
            iris = sorted(self._graph.resources(node, name(f"skos:{match}")))
            found[match] = [
                {"id": iri, "curie": self._vocabularies[iri].curie(iri), "vocabulary": self._vocabularies[iri].title}
                for iri in iris
            ]
        return found

    @cached_property
    def _vocabularies(self) -> Mapping[str, curies.Vocabulary]:
        return curies.vocabularies(iri for _, _, iri in curies.mappings(self._graph))


def file_name(node: str) -> str:
    """The name of the file of a thing: what its IRI ends in.

    >>> file_name(PREFIXES["id"] + "some-thing")
    'some-thing.json'
    """
    return quote(node.removeprefix(PREFIXES["id"]), safe="") + ".json"


def _nodes(value: object) -> Iterator[Json]:
    """All objects with an `id` in a tree."""
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _head(item: Json) -> Json:
    return {key: item[key] for key in ("type", "id", "label")}


def _tail(item: Json) -> Json:
    return {key: value for key, value in item.items() if key not in ("type", "id", "label")}


def _short(statement: Json) -> Json:
    """A claim as one side of a tension: what it says, and where."""
    return {key: statement[key] for key in ("type", "id", "statement", "polarity", "certainty", "evidence")}


def _native(exact: Mapping[str, Any]) -> Json:
    """The bounds of a group as JSON numbers and ISO 8601 durations."""
    found: Json = {}
    for key, text in exact.items():
        if key.endswith("Minimum"):
            found["minimum"] = _number(text)
        elif key.endswith("Maximum"):
            found["maximum"] = _number(text)
        elif key == "denominator":
            found["outOf"] = _number(text)
    unit = ISO_UNITS.get(str(exact.get("durationUnit")))
    for key, bound in (("isoMinimum", "durationMinimum"), ("isoMaximum", "durationMaximum")):
        if unit and bound in exact:
            found[key] = _iso(exact[bound], unit)
    unit = ISO_UNITS.get(str(exact.get("periodUnit")))
    if unit and "period" in exact:
        found["isoPeriod"] = _iso(exact["period"], unit)
    return found


def _number(text: str) -> int | float:
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def _iso(text: str, unit: tuple[str, str]) -> str:
    before, after = unit
    return f"{before}{_number(text)}{after}"
