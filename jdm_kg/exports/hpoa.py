"""Symptoms of the conditions as a table in the format of HPO's disease annotations (phenotype.hpoa).

A row is one claim that a document makes outright about a feature with an exact HPO term: evidence TAS, the traceable
statement of an author. What is hedged, taken for granted, or denied "in some cases" has no place there. A frequency or
a modifier is given only where the graph maps ours to an HPO term, or the document gives one exact percentage.

Source: HPO, "Format of the phenotype.hpoa file".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from jdm_kg.exports.claims import Claim, claims, english
from jdm_kg.exports.common import DISCLAIMER, LICENSE, LICENSE_URL, label, sources
from jdm_kg.exports.curies import Vocabulary, exact, vocabularies
from jdm_kg.exports.table import Files, Format, Release
from jdm_kg.facts import Facts, Triple
from jdm_kg.iris import PREFIXES, name, shorten

_FILE: Final = "phenotype.hpoa"
_COLUMNS: Final = (
    "database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence", "onset", "frequency", "sex",
    "modifier", "aspect", "biocuration",
)  # fmt: skip
_RELATIONS: Final = (name("vocab:hasSymptom"), name("vocab:hasMainSymptom"))
_DATABASES: Final = ("ORPHA", "MONDO", "DOID")
_HPO: Final = "HP"
_CURATOR: Final = "JDMKG:curators"

Row = dict[str, str]


def write(release: Release) -> Files:
    """The one table, sorted, under lines of comment that say what it is."""
    facts = release.facts
    rows = [row for claim in claims(facts) if (row := _row(facts, claim, release.modified))]
    text = io.StringIO()
    for line in _header(release):
        text.write(f"#{' '.join(line.split())}\n")
    table = csv.DictWriter(text, _COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    table.writeheader()
    table.writerows(sorted(rows, key=lambda row: (row["database_id"], row["hpo_id"], row["reference"])))
    return {_FILE: text.getvalue().encode()}


def _header(release: Release) -> Iterator[str]:
    yield "description: features of conditions, each row one statement of a document; see the claim in its reference"
    yield f"version: {release.version}"
    yield f"date: {release.modified}"
    yield f"disclaimer: {DISCLAIMER}"
    yield f"license: {LICENSE} {LICENSE_URL}"
    for source in sources(release.facts):
        yield f"source: {source.label}, {source.address}. {source.terms} {source.status}"


def _row(facts: Facts, claim: Claim, day: str) -> Row | None:
    if claim.predicate not in _RELATIONS or not claim.stated or claim.as_printed or not isinstance(claim.target, str):
        return None
    term = _term(facts, claim.target)
    if not term or (claim.denied and claim.things("vocab:frequency")):
        return None
    return {
        "database_id": _database(facts, claim.subject),
        "disease_name": label(facts, claim.subject),
        "qualifier": "NOT" if claim.denied else "",
        "hpo_id": term,
        "reference": ";".join([*_addresses(facts, claim), claim.iri]),
        "evidence": "TAS",
        "frequency": _frequency(facts, claim),
        "modifier": ";".join(sorted(filter(None, (_term(facts, thing) for thing in claim.things("vocab:severity"))))),
        "aspect": "P",
        "biocuration": f"{_CURATOR}[{day}]" if day else _CURATOR,
    }


def _by_prefix(facts: Facts, thing: str) -> Mapping[str, tuple[Vocabulary, str]]:
    return {vocabulary.prefix: (vocabulary, iri) for iri, vocabulary in vocabularies(exact(facts, thing)).items()}


def _term(facts: Facts, thing: str) -> str:
    found = _by_prefix(facts, thing).get(_HPO)
    return found[0].curie(found[1]) if found else ""


def _database(facts: Facts, thing: str) -> str:
    of = _by_prefix(facts, thing)
    found = next((of[prefix] for prefix in _DATABASES if prefix in of), None)
    return found[0].curie(found[1]) if found else f"JDMKG:{thing.removeprefix(PREFIXES['id'])}"


def _addresses(facts: Facts, claim: Claim) -> list[str]:
    return sorted(min(facts.texts(doc, name("vocab:webAddress")), default=shorten(doc)) for doc in claim.documents)


def _frequency(facts: Facts, claim: Claim) -> str:
    terms = sorted(filter(None, (_term(facts, thing) for thing in claim.things("vocab:frequency"))))
    if terms:
        return terms[0]
    low, high = claim.texts("vocab:amountMinimum"), claim.texts("vocab:amountMaximum")
    share = claim.texts("vocab:amountUnit") == ["%"] and "true" not in claim.texts("vocab:approximate")
    return f"{float(low[0]):g}%" if share and low and low == high else ""


def read(files: Files, release: Release) -> Iterator[Triple]:
    """The claims that the rows stand for, without the relation where it is denied, and the edges that they give."""
    facts = release.facts
    of_disease = {_database(facts, thing): thing for thing in facts.instances(name("vocab:Condition"))}
    features = facts.instances(name("vocab:ClinicalFeature"))
    of_term = {term: thing for thing in features if (term := _term(facts, thing))}
    lines = [line for line in files[_FILE].decode("utf-8").split("\n") if not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        condition, feature = of_disease[row["database_id"]], of_term[row["hpo_id"]]
        claim = row["reference"].rpartition(";")[2]
        yield condition, name("skos:prefLabel"), english(row["disease_name"])
        yield claim, name("rdf:type"), name("vocab:Claim")
        yield claim, name("vocab:subject"), condition
        yield claim, name("vocab:object"), feature
        yield claim, name("vocab:certainty"), name("vocab:stated")
        yield claim, name("vocab:polarity"), name("vocab:denied" if row["qualifier"] else "vocab:affirmed")
        if not row["qualifier"]:
            yield condition, name("vocab:hasSymptom"), feature
            yield feature, name("vocab:symptomOf"), condition


FORMATS = (
    Format(
        "hpoa",
        (_FILE,),
        "tools that compare phenotypes: symptoms with HPO terms, as in HPO's own annotations",
        write,
        read,
    ),
)
"""The formats of this module."""
