"""The words of OWL 2, as they stand in RDF graphs."""

from __future__ import annotations

from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, URIRef


def _xsd(names: str) -> frozenset[URIRef]:
    return frozenset(XSD[name] for name in names.split())


# The datatypes of OWL 2 DL and the facets by which each may be narrowed. Source: OWL 2 Structural Specification,
# section 4, "Datatype Maps".
_NUMBERS: Final = frozenset([OWL.real, OWL.rational]) | _xsd(
    "decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte "
    "unsignedLong unsignedInt unsignedShort unsignedByte double float"
)
TEXTS: Final = _xsd("string normalizedString token language Name NCName NMTOKEN anyURI") | {RDF.PlainLiteral}
FACETS: Final = {
    **dict.fromkeys(
        _NUMBERS | _xsd("dateTime dateTimeStamp"), _xsd("minInclusive maxInclusive minExclusive maxExclusive")
    ),
    **dict.fromkeys(_xsd("hexBinary base64Binary"), _xsd("length minLength maxLength")),
    **dict.fromkeys(TEXTS, _xsd("length minLength maxLength pattern")),
    RDF.XMLLiteral: _xsd(""),
    XSD.boolean: _xsd(""),
}
CHARACTERISTICS: Final = frozenset(
    OWL[f"{name}Property"]
    for name in (
        "Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive",
    )
)  # fmt: skip
KINDS: Final = frozenset([OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Datatype])
# Source: OWL 2 Structural Specification, section 5.5.
BUILT_IN_ANNOTATIONS: Final = frozenset(
    [
        RDFS.comment, RDFS.isDefinedBy, RDFS.label, RDFS.seeAlso, OWL.backwardCompatibleWith, OWL.deprecated,
        OWL.incompatibleWith, OWL.priorVersion, OWL.versionInfo,
    ]
)  # fmt: skip
STANDALONE: Final = frozenset(
    [OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.AllDifferent, OWL.NegativePropertyAssertion]
)
# What may be said of a class expression that has no name.
GENERAL_AXIOMS: Final = frozenset([RDFS.subClassOf, OWL.disjointWith, OWL.equivalentClass])
AXIOM_PREDICATES: Final = frozenset(
    [
        RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.equivalentClass, OWL.disjointWith,
        OWL.disjointUnionOf, OWL.complementOf, OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.hasKey,
        OWL.equivalentProperty, OWL.propertyDisjointWith, OWL.inverseOf, OWL.propertyChainAxiom, OWL.sameAs,
        OWL.differentFrom,
    ]
)  # fmt: skip
