"""The words of OWL 2, as they stand in RDF graphs, and the values of its literals."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeGuard

from jdm_kg import xsd
from jdm_kg.facts import Literal, Term
from jdm_kg.iris import name, shorten


class _Words:
    """Terms of a vocabulary as attributes, so that a misspelt one fails."""

    def __init__(self, prefix: str, terms: str) -> None:
        self.__dict__.update({term: name(f"{prefix}:{term}") for term in terms.split()})

    def __getattr__(self, term: str) -> str:
        raise AttributeError(term)

    def __getitem__(self, terms: str) -> frozenset[str]:
        """Several terms at once."""
        return frozenset(getattr(self, term) for term in terms.split())


OWL: Final = _Words(
    "owl",
    "AllDifferent AllDisjointClasses AllDisjointProperties AnnotationProperty AsymmetricProperty Axiom Class "
    "DatatypeProperty DeprecatedClass DeprecatedProperty FunctionalProperty InverseFunctionalProperty "
    "IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing ObjectProperty Ontology ReflexiveProperty "
    "Restriction SymmetricProperty Thing TransitiveProperty allValuesFrom annotatedProperty annotatedSource "
    "annotatedTarget assertionProperty backwardCompatibleWith bottomDataProperty bottomObjectProperty cardinality "
    "complementOf datatypeComplementOf deprecated differentFrom disjointUnionOf disjointWith distinctMembers "
    "equivalentClass equivalentProperty hasKey hasSelf hasValue imports incompatibleWith intersectionOf inverseOf "
    "maxCardinality maxQualifiedCardinality members minCardinality minQualifiedCardinality onClass onDataRange "
    "onDatatype onProperty oneOf priorVersion propertyChainAxiom propertyDisjointWith qualifiedCardinality rational "
    "real sameAs someValuesFrom sourceIndividual targetIndividual targetValue topDataProperty topObjectProperty "
    "unionOf versionIRI versionInfo withRestrictions",
)
RDF: Final = _Words("rdf", "List PlainLiteral XMLLiteral first langString nil rest type")
RDFS: Final = _Words("rdfs", "Datatype Literal comment domain isDefinedBy label range seeAlso subClassOf subPropertyOf")
_INTEGERS: Final = (
    "integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte "
    "unsignedLong unsignedInt unsignedShort unsignedByte"
)
_STRINGS: Final = "string normalizedString token language Name NCName NMTOKEN"
XSD: Final = _Words(
    "xsd",
    f"{_INTEGERS} {_STRINGS} anyURI base64Binary boolean dateTime dateTimeStamp decimal double float hexBinary length "
    "maxExclusive maxInclusive maxLength minExclusive minInclusive minLength pattern",
)

# The datatypes of OWL 2 DL and the facets by which each may be narrowed. Source: OWL 2 Structural Specification,
# section 4, "Datatype Maps".
_EXACT: Final = OWL["real rational"] | XSD["decimal"] | XSD[_INTEGERS]
_TEXT: Final = XSD[_STRINGS] | RDF["PlainLiteral langString"]
TEXTS: Final = XSD[f"{_STRINGS} anyURI"] | RDF["PlainLiteral"]
FACETS: Final = {
    **dict.fromkeys(
        _EXACT | XSD["double float dateTime dateTimeStamp"],
        XSD["minInclusive maxInclusive minExclusive maxExclusive"],
    ),
    **dict.fromkeys(XSD["hexBinary base64Binary"], XSD["length minLength maxLength"]),
    **dict.fromkeys(TEXTS, XSD["length minLength maxLength pattern"]),
    RDF.XMLLiteral: XSD[""],
    XSD.boolean: XSD[""],
}
CHARACTERISTICS: Final = OWL[
    "FunctionalProperty InverseFunctionalProperty TransitiveProperty SymmetricProperty AsymmetricProperty "
    "ReflexiveProperty IrreflexiveProperty"
]
KINDS: Final = OWL["Class ObjectProperty DatatypeProperty"] | RDFS["Datatype"]
# Source: OWL 2 Structural Specification, section 5.5.
BUILT_IN_ANNOTATIONS: Final = (
    RDFS["comment isDefinedBy label seeAlso"]
    | OWL["backwardCompatibleWith deprecated incompatibleWith priorVersion versionInfo"]
)
STANDALONE: Final = OWL["AllDisjointClasses AllDisjointProperties AllDifferent NegativePropertyAssertion"]
# What may be said of a class expression that has no name.
GENERAL_AXIOMS: Final = RDFS["subClassOf"] | OWL["disjointWith equivalentClass"]
AXIOM_PREDICATES: Final = (
    GENERAL_AXIOMS
    | RDFS["subPropertyOf domain range"]
    | OWL[
        "disjointUnionOf complementOf intersectionOf unionOf oneOf hasKey equivalentProperty propertyDisjointWith "
        "inverseOf propertyChainAxiom sameAs differentFrom"
    ]
)


def is_blank(term: Term) -> TypeGuard[str]:
    """Whether a term is a blank node."""
    return isinstance(term, str) and term.startswith("_:")


def is_iri(term: Term) -> TypeGuard[str]:
    """Whether a term is an IRI."""
    return isinstance(term, str) and not term.startswith("_:")


def datatype_of(literal: Literal) -> str:
    """The datatype as OWL 2 names it, with `rdf:PlainLiteral` for text with a language."""
    return RDF.PlainLiteral if literal.language or literal.datatype == RDF.langString else literal.datatype


def is_ill_typed(literal: Literal) -> bool:
    """Whether the text is not one that the datatype allows."""
    return xsd.value(literal) is None


def same_value(one: Literal, other: Literal) -> bool:
    """Whether two literals stand for the same value; numbers are equal across the datatypes that are exact.

    Source: OWL 2 Structural Specification, section 4: the values of `xsd:double`, `xsd:float` and `owl:real` are
    disjoint.
    """
    if one.language != other.language or _space(one.datatype) != _space(other.datatype):
        return False
    return xsd.value(one) == xsd.value(other)


def is_value_of(literal: Literal, datatype: str) -> bool:
    """Whether the value of a literal is one of the datatype's; also said of what can't be told without effort."""
    if datatype not in FACETS:
        return True
    if is_ill_typed(literal) or _space(literal.datatype) != _space(datatype):
        return False
    if datatype in XSD[_INTEGERS]:
        number = xsd.value(literal)
        if not isinstance(number, int | Decimal):
            return True
        # Values count, not how they are written: 5.0 is an integer.
        return number == int(number) and not is_ill_typed(Literal(str(int(number)), datatype))
    return not (literal.language and datatype in XSD[_STRINGS])


def _space(datatype: str) -> str:
    """The part of all values that a datatype belongs to."""
    if datatype in _EXACT:
        return OWL.real
    if datatype in _TEXT:
        return XSD.string
    return XSD.dateTime if datatype == XSD.dateTimeStamp else datatype


def written(term: Term) -> str:
    """A term as people write it: a prefixed name, or a literal as in N-Triples but for the prefix of its datatype."""
    if isinstance(term, Literal):
        text = '"' + term.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == XSD.string else f"{text}^^{shorten(term.datatype)}"
    return "a blank node" if is_blank(term) else shorten(term)
