"""A small, whole project for tests: a made-up condition, two documents, and what the shapes demand of them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

TEXTS = {
    "one.txt": "Heading\n\nGlumps – rarely – cause a plip. They don’t hurt.\n",
    "two.txt": "Glumps cause a plip.",
}

_PREFIXES = """\
@prefix claim: <https://w3id.org/jdm-kg/claim/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/jdm-kg/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix passage: <https://w3id.org/jdm-kg/passage/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/jdm-kg/source/> .
@prefix tension: <https://w3id.org/jdm-kg/tension/> .
@prefix vocab: <https://w3id.org/jdm-kg/vocab/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

_TERMS = """
id:glump-disease
    a vocab:Condition ;
    skos:prefLabel "glump disease"@en ;
    skos:altLabel "glumps"@en ;
    skos:hiddenLabel "condition"@en ;
    skos:definition "A made-up condition that exists only so that tests have one to speak of."@en .

id:plip
    a vocab:ClinicalFeature ;
    skos:prefLabel "plip"@en ;
    skos:definition "A made-up sound that a person with the made-up condition may give."@en ;
    vocab:inBodySystem id:noise-system .

id:hurt
    a vocab:ClinicalFeature ;
    skos:prefLabel "hurt"@en ;
    skos:hiddenLabel "painful"@en ;
    skos:definition "A feeling that somebody would rather not have, made up for a test of denials."@en ;
    vocab:inBodySystem id:noise-system .

id:noise-system
    a vocab:BodySystem ;
    skos:prefLabel "noise system"@en ;
    skos:definition "All those parts of a made-up body that can give a sound of any kind."@en .

id:publisher
    a vocab:Organization ;
    skos:prefLabel "the publisher"@en ;
    skos:definition "A made-up body of people who put both of the made-up documents before the world."@en .

id:frequency-rare
    a vocab:Frequency ;
    skos:prefLabel "rarely"@en ;
    skos:altLabel "seldom"@en ;
    skos:definition "The wording says that it does not happen often, and gives no number."@en .

# The schema's defined classes name these.
id:corticosteroid
    a vocab:DrugClass ;
    skos:prefLabel "class of drugs"@en ;
    skos:hiddenLabel "corticosteroid"@en ;
    skos:definition "A class of drugs that stands here because a defined class of the schema names it."@en .
id:intravenous-route
    a vocab:Route ;
    skos:prefLabel "route"@en ;
    skos:definition "A route that stands here because a defined class of the schema names it."@en .
"""

_SYSTEMS = (
    "skin-system",
    "muscular-system",
    "joint-system",
    "respiratory-system",
    "digestive-system",
    "voice-system",
    "growth-system",
    "whole-body",
)

_CLAIMS = """
# A comment that tools must keep.
claim:one-002-01
    a vocab:Claim ;
    vocab:subject id:glump-disease ;
    vocab:predicate vocab:hasSymptom ;
    vocab:object id:plip ;
    vocab:polarity vocab:affirmed ;
    vocab:certainty vocab:stated ;
    vocab:frequency id:frequency-rare ;
    vocab:frequencyWording "rarely"@en ;
    vocab:statement "Once in a while the condition makes a person give a plip."@en ;
    vocab:restsOn passage:one-002 .

claim:one-003-01
    a vocab:Claim ;
    vocab:subject id:glump-disease ;
    vocab:predicate vocab:hasSymptom ;
    vocab:object id:hurt ;
    vocab:polarity vocab:denied ;
    vocab:certainty vocab:stated ;
    vocab:statement "The condition is not painful."@en ;
    vocab:restsOn passage:one-003 .

claim:two-001-01
    a vocab:Claim ;
    vocab:subject id:glump-disease ;
    vocab:predicate vocab:hasSymptom ;
    vocab:object id:plip ;
    vocab:polarity vocab:affirmed ;
    vocab:certainty vocab:stated ;
    vocab:statement "The condition makes people give a plip."@en ;
    vocab:restsOn passage:two-001 .

tension:how-often
    a vocab:Tension ;
    skos:prefLabel "how often a plip is given"@en ;
    vocab:tensionKind vocab:degree ;
    vocab:sharpness vocab:mild ;
    vocab:between claim:one-002-01, claim:two-001-01 ;
    vocab:explanation "One document says that it is rare, the other does not say how often."@en .
"""


def make_project(folder: Path) -> Path:
    """Write a whole small project (ontology, shapes, sources) into a folder, and return the folder."""
    ontology = folder / "ontology"
    for name in ("terms", "claims", "sources"):
        (ontology / name).mkdir(parents=True)
    shutil.copy(ROOT / "ontology" / "schema.ttl", ontology)
    shutil.copytree(ROOT / "shapes", folder / "shapes")
    systems = "".join(
        f'\nid:{name}\n    a vocab:BodySystem ;\n    skos:prefLabel "{name}"@en ;\n'
        f'    skos:definition "A body system that the schema names, here called {name}."@en .\n'
        for name in _SYSTEMS
    )
    (ontology / "terms" / "things.ttl").write_text(_PREFIXES + _TERMS + systems, encoding="utf-8")
    (ontology / "claims" / "all.ttl").write_text(_PREFIXES + _CLAIMS, encoding="utf-8")
    (folder / "documents").mkdir()
    for name, text in TEXTS.items():
        (folder / "documents" / name).write_text(text, encoding="utf-8", newline="")
    (ontology / "sources" / "documents.ttl").write_text(_PREFIXES + _sources(), encoding="utf-8")
    return folder


def _sources() -> str:
    spans = {"one.txt": [(0, 7), (9, 40), (41, 57)], "two.txt": [(0, 20)]}
    blocks = []
    for name, text in TEXTS.items():
        key = name.removesuffix(".txt")
        raw = text.encode("utf-8")
        blocks.append(
            f"""
source:{key}
    a vocab:SourceDocument ;
    skos:prefLabel "Document {key}"@en ;
    dcterms:language "en" ;
    vocab:publishedBy id:publisher ;
    vocab:webAddress "https://example.org/{key}"^^xsd:anyURI ;
    vocab:sourceLicense "Made up."@en ;
    vocab:reviewStatus "Never reviewed."@en ;
    vocab:fileName "{name}" ;
    vocab:characterCount {len(text)} ;
    vocab:byteCount {len(raw)} ;
    vocab:sha256 "{hashlib.sha256(raw).hexdigest()}" .

source:{key}-all
    a vocab:Section ;
    skos:prefLabel "all of it ({key})"@en ;
    vocab:inSource source:{key} ;
    vocab:order 1 .
"""
        )
        for number, (start, end) in enumerate(spans[name], 1):
            aside = (
                '    vocab:setAsideReason vocab:repeatsHeading ;\n    vocab:setAsideNote "A heading."@en ;\n'
                if text[start:end] == "Heading"
                else ""
            )
            digest = hashlib.sha256(text[start:end].encode("utf-8")).hexdigest()
            blocks.append(
                f"""
passage:{key}-{number:03}
    a vocab:Passage ;
    vocab:inSource source:{key} ;
    vocab:inSection source:{key}-all ;
    vocab:order {number} ;
    vocab:passageKind vocab:sentence ;
{aside}    oa:start {start} ;
    oa:end {end} ;
    vocab:sha256 "{digest}" .
"""
            )
    return "".join(blocks)


def replace(path: Path, old: str, new: str) -> None:
    """Edit a file: the old text must stand in it exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
