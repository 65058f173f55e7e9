"""The columns of the flat tables: what each holds, how it is made from the graph, and what a row says of the graph.

Columns are named after the properties of the graph (`rests_on` for `vocab:restsOn`) and stay in the order given here.
A cell that names a thing holds its IRI; the column beside it, `…_label`, what people call it. Texts are the English
ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jdm_kg.exports import common
from jdm_kg.exports.table import Release
from jdm_kg.facts import Facts, Literal, Term, Triple
from jdm_kg.iris import expand, is_own, name, shorten
from jdm_kg.reason.claims import edges

# How values of a column are written as literals; other literals than these are not taken into a table.
_DATATYPES = {
    "text": name("rdf:langString"),
    "string": name("xsd:string"),
    "integer": name("xsd:integer"),
    "number": name("xsd:decimal"),
    "boolean": name("xsd:boolean"),
}
PLAIN = {
    "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    "number": re.compile(r"-?(?:0|[1-9][0-9]{0,9})\.[0-9]{1,5}"),
    "boolean": re.compile(r"true|false"),
}

Cell = tuple[str, ...]
"""The values of a cell; those of a column for one value are at most one."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its name.
        kind: What it holds: `iri`, `text` (English), `string`, `integer`, `number` or `boolean`.
        many: Whether a cell can hold several values.
        property: The property whose values it holds, as `prefix:name`; empty where `derive` makes them.
        inverse: Whether the row is the value, and the cell holds what has it.
        derive: Makes the values from the node that the row is about.
        means: What the column holds, in words, where no property of the graph tells.
    """

    name: str
    kind: str
    many: bool = False
    property: str = ""
    inverse: bool = False
    derive: Callable[[Release, str], Iterable[str]] | None = None
    means: str = ""


@dataclass(frozen=True)
class Table:
    """A table: a row for each node of some classes, sorted by IRI."""

    name: str
    title: str
    classes: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def of(self) -> str:
        """The class of all rows, or nothing where they have several."""
        return self.classes[0] if len(self.classes) == 1 else ""


def _things(curies: str, *, many: bool = False) -> Iterator[Column]:
    """Columns for properties whose values are things, each with its labels beside it."""
    for curie in curies.split():
        column = Column(_snake(curie), "iri", many, curie)
        yield column
        yield _labels(column)


def _labels(column: Column) -> Column:
    def labels(release: Release, node: str) -> Iterable[str]:
        return [common.label(release.facts, value) for value in _values(column, release, node)]

    each = "of each, in the same order" if column.many else "of it"
    return Column(f"{column.name}_label", "string", column.many, derive=labels, means=f"The label {each}.")


def _values_of(kind: str, curies: str, *, many: bool = False) -> Iterator[Column]:
    return (Column(_snake(curie), kind, many, curie) for curie in curies.split())


def _snake(curie: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", curie.partition(":")[2]).lower()


def _inverse(column: str, curie: str, means: str) -> Column:
    return Column(column, "iri", many=True, property=curie, inverse=True, means=means)


# What is worked out for a row ---------------------------------------------------------------------------------------


def _safety_of_claim(release: Release, node: str) -> list[str]:
    return common.safety_of_records(release.facts, [node])


def _safety_of_tension(release: Release, node: str) -> list[str]:
    return common.safety_of_records(release.facts, release.facts.resources(node, name("vocab:between")))


def _passages(release: Release, node: str) -> list[str]:
    return sorted(release.facts.resources(node, name("vocab:restsOn")))


def _documents(release: Release, node: str) -> list[str]:
    facts = release.facts
    return sorted({common.one(facts, passage, "vocab:inSource") for passage in _passages(release, node)} - {""})


def _freshness(release: Release, node: str) -> list[str]:
    documents = set(_documents(release, node))
    return [s.freshness(release.as_of) for s in common.sources(release.facts) if s.iri in documents]


def _offsets(curie: str) -> Callable[[Release, str], list[str]]:
    def offsets(release: Release, node: str) -> list[str]:
        return [common.text(release.facts, passage, curie) for passage in _passages(release, node)]

    return offsets


def _band(curie: str) -> Callable[[Release, str], list[str]]:
    def bound(release: Release, node: str) -> list[str]:
        frequency = common.one(release.facts, node, "vocab:frequency")
        return [text for text in [common.text(release.facts, frequency, curie)] if text]

    return bound


@lru_cache(maxsize=1)
def _claims_with_edge(said: Facts) -> frozenset[str]:
    return frozenset(claim for claims in edges(said).values() for claim in claims)


def _edge(release: Release, node: str) -> list[str]:
    return ["true" if node in _claims_with_edge(release.said) else "false"]


def _value(part: Callable[[Literal], str]) -> Callable[[Release, str], list[str]]:
    def of_value(release: Release, node: str) -> list[str]:
        values = release.facts.objects(node, name("vocab:value"))
        literals = sorted(value for value in values if isinstance(value, Literal))
        return [text for text in map(part, literals[:1]) if text]

    return of_value


def _kinds(release: Release, node: str) -> list[str]:
    return sorted(kind for kind in release.said.resources(node, name("rdf:type")) if is_own(kind))


def _alternative(part: Callable[[Literal], str]) -> Callable[[Release, str], list[str]]:
    def names(release: Release, node: str) -> list[str]:
        values = release.facts.objects(node, name("skos:altLabel"))
        return [part(v) for v in sorted(v for v in values if isinstance(v, Literal) and v.language and v.text)]

    return names


def _statements(release: Release, node: str) -> list[str]:
    facts = release.facts
    return [common.text(facts, claim, "vocab:statement") for claim in sorted(facts.resources(node, _BETWEEN))]


_BETWEEN = name("vocab:between")
_CLAIM_SAFETY = Column(
    "safety_advice_text",
    "string",
    many=True,
    derive=_safety_of_claim,
    means="Safety advice that goes with the treatments and exposures that the claim names. Show it with them.",
)

CLAIMS = Table(
    "claims",
    "What each document states, denies or hedges: one fact a row, with all that the document attaches to it",
    ("vocab:Claim",),
    (
        *_values_of("text", "vocab:statement"),
        *_things("vocab:polarity vocab:certainty"),
        *_values_of("text", "vocab:certaintyCue", many=True),
        *_things("vocab:subject vocab:predicate vocab:object"),
        Column("value", "string", derive=_value(lambda v: v.text), means="The literal that stands for an object."),
        Column(
            "value_datatype",
            "string",
            derive=_value(lambda v: shorten(v.datatype)),
            means="The datatype of the value, such as xsd:string.",
        ),
        Column(
            "value_language", "string", derive=_value(lambda v: v.language), means="The language of the value, if any."
        ),
        *_things("vocab:frequency"),
        *_values_of("text", "vocab:frequencyWording", many=True),
        Column(
            "frequency_minimum_percent",
            "number",
            derive=_band("vocab:bandMinimum"),
            means="The lowest share that a named rule gives to the frequency; most wordings have none.",
        ),
        Column(
            "frequency_maximum_percent",
            "number",
            derive=_band("vocab:bandMaximum"),
            means="The highest share that a named rule gives to the frequency; most wordings have none.",
        ),
        *_things("vocab:severity"),
        *_values_of("text", "vocab:severityWording vocab:degreeWording vocab:circumstance", many=True),
        *_things(
            "vocab:circumstanceThing vocab:bodySite vocab:population vocab:place vocab:lifeStage vocab:comparedWith",
            many=True,
        ),
        *_things("vocab:after vocab:before", many=True),
        *_values_of("integer", "vocab:sequence vocab:rank"),
        *_things("vocab:route vocab:doseForm", many=True),
        *_values_of("number", "vocab:doseMinimum vocab:doseMaximum"),
        *_values_of("string", "vocab:doseUnit"),
        *_things("vocab:doseBasis"),
        *_values_of("text", "vocab:doseWording vocab:schedule", many=True),
        *_values_of("number", "vocab:durationMinimum vocab:durationMaximum"),
        *_values_of("string", "vocab:durationUnit"),
        *_values_of("text", "vocab:durationWording", many=True),
        # Behind the duration, so that no two wordings stand side by side in the order of the document.
        *_values_of("text", "vocab:timing vocab:timingWording", many=True),
        *_values_of("number", "vocab:amountMinimum vocab:amountMaximum"),
        *_values_of("string", "vocab:amountUnit"),
        *_values_of("text", "vocab:amountWording", many=True),
        *_values_of("boolean", "vocab:approximate"),
        *_values_of("number", "vocab:denominator"),
        *_things("vocab:denominatorPopulation"),
        *_values_of("number", "vocab:period"),
        *_values_of("string", "vocab:periodUnit"),
        *_things("vocab:agent", many=True),
        *_values_of("boolean", "vocab:example vocab:asPrinted"),
        Column(
            "direct_edge",
            "boolean",
            derive=_edge,
            means="Whether the claim gives the plain relation too. One that is denied or only hedged gives none.",
        ),
        _CLAIM_SAFETY,
        *_values_of("text", "vocab:curatorNote vocab:notNamedBecause", many=True),
        _inverse("tensions", "vocab:between", "Tensions of which the claim is one side; see tensions.csv."),
        _inverse("defects", "vocab:affectsClaim", "Defects of the source text that bear on the claim."),
        *_values_of("iri", "vocab:restsOn", many=True),
        Column(
            "start",
            "string",
            many=True,
            derive=_offsets("oa:start"),
            means="For each passage, in the same order, the offset of its first character, counted from 0.",
        ),
        Column(
            "end",
            "string",
            many=True,
            derive=_offsets("oa:end"),
            means="For each passage, in the same order, the offset after its last character.",
        ),
        Column("document", "iri", many=True, derive=_documents, means="The document of the passages."),
        Column(
            "document_label",
            "string",
            many=True,
            derive=lambda r, node: [common.label(r.facts, document) for document in _documents(r, node)],
            means="The label of the document.",
        ),
        Column(
            "document_review",
            "string",
            many=True,
            derive=_freshness,
            means="Whether the review of the document was current, overdue or unknown on the day of this release.",
        ),
    ),
)
THINGS = Table(
    "things",
    "What the claims speak of, and the fixed values of their qualifiers: names, kinds, definitions, mappings",
    ("vocab:Entity", "vocab:QualifierValue"),
    (
        *_values_of("text", "skos:prefLabel"),
        Column("kind", "iri", many=True, property="rdf:type", derive=_kinds, means="What it is, as curators say."),
        Column(
            "kind_label",
            "string",
            many=True,
            derive=lambda r, node: [common.label(r.facts, kind) for kind in _kinds(r, node)],
            means="The label of each kind, in the same order.",
        ),
        Column(
            "alt_label",
            "string",
            many=True,
            derive=_alternative(lambda v: v.text),
            means="Other names, of any language.",
        ),
        Column(
            "alt_label_language",
            "string",
            many=True,
            derive=_alternative(lambda v: v.language),
            means="The language of each other name, in the same order.",
        ),
        *_values_of("text", "skos:hiddenLabel", many=True),
        *_values_of("text", "skos:definition"),
        *_values_of("text", "vocab:adviceText skos:editorialNote skos:scopeNote", many=True),
        *_things("skos:broader vocab:inBodySystem vocab:partOf vocab:memberOfClass vocab:sharesSafetyOf", many=True),
        *_things("vocab:hasSafetyAdvice", many=True),
        Column(
            "safety_advice_text",
            "string",
            many=True,
            derive=lambda r, node: common.safety(r.facts, [node]),
            means="The words of its safety advice. Show them wherever you show the thing.",
        ),
        *_values_of("number", "vocab:bandMinimum vocab:bandMaximum"),
        *_things("vocab:bandRule"),
        *_values_of(
            "iri", "skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch", many=True
        ),
        *_values_of("boolean", "owl:deprecated"),
        *_values_of("iri", "dcterms:isReplacedBy", many=True),
    ),
)
PASSAGES = Table(
    "passages",
    "Every passage of every document by its offsets; the words themselves are not in the project",
    ("vocab:Passage",),
    (
        *_things("vocab:inSource vocab:inSection"),
        *_values_of("integer", "vocab:order"),
        *_things("vocab:passageKind"),
        *_values_of("integer", "oa:start oa:end"),
        *_values_of("string", "vocab:sha256"),
        *_things("vocab:setAsideReason"),
        *_values_of("text", "vocab:setAsideNote vocab:curatorNote", many=True),
        _inverse("claims", "vocab:restsOn", "The claims that rest on it; see claims.csv."),
        _inverse("defects", "vocab:inPassage", "The defects of the text that it shows."),
    ),
)
TENSIONS = Table(
    "tensions",
    "Where claims do not sit together, explained; neither side is preferred",
    ("vocab:Tension",),
    (
        *_values_of("text", "skos:prefLabel"),
        *_things("vocab:tensionKind vocab:sharpness"),
        *_values_of("text", "vocab:explanation vocab:curatorNote", many=True),
        *_values_of("iri", "vocab:between", many=True),
        Column(
            "between_statement",
            "string",
            many=True,
            derive=_statements,
            means="What each of these claims says, in our words, in the same order.",
        ),
        Column(
            "safety_advice_text",
            "string",
            many=True,
            derive=_safety_of_tension,
            means="Safety advice that goes with the treatments and exposures that the claims name.",
        ),
    ),
)
TABLES = (CLAIMS, THINGS, PASSAGES, TENSIONS)
"""The tables. A column once published keeps its name and meaning; a new one is a minor version."""


# Rows ---------------------------------------------------------------------------------------------------------------


def rows(table: Table, release: Release) -> list[dict[str, Cell]]:
    """The rows of a table, sorted by IRI, with a cell for `id` and each column."""
    facts = release.facts
    nodes = sorted({node for cls in table.classes for node in facts.instances(name(cls))})
    return [{"id": (node,), **{c.name: _values(c, release, node) for c in table.columns}} for node in nodes]


def _values(column: Column, release: Release, node: str) -> Cell:
    facts = release.facts
    if column.derive:
        return tuple(column.derive(release, node))
    predicate = name(column.property)
    if column.inverse:
        return tuple(sorted(facts.subjects(predicate, node)))
    if column.kind == "iri":
        found = sorted(value for value in facts.resources(node, predicate) if not value.startswith("_:"))
    else:
        literals = (value for value in facts.objects(node, predicate) if isinstance(value, Literal))
        found = sorted(value.text for value in literals if _fits(column.kind, value))
    return tuple(found if column.many else found[:1])


def _fits(kind: str, value: Literal) -> bool:
    if value.datatype != _DATATYPES[kind] or value.language not in {"", common.LANGUAGE}:
        return False
    return bool(value.text) and (kind not in PLAIN or PLAIN[kind].fullmatch(value.text) is not None)


def triples(table: Table, row: Mapping[str, Cell]) -> Iterator[Triple]:
    """What a row says, as triples of the graph."""
    (node,) = row["id"]
    if table.of:
        yield node, name("rdf:type"), name(table.of)
    for column in table.columns:
        for value in row.get(column.name, ()) if column.property else ():
            predicate = name(column.property)
            if column.inverse:
                yield value, predicate, node
            elif column.kind == "iri":
                yield node, predicate, value
            else:
                language = common.LANGUAGE if column.kind == "text" else ""
                yield node, predicate, Literal(value, _DATATYPES[column.kind], language)
    yield from ((node, name("vocab:value"), value) for value in _literals(row, "value"))
    yield from ((node, name("skos:altLabel"), value) for value in _literals(row, "alt_label"))
    if table is CLAIMS:
        yield from _of_claims(row)


def _of_claims(row: Mapping[str, Cell]) -> Iterator[Triple]:
    """What the row of a claim says of other nodes: the plain relation, and where its passages are."""
    if row["direct_edge"] == ("true",):
        (subject,), (predicate,) = row["subject"], row["predicate"]
        targets: list[Term] = [*row["object"], *_literals(row, "value")]
        yield from ((subject, predicate, target) for target in targets)
    for column in ("start", "end"):
        for passage, offset in zip(row["rests_on"], row[column], strict=True):
            yield passage, name(f"oa:{column}"), Literal(offset, _DATATYPES["integer"])


def _literals(row: Mapping[str, Cell], column: str) -> Iterator[Literal]:
    """The literals of a column whose languages and datatypes stand in two others."""
    values = row.get(column, ())
    languages = row.get(f"{column}_language", ()) or ("",) * len(values)
    datatypes = row.get(f"{column}_datatype", ()) or ("rdf:langString",) * len(values)
    for value, language, datatype in zip(values, languages, datatypes, strict=True):
        yield Literal(value, expand(datatype), language)
