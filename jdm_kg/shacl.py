"""SHACL Core on plain facts: which nodes break which shapes.

Shapes are read once into a plan; a node is then looked at by the properties that it has, so that the verdict on the
whole content takes some hundredths of a second and the verdict on an edit a thousandth. It is no engine for every
shape: what it does not know (property paths, SPARQL constraints, qualified shapes) the plan names, for the caller to
hand to one that does. Tests hold its verdicts against those of two independent engines.

Source: Shapes Constraint Language (W3C Recommendation), sections 2 to 4.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from jdm_kg import xsd
from jdm_kg.facts import Facts, Literal, Term
from jdm_kg.iris import PREFIXES, name

_SH: Final = PREFIXES["sh"]
_TYPE: Final = name("rdf:type")
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_ALL_TARGETS: Final = frozenset(_SH + local for local in (*_TARGETS, "target"))
# What a shape says that demands nothing (SHACL, section 2.1 and 2.3.2).
_SILENT: Final = frozenset(
    {
        *(_SH + local for local in _TARGETS),
        *(_SH + local for local in ("path", "message", "description", "name", "order", "group", "severity")),
        *(_SH + local for local in ("deactivated", "defaultValue", "property", "flags")),
        *(name(term) for term in ("rdf:type", "rdfs:label", "rdfs:comment", "rdfs:seeAlso", "rdfs:isDefinedBy")),
    }
)


class Breach(NamedTuple):
    """One value, or one node, that breaks a shape.

    Attributes:
        shape: IRI of the shape.
        focus: The node at fault; of a literal its text.
        path: The property, or an empty text where the shape has none.
        value: The value at fault, or None where one is missing or too many are there.
    """

    shape: str
    focus: str
    path: str
    value: Term | None


_Check = Callable[[Facts, str, list[Term]], Iterable[Term | None]]
"""What is wrong with the values of a node: those at fault, or None for the lot."""


@dataclass(frozen=True)
class Shape:
    """A shape, ready to be applied.

    Attributes:
        iri: Its name.
        path: The property that it looks at, or an empty text where it looks at the node itself.
        checks: One for each constraint.
        parts: The shapes that it names by `sh:property`.
        needed: Whether it may be broken by a node without the property.
    """

    iri: str
    path: str
    checks: tuple[_Check, ...]
    parts: tuple[Shape, ...] = ()
    needed: bool = False

    def breaches(self, facts: Facts, focus: Term) -> Iterator[Breach]:
        """All that a node does to break the shape."""
        subject, said = (focus, focus) if isinstance(focus, str) else ("", focus.text)  # a literal has no properties
        values: list[Term] = facts.objects(subject, self.path) if self.path else [focus]
        for check in self.checks:
            for value in check(facts, subject, values):
                yield Breach(self.iri, said, self.path, value)
        for part in self.parts:
            for value in values:
                yield from part.breaches(facts, value)

    def holds(self, facts: Facts, node: Term) -> bool:
        """Whether a node conforms."""
        return next(self.breaches(facts, node), None) is None


class _Unknown(Exception):  # noqa: N818 - no error: it says that another engine is wanted
    """A shape says something that this module does not know."""


@dataclass(frozen=True)
class Plan:
    """Shapes, sorted by what they look at.

    Attributes:
        by_class: For each target class, the shapes by their property; those that a node without the property may
            break stand under an empty text as well, as do those without a property.
        by_node: For each node that is a target by itself, its shapes.
        by_property: For each property whose subjects (False) or objects (True) are targets, the shapes.
        unknown: Shapes with a target that say, or whose parts say, something that this module does not know.
        deep: Whether some shape looks further than the values of a node.
    """

    by_class: Mapping[str, Mapping[str, tuple[Shape, ...]]]
    by_node: Mapping[str, tuple[Shape, ...]]
    by_property: Mapping[tuple[str, bool], tuple[Shape, ...]]
    unknown: tuple[str, ...]
    deep: bool

    def breaches(self, facts: Facts, nodes: Collection[str] | None = None) -> dict[str, list[Breach]]:
        """The breaches of each node that breaks a shape.

        Args:
            facts: The data, with the class tree.
            nodes: Look at these alone; None for all.
        """
        found: dict[str, list[Breach]] = defaultdict(list)
        for cls, shapes in self.by_class.items():
            for node in _members(facts, cls, nodes):
                for breach in _apply(shapes, facts, node):
                    found[node].append(breach)
        for target, several in self._other_targets(facts):
            if nodes is None or target in nodes:
                key = target if isinstance(target, str) else target.text
                found[key] += [breach for shape in several for breach in shape.breaches(facts, target)]
        return {node: list(dict.fromkeys(breaches)) for node, breaches in found.items() if breaches}

    def _other_targets(self, facts: Facts) -> Iterator[tuple[Term, tuple[Shape, ...]]]:
        yield from self.by_node.items()
        for (predicate, inverse), several in self.by_property.items():
            index = facts.inverse(predicate)
            targets: Iterable[Term] = index if inverse else {s for subjects in index.values() for s in subjects}
            for target in targets:
                yield target, several


def _members(facts: Facts, cls: str, nodes: Collection[str] | None) -> Iterator[str]:
    classes = facts.subclasses(cls)
    if nodes is None:
        types = facts.inverse(_TYPE)
        yield from dict.fromkeys(node for sub in classes for node in types.get(sub, ()))
    else:
        yield from (node for node in nodes if not classes.isdisjoint(facts.objects(node, _TYPE)))


def _apply(shapes: Mapping[str, tuple[Shape, ...]], facts: Facts, node: str) -> Iterator[Breach]:
    properties = facts.of(node)
    for shape in shapes.get("", ()):
        if not shape.path or shape.path not in properties:
            yield from shape.breaches(facts, node)
    for predicate in properties:
        for shape in shapes.get(predicate, ()):
            yield from shape.breaches(facts, node)


def read(shapes: Facts) -> Plan:
    """The plan of a graph of shapes."""
    reader = _Reader(shapes)
    by_class: dict[str, dict[str, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    by_node: dict[str, list[Shape]] = defaultdict(list)
    by_property: dict[tuple[str, bool], list[Shape]] = defaultdict(list)
    unknown: list[str] = []
    for iri in sorted(shapes.nodes):
        classes = _target_classes(shapes, iri)
        if not classes and _ALL_TARGETS.isdisjoint(shapes.of(iri)):
            continue
        parts = reader.parts(iri)
        if parts is None:
            unknown.append(iri)
            continue
        for cls in classes:
            for part, place in ((shape, place) for shape in parts for place in _places(shape)):
                by_class[cls][place].append(part)
        for target in shapes.resources(iri, _SH + "targetNode"):
            by_node[target] += parts
        for predicate in shapes.resources(iri, _SH + "targetSubjectsOf"):
            by_property[predicate, False] += parts
        for predicate in shapes.resources(iri, _SH + "targetObjectsOf"):
            by_property[predicate, True] += parts
    return Plan(
        {cls: {path: tuple(found) for path, found in paths.items()} for cls, paths in by_class.items()},
        {node: tuple(found) for node, found in by_node.items()},
        {key: tuple(found) for key, found in by_property.items()},
        tuple(unknown),
        reader.deep,
    )


def _places(shape: Shape) -> Iterator[str]:
    """Where a shape stands in `Plan.by_class`."""
    if shape.path:
        yield shape.path
    if shape.needed or not shape.path:
        yield ""


def _target_classes(shapes: Facts, iri: str) -> list[str]:
    """The classes whose members a shape looks at; a class that is a shape looks at its own."""
    types = set(shapes.resources(iri, _TYPE))
    is_shape = not types.isdisjoint({_SH + "NodeShape", _SH + "PropertyShape"})
    is_class = not types.isdisjoint({name("rdfs:Class"), name("owl:Class")})
    return [*shapes.resources(iri, _SH + "targetClass"), *([iri] if is_shape and is_class else [])]


def _flat(shape: Shape) -> list[Shape]:
    """A node shape as itself without its parts, and its parts."""
    if shape.path or not shape.parts:
        return [shape]
    alone = [Shape(shape.iri, "", shape.checks)] if shape.checks else []
    return [*alone, *shape.parts]


@dataclass
class _Reader:
    """Reads shapes into checks."""

    shapes: Facts
    deep: bool = field(default=False)

    def parts(self, iri: str) -> list[Shape] | None:
        """A shape with a target, in parts; None where this module does not know all that it says."""
        properties = self.shapes.of(iri)
        if _SH + "target" in properties or self.shapes.texts(iri, _SH + "targetNode"):
            return None
        try:
            shape = self.read(iri, ())
        except _Unknown:
            return None
        return _flat(shape) if shape is not None else []

    def read(self, iri: str, within: tuple[str, ...]) -> Shape | None:
        """A shape with its parts, or None where it is switched off."""
        if iri in within:
            raise _Unknown(iri)  # shapes that name themselves are left open by the standard
        if "true" in self.shapes.texts(iri, _SH + "deactivated") or "1" in self.shapes.texts(iri, _SH + "deactivated"):
            return None
        paths = self.shapes.objects(iri, _SH + "path")
        if len(paths) > 1 or any(not isinstance(path, str) or path.startswith("_:") for path in paths):
            raise _Unknown(iri)
        inner = (*within, iri)
        checks: list[_Check] = []
        needed = False
        for predicate, values in sorted(self.shapes.of(iri).items()):
            if predicate in _SILENT:
                continue
            if not predicate.startswith(_SH):
                raise _Unknown(iri)
            for value in values:
                found = self._check(iri, predicate[len(_SH) :], value, inner)
                if found is not None:
                    checks.append(found)
            needed = needed or predicate[len(_SH) :] in {"minCount", "hasValue", "equals"}
        parts = [self.read(part, inner) for part in self.shapes.resources(iri, _SH + "property")]
        path = str(paths[0]) if paths else ""
        self.deep = self.deep or bool((within or path) and parts)
        return Shape(iri, path, tuple(checks), tuple(part for part in parts if part is not None), needed)

    def _check(self, iri: str, local: str, value: Term, within: tuple[str, ...]) -> _Check | None:
        if local in _SIMPLE:
            return _SIMPLE[local](value)
        if local in _OF_LISTS:
            return _OF_LISTS[local](self.shapes.members(value))
        if local in {"or", "and", "xone"}:
            return _logical(local, [self._inner(member, within) for member in self.shapes.members(value)])
        if local in {"not", "node"}:
            return _logical("not" if local == "not" else "and", [self._inner(value, within)])
        if local == "pattern" and isinstance(value, Literal):
            return _pattern(value.text, "".join(self.shapes.texts(iri, _SH + "flags")))
        raise _Unknown(iri)

    def _inner(self, member: Term, within: tuple[str, ...]) -> Shape:
        if not isinstance(member, str):
            raise _Unknown(str(member))
        shape = self.read(member, within)
        if shape is None:
            return Shape(member, "", ())
        self.deep = self.deep or bool(shape.path or shape.parts)
        return shape


# Constraints (SHACL, section 4) --------------------------------------------------------------------------------------


def _each(broken: Callable[[Facts, Term], bool]) -> _Check:
    return lambda facts, _, values: [value for value in values if broken(facts, value)]


def _number(value: Term) -> int:
    text = value.text if isinstance(value, Literal) else ""
    if not re.fullmatch(r"\+?[0-9]{1,9}", text):
        raise _Unknown(text)
    return int(text)


def _iri(value: Term) -> str:
    if not isinstance(value, str):
        raise _Unknown(value.text)
    return value


def _text(value: Term) -> str:
    return value.text if isinstance(value, Literal) else value


def _min_count(value: Term) -> _Check:
    least = _number(value)
    return lambda _, __, values: [None] if len(values) < least else []


def _max_count(value: Term) -> _Check:
    most = _number(value)
    return lambda _, __, values: [None] if len(values) > most else []


def _class(value: Term) -> _Check:
    wanted = _iri(value)

    def broken(facts: Facts, node: Term) -> bool:
        return isinstance(node, Literal) or facts.subclasses(wanted).isdisjoint(facts.objects(node, _TYPE))

    return _each(broken)


def _datatype(value: Term) -> _Check:
    wanted = _iri(value)

    def broken(_: Facts, node: Term) -> bool:
        return not isinstance(node, Literal) or node.datatype != wanted or xsd.value(node) is None

    return _each(broken)


def _node_kind(value: Term) -> _Check:
    allowed = {
        "BlankNode": {"blank"},
        "IRI": {"iri"},
        "Literal": {"literal"},
        "BlankNodeOrIRI": {"blank", "iri"},
        "BlankNodeOrLiteral": {"blank", "literal"},
        "IRIOrLiteral": {"iri", "literal"},
    }.get(_iri(value).removeprefix(_SH))
    if allowed is None:
        raise _Unknown(_iri(value))

    def kind(node: Term) -> str:
        return "literal" if isinstance(node, Literal) else "blank" if node.startswith("_:") else "iri"

    return _each(lambda _, node: kind(node) not in allowed)


def _bound(fits: Callable[[int], bool]) -> Callable[[Term], _Check]:
    def make(value: Term) -> _Check:
        if not isinstance(value, Literal):
            raise _Unknown(value)
        limit = value

        def broken(_: Facts, node: Term) -> bool:
            order = xsd.compare(node, limit) if isinstance(node, Literal) else None
            return order is None or not fits(order)

        return _each(broken)

    return make


def _length(fits: Callable[[int, int], bool]) -> Callable[[Term], _Check]:
    def make(value: Term) -> _Check:
        limit = _number(value)
        return _each(lambda _, node: _is_blank(node) or not fits(len(_text(node)), limit))

    return make


def _is_blank(node: Term) -> bool:
    return isinstance(node, str) and node.startswith("_:")


def _pattern(pattern: str, flags: str) -> _Check:
    known = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}
    if not set(flags) <= set(known):
        raise _Unknown(flags)
    try:
        compiled = re.compile(pattern, sum(known[flag] for flag in flags))
    except re.error:
        raise _Unknown(pattern) from None
    return _each(lambda _, node: _is_blank(node) or not compiled.search(_text(node)))


def _language_in(members: list[Term]) -> _Check:
    ranges = [_text(member).lower() for member in members]

    def broken(_: Facts, node: Term) -> bool:
        tag = node.language.lower() if isinstance(node, Literal) else ""
        fits = any(tag == wanted or tag.startswith(f"{wanted}-") or wanted == "*" for wanted in ranges)
        return not tag or not fits

    return _each(broken)


def _unique_lang(value: Term) -> _Check | None:
    if _text(value) not in {"true", "1"}:
        return None

    def check(_: Facts, __: str, values: list[Term]) -> list[Term | None]:
        tags = [value.language.lower() for value in values if isinstance(value, Literal) and value.language]
        return [None for tag in dict.fromkeys(tags) if tags.count(tag) > 1]

    return check


def _in(members: list[Term]) -> _Check:
    allowed = set(members)
    return _each(lambda _, node: node not in allowed)


def _has_value(value: Term) -> _Check:
    return lambda _, __, values: [] if value in values else [None]


def _equals(value: Term) -> _Check:
    predicate = _iri(value)

    def check(facts: Facts, focus: str, values: list[Term]) -> list[Term | None]:
        others = facts.objects(focus, predicate)
        return [*(v for v in values if v not in others), *(v for v in others if v not in values)]

    return check


def _disjoint(value: Term) -> _Check:
    predicate = _iri(value)
    return lambda facts, focus, values: [v for v in values if v in facts.objects(focus, predicate)]


def _less_than(fits: Callable[[int], bool]) -> Callable[[Term], _Check]:
    def make(value: Term) -> _Check:
        predicate = _iri(value)

        def above(one: Term, other: Term) -> bool:
            comparable = isinstance(one, Literal) and isinstance(other, Literal)
            order = xsd.compare(one, other) if comparable else None  # type: ignore[arg-type]  # both are literals here
            return order is None or not fits(order)

        return lambda facts, focus, values: [
            v for v in values if any(above(v, other) for other in facts.objects(focus, predicate))
        ]

    return make


def _logical(kind: str, shapes: list[Shape]) -> _Check:
    def broken(facts: Facts, node: Term) -> bool:
        fitting = sum(shape.holds(facts, node) for shape in shapes)
        return {"and": fitting < len(shapes), "or": not fitting, "xone": fitting != 1, "not": bool(fitting)}[kind]

    return _each(broken)


_SIMPLE: Final[Mapping[str, Callable[[Term], _Check | None]]] = {
    "class": _class,
    "datatype": _datatype,
    "disjoint": _disjoint,
    "equals": _equals,
    "hasValue": _has_value,
    "lessThan": _less_than(lambda order: order < 0),
    "lessThanOrEquals": _less_than(lambda order: order <= 0),
    "maxCount": _max_count,
    "maxExclusive": _bound(lambda order: order < 0),
    "maxInclusive": _bound(lambda order: order <= 0),
    "maxLength": _length(lambda length, limit: length <= limit),
    "minCount": _min_count,
    "minExclusive": _bound(lambda order: order > 0),
    "minInclusive": _bound(lambda order: order >= 0),
    "minLength": _length(lambda length, limit: length >= limit),
    "nodeKind": _node_kind,
    "uniqueLang": _unique_lang,
}
_OF_LISTS: Final[Mapping[str, Callable[[list[Term]], _Check]]] = {"in": _in, "languageIn": _language_in}
