"""Data that somebody made to attack whoever shows it: every text tries to run something, every address to lead astray.

Each of its tricks would call `canary`, or ask a host that is not ours for something.
"""

from __future__ import annotations

import json
from typing import Final

SCRIPT: Final = "</script><script>canary('script')</script>"
IMAGE: Final = "<img src=//elsewhere.invalid/x onerror=canary('img')>"
HANDLER: Final = "\" onmouseover=\"canary('handler')\" autofocus onfocus='canary(1)' x=\""
COMMENT: Final = "<!--<script>canary('comment')//--></title></textarea></style>"
TEMPLATE: Final = "{{ 7*7 }}{% print 7*7 %}${7*7}"
SEPARATORS: Final = "one\u2028two\u2029three\u0085four"
BIDI: Final = "\u202edesrever\u2066 \u200bzero\ufeff"
LONG: Final = "W" * 3000
SVG: Final = "<svg onload=canary('svg')><animate onbegin=canary('svg') attributeName=x dur=1s>"

TEXTS: Final = (SCRIPT, IMAGE, HANDLER, COMMENT, TEMPLATE, SEPARATORS, BIDI, LONG, SVG)
ADDRESSES: Final = (
    "javascript:canary('iri')",
    "JaVaScRiPt:canary('iri')",
    "data:text/html,<script>canary('data')</script>".replace("<", "%3C").replace(">", "%3E"),
    "vbscript:canary",
    "file:///etc/passwd",
    "http:canary",
    "blob:https://elsewhere.invalid/x",
)

_PREFIXES: Final = """\
@prefix claim: <https://w3id.org/jdm-kg/claim/> .
@prefix defect: <https://w3id.org/jdm-kg/defect/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/jdm-kg/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix passage: <https://w3id.org/jdm-kg/passage/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/jdm-kg/source/> .
@prefix tension: <https://w3id.org/jdm-kg/tension/> .
@prefix vocab: <https://w3id.org/jdm-kg/vocab/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle() -> str:
    """A graph in the project's own form in which every text is a trick."""
    return _PREFIXES + _SCHEMA + "".join(_things()) + _RECORDS


def _text(text: str) -> str:
    # JSON escapes what it must as Turtle does, but for characters beyond the BMP, of which there are none here.
    return json.dumps(text)


_SCHEMA: Final = f"""
vocab: a owl:Ontology ; dcterms:title {_text(SCRIPT)}@en ; owl:versionInfo {_text(IMAGE)} ;
    dcterms:description {_text(HANDLER)}@en .
vocab:Entity a owl:Class ; rdfs:label "entity"@en .
vocab:Condition a owl:Class ; rdfs:subClassOf vocab:Entity ; rdfs:label {_text(SCRIPT)}@en ;
    skos:definition {_text(IMAGE)}@en .
vocab:Treatment a owl:Class ; rdfs:subClassOf vocab:Entity ; rdfs:label {_text(SVG)}@en .
vocab:hasSymptom a owl:ObjectProperty ; rdfs:label {_text(HANDLER)}@en .
vocab:hasSafetyAdvice a owl:ObjectProperty ; rdfs:label {_text(COMMENT)}@en .
vocab:affirmed a vocab:Polarity ; rdfs:label {_text(IMAGE)}@en .
vocab:denied a vocab:Polarity ; rdfs:label {_text(SCRIPT)}@en .
vocab:believed a vocab:Certainty ; rdfs:label {_text(SVG)}@en ; skos:definition {_text(SCRIPT)}@en .
"""


def _things() -> list[str]:
    found = []
    for number, text in enumerate(TEXTS):
        address = ADDRESSES[number % len(ADDRESSES)]
        found.append(
            f"""
id:thing-{number}
    a vocab:Condition, vocab:Entity ;
    skos:prefLabel {_text(text)}@en ;
    skos:altLabel {_text("canary " + text)}@en, {_text(text)}@ar ;
    skos:definition {_text(text)}@en ;
    skos:editorialNote {_text(text)}@en ;
    skos:exactMatch <{address}> ;
    vocab:hasSymptom id:thing-{(number + 1) % len(TEXTS)} ;
    vocab:hasSafetyAdvice id:advice ;
    dcterms:isReplacedBy id:thing-{(number + 2) % len(TEXTS)}, <{address}> ;
    rdfs:comment {_text(f"<b onclick=canary(1)>{text}</b>")}^^rdf:HTML ;
    rdfs:seeAlso <{address}> .
"""
        )
    return found


