"""The namespaces and their prefixes as plain text, for all that must start and run quickly: nothing here loads rdflib.

This module and `jdm_kg.vocab` alone spell IRIs. The engine knows the shape of the records (claims, passages, documents,
tensions, defects) and nothing of medicine: what a condition, a drug or a relation between them is stands in
`ontology/schema.ttl`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/jdm-kg/"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bibo": "http://purl.org/ontology/bibo/",
        "biolink": "https://w3id.org/biolink/vocab/",
        "claim": BASE + "claim/",
        "dcterms": "http://purl.org/dc/terms/",
        "defect": BASE + "defect/",
        "id": BASE + "id/",
        "oa": "http://www.w3.org/ns/oa#",
        "obo": "http://purl.obolibrary.org/obo/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "passage": BASE + "passage/",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "shape": BASE + "shape/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "source": BASE + "source/",
        "tension": BASE + "tension/",
        "vann": "http://purl.org/vocab/vann/",
        "vocab": BASE + "vocab/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Every prefix of the project and the namespace that it stands for, sorted by prefix."""

# Closed, so that a misspelt term fails when the module that uses it is imported or run, and not silently.
TERMS: Final = frozenset(
    {
        # classes
        "Action", "Advice", "Aid", "Antibody", "AvoidedWording", "BandRule", "Biomarker", "BloodTest", "BodyPart",
        "BodySystem", "BrandName", "CareProduct", "CareSetting", "CareTeam", "Certainty", "Claim", "ClinicalFeature",
        "Condition", "Course", "DefectKind", "DefectWeight", "DiagnosticCriterion", "DiagnosticTest",
        "DigestiveFeature", "DoseForm", "Drug", "DrugClass", "Entity", "EpistemicStatus", "Exposure",
        "FeatureConstellation", "Finding", "Frequency", "FunctionalLimitation", "GeneralFeature", "GrowthFeature",
        "ImagingTest", "IntravenousTreatment", "JointFeature", "LifeStage", "Measure", "Mechanism", "Medicine",
        "MonitoredTreatment", "MuscleFeature", "NameElement", "Organism", "Organization", "Outcome", "Passage",
        "PassageKind", "Person", "Place", "Polarity", "Population", "PreventableFeature", "QualifierValue", "Quality",
        "Rate", "Ratio", "Record", "Regimen", "Resource", "RespiratoryFeature", "RiskFactor", "Role", "Route",
        "SafetyAdvice", "Section", "SelfCare", "SetAsideReason", "Severity", "Sharpness", "SideEffect",
        "SkinDirectedTreatment", "SkinFeature", "SourceDefect", "SourceDocument", "SpecialistOnlyTreatment",
        "SteroidSparingMedicine", "Substance", "Tension", "TensionKind", "Therapy", "TissueTest", "Treatment",
        "TreatmentWithSafetyAdvice", "Trigger", "VoiceFeature",
        # relations and parts of records
        "accompaniedBy", "actsOn", "adviceText", "advisesAction", "affects", "affectsClaim", "after", "agent",
        "amountMaximum", "amountMinimum", "amountUnit", "amountWording", "approximate", "asPrinted", "authoredBy",
        "avoids", "bandMaximum", "bandMinimum", "bandRule", "before", "between", "bodySite", "byteCount", "careLedBy",
        "carriedOutBy", "carriesMark", "certainty", "certaintyCue", "characterCount", "childhoodCounterpartOf",
        "circumstance", "circumstanceThing", "combinedWith", "commonestFormOf", "comparedWith", "consistsOf",
        "contains", "criterionFor", "curatorNote", "defectKind", "defectWeight", "degreeWording", "denominator",
        "denominatorPopulation", "derivedFrom", "diagnosedBy", "distinctFrom", "distinguishedBy", "doseBasedOn",
        "doseBasis", "doseForm", "doseMaximum", "doseMinimum", "doseUnit", "doseWording", "durationMaximum",
        "durationMinimum", "durationUnit", "durationWording", "edgeFromHedged", "editorial", "effectiveFor",
        "examines", "example", "explanation", "faultyWording", "featurePrecedes", "fileName", "frequency",
        "frequencyWording", "hasAbbreviation", "hasAdvice", "hasAim", "hasAppearance", "hasBrandName", "hasCause",
        "hasCauseStatus", "hasCourse", "hasDiagnosticCriterion", "hasDiagnosticTest", "hasDoseForm", "hasEffect",
        "hasFeatureComponent", "hasMainSymptom", "hasMeasure", "hasMechanism", "hasName", "hasNameElement",
        "hasOnsetIn", "hasOutcome", "hasPart", "hasRiskFactor", "hasRoute", "hasSafetyAdvice", "hasSideEffect",
        "hasSite", "hasSubtype", "hasSymptom", "hasTestStep", "hasTreatment", "hasTrigger", "improves",
        "inBodySystem", "inPassage", "inSection", "inSource", "isKindOfRole", "isSubtypeOf", "lastReviewed",
        "leadsTo", "lifeStage", "looksFor", "managedBy", "managedLike", "markerOf", "memberOfClass", "mistakenFor",
        "monitorsFor", "nameElementMeans", "namedAfter", "needsMonitoring", "needsSupportFrom", "nextReviewDue",
        "notNamedBecause", "object", "obtainableFrom", "occursInPopulation", "openingHours", "order", "partOf",
        "passageKind", "period", "periodUnit", "place", "pointsTo", "polarity", "population", "predicate",
        "prescribedOnlyBy", "preventedBy", "prevents", "provides", "publishedBy", "rank", "reducesEffectOf",
        "reducesNeedFor", "releasedFrom", "resembles", "restsOn", "resultsFrom", "reviewStatus", "reviewedBy",
        "route", "saferThan", "schedule", "sensitiveTo", "sequence", "setAsideNote", "setAsideReason", "severity",
        "severityWording", "sha256", "sharesSafetyOf", "sharpness", "sideEffectOf", "siteOf", "sourceLicense",
        "specialisesIn", "staleFrom", "statement", "subject", "supports", "symptomOf", "tensionKind", "timing",
        "timingWording", "treatmentFor", "treatmentPrecedes", "triggerOf", "usedFor", "usedInsteadOf", "usesMedicine",
        "usesMethod", "value", "variesBy", "webAddress", "worksIn", "worsenedBy", "writeInstead",
        # values of qualifiers, and what steers the engine
        "abbreviation", "affirmed", "almostCertain", "ambiguity", "believed", "capitalisation", "contradiction",
        "degree", "denied", "duplicate", "emphasis", "encoding", "grammar", "heading", "implied", "inconsistency",
        "likely", "linkText", "listItem", "lostLink", "metadataLine", "mild", "minorDefect", "misplacedContent",
        "missingInformation", "navigation", "notableDefect", "outOfScope", "pointer", "possible", "promotion",
        "punctuation", "repeatsHeading", "repetition", "scope", "sentence", "sequenceTension", "sharp", "spelling",
        "stated", "terminology", "terminologyDefect", "whitespace",
    }
)  # fmt: skip
"""The terms of the project's own vocabulary; a test holds them against the schema."""

_LOCAL: Final = re.compile(r"[\w.-]+")


def name(curie: str) -> str:
    """The IRI that a `prefix:name` stands for.

    Raises:
        KeyError: The prefix is none of the project's, or the engine does not know this term of its vocabulary.
    """
    prefix, _, local = curie.partition(":")
    if prefix == "vocab" and local not in TERMS:
        raise KeyError(curie)
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """An IRI as `prefix:name` where a prefix of the project fits, or in angle brackets."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def is_own(iri: object) -> bool:
    """Whether a term is an IRI in a namespace of the project."""
    return isinstance(iri, str) and iri.startswith(BASE)


def expand(curie: str) -> str:
    """The IRI that somebody means by `prefix:name`, or by a whole IRI, with or without angle brackets.

    What has neither a prefix of the project nor the look of an IRI is returned as it is.
    """
    prefix, colon, local = curie.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return PREFIXES[prefix] + local
    return curie.removeprefix("<").removesuffix(">")