_RECORDS: Final = f"""
id:advice a vocab:SafetyAdvice, vocab:Entity ; skos:prefLabel {_text(SCRIPT)}@en ; vocab:adviceText {_text(IMAGE)}@en ;
    skos:editorialNote {_text(SVG)}@en .
vocab:SafetyAdvice a owl:Class ; rdfs:subClassOf vocab:Entity ; rdfs:label {_text(COMMENT)}@en .

claim:one a vocab:Claim ;
    vocab:subject id:thing-0 ; vocab:predicate vocab:hasSymptom ; vocab:object id:thing-1 ;
    vocab:polarity vocab:denied ; vocab:certainty vocab:believed ; vocab:certaintyCue {_text(SCRIPT)}@en ;
    vocab:frequency id:thing-2 ; vocab:frequencyWording {_text(HANDLER)}@en ;
    vocab:circumstance {_text(IMAGE)}@en ; vocab:timing {_text(COMMENT)}@en ; vocab:population id:thing-7 ;
    vocab:statement {_text(SCRIPT)}@en ; vocab:curatorNote {_text(TEMPLATE)}@en ; vocab:restsOn passage:one .
claim:two a vocab:Claim ;
    vocab:subject id:thing-0 ; vocab:predicate vocab:hasSafetyAdvice ; vocab:object id:advice ;
    vocab:polarity vocab:affirmed ; vocab:certainty vocab:believed ;
    vocab:statement {_text(LONG)}@en ; vocab:restsOn passage:one .

passage:one a vocab:Passage ; vocab:inSource source:one ; vocab:inSection source:one-all ; vocab:order 1 ;
    oa:start 0 ; oa:end 9 ; vocab:setAsideNote {_text(SCRIPT)}@en .
source:one a vocab:SourceDocument ; skos:prefLabel {_text(IMAGE)}@en ; dcterms:title {_text(SCRIPT)}@en ;
    dcterms:language {_text(HANDLER)} ; vocab:webAddress "javascript:canary('web')"^^xsd:anyURI ;
    vocab:publishedBy id:thing-3 ; vocab:sourceLicense {_text(SVG)}@en ;
    dcterms:license <javascript:canary('licence')> ;
    vocab:reviewStatus {_text(COMMENT)}@en ; vocab:lastReviewed {_text(IMAGE)}^^xsd:gYearMonth ;
    vocab:nextReviewDue {_text(SCRIPT)}^^xsd:gYearMonth .
source:one-all a vocab:Section ; skos:prefLabel {_text(HANDLER)}@en ; vocab:inSource source:one ; vocab:order 1 .
tension:one a vocab:Tension ; skos:prefLabel {_text(SCRIPT)}@en ; vocab:tensionKind vocab:believed ;
    vocab:sharpness vocab:believed ; vocab:between claim:one, claim:two ; vocab:explanation {_text(IMAGE)}@en .
defect:one a vocab:SourceDefect ; skos:prefLabel {_text(SVG)}@en ; vocab:defectKind vocab:believed ;
    vocab:defectWeight vocab:denied ; vocab:inPassage passage:one ; vocab:affectsClaim claim:one ;
    vocab:faultyWording {_text(SCRIPT)} ; vocab:explanation {_text(COMMENT)}@en .
"""

NODES: Final = (
    *(f"id/thing-{number}" for number in range(len(TEXTS))),
    "id/advice",
    "claim/one",
    "claim/two",
    "passage/one",
    "source/one",
    "source/one-all",
    "tension/one",
    "defect/one",
    "vocab/Condition",
    "vocab/hasSymptom",
    "vocab/believed",
    "vocab/",
)
"""Everything of it that has a page."""
