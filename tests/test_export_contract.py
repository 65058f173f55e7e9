"""The contract of the documents for apps: what changed since the last release may not break who relies on it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from jdm_kg.exports import app_context, app_schema, app_types
from jdm_kg.exports.app_table import CONTRACT, FOLDER
from jdm_kg.exports.contract import context_differences, differences, may_follow
from tests import releases
from tests.content import ROOT

Json = dict[str, Any]

RELEASED = ROOT / "tests" / "released"
KINDS = ("condition", "thing", "index")


def last() -> str:
    """The version of the contract that was released last."""
    return (RELEASED / "VERSION").read_text(encoding="utf-8").strip()


def released(name: str) -> Json:
    """A released file."""
    folder = RELEASED / f"v{last().split('.', maxsplit=1)[0]}"
    return dict(json.loads((folder / name).read_text(encoding="utf-8")))


def broken() -> list[str]:
    """What the schemas and the context of now break."""
    found = [
        each for kind in KINDS for each in differences(released(f"{kind}.schema.json"), app_schema.schemas()[kind])
    ]
    now = {"@context": app_context.context(releases.real().facts)}
    return found + context_differences(released("context.jsonld"), now)


def test_nothing_released_breaks_without_a_major_version() -> None:
    """A key, type or address that is gone or changed, or a new key that is always there, needs a new major version."""
    found = broken()
    assert may_follow(last(), CONTRACT, broken=bool(found)), "\n".join(found)


def test_a_change_moves_the_version() -> None:
    """Schemas that differ from the released ones in any way have another version."""
    same = all(released(f"{kind}.schema.json") == app_schema.schemas()[kind] for kind in KINDS)
    assert same or last() != CONTRACT, (
        "The schemas changed: raise CONTRACT in jdm_kg/exports/app_table.py as docs/exports.md says, "
        "and when it is released copy the new files to tests/released."
    )


def test_the_folder_follows_the_major_version() -> None:
    """The folder and all addresses name the major version."""
    assert f"v{CONTRACT.split('.')[0]}" == FOLDER
    assert f"/{FOLDER}/" in app_context.ADDRESS


def test_the_policy_names_the_version() -> None:
    """The policy tells of the version that there is."""
    policy = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert re.search(rf"\*\*{re.escape(CONTRACT)}\*\*", policy)


def _definition(schema: Json, name: str) -> Json:
    return dict(schema["$defs"])[name]  # type: ignore[no-any-return]


BREAKING: dict[str, tuple[Callable[[Json], object], str]] = {
    "a key is gone": (lambda s: s["properties"].pop("label"), "key label is gone"),
    "a key of a part is gone": (lambda s: s["$defs"]["Statement"]["properties"].pop("frequency"), "frequency is gone"),
    "a key has another name": (
        lambda s: s["$defs"]["Evidence"]["properties"].update(from_=s["$defs"]["Evidence"]["properties"].pop("start")),
        "key start is gone",
    ),
    "a definition is gone": (lambda s: s["$defs"].pop("Tension"), "type Tension is gone"),
    "a list becomes one thing": (
        lambda s: s["properties"].update(broader={"description": "x", "$ref": "#/$defs/Reference"}),
        "broader",
    ),
    "a list holds something else": (
        lambda s: s["properties"]["broader"]["items"].update({"$ref": "#/$defs/Statement"}),
        "broader: items",
    ),
    "text becomes a number": (lambda s: s["properties"]["label"].update(type="number"), "label: type is now number"),
    "a whole number becomes any": (
        lambda s: s["$defs"]["Evidence"]["properties"]["start"].update(type="number"),
        "start: type is now number",
    ),
    "what was always there may be missing": (
        lambda s: s["$defs"]["Statement"]["required"].remove("polarity"),
        "polarity may now be missing",
    ),
    "what could be missing is always there": (
        lambda s: s["$defs"]["Statement"]["required"].append("frequency"),
        "frequency is now required",
    ),
    "a new key is always there": (
        lambda s: (s["properties"].update(new={"type": "string"}), s["required"].append("new")),
        "key new is now required",
    ),
    "a value is gone": (
        lambda s: s["$defs"]["Statement"]["properties"]["polarity"]["enum"].remove("denied"),
        "changed by denied",
    ),
    "there is a new value": (
        lambda s: s["$defs"]["Statement"]["properties"]["certainty"]["enum"].append("sure"),
        "changed by sure",
    ),
    "a constant is another": (
        lambda s: s["$defs"]["Statement"]["properties"]["type"].update(const="Statement"),
        "const is now Statement",
    ),
    "a date has another form": (
        lambda s: s["$defs"]["Source"]["properties"]["staleFrom"].update(pattern="^.*$"),
        "staleFrom: pattern",
    ),
    "any key is allowed": (lambda s: s["$defs"]["Meta"].update(additionalProperties=True), "may now have keys"),
    "a map holds text and no lists": (
        lambda s: next(iter(s["properties"]["labels"]["patternProperties"].values())).update(type="string"),
        "labels",
    ),
    "the address is another": (lambda s: s.update({"$id": "https://example.org/x"}), "$id is now"),
    "the type has another name": (lambda s: s.update(title="Thing"), "title is now Thing"),
}


@pytest.mark.parametrize(("change", "told"), BREAKING.values(), ids=BREAKING.keys())
def test_breaking_changes_are_told(change: Callable[[Json], object], told: str) -> None:
    """Each change that breaks a reader is told, in words that name the key."""
    old = app_schema.schemas()["thing"]
    new = copy.deepcopy(old)
    change(new)
    found = differences(old, new)
    assert any(told in each for each in found), found


HARMLESS: dict[str, Callable[[Json], object]] = {
    "nothing": lambda _: None,
    "a description": lambda s: s["properties"]["label"].update(description="Other words."),
    "an example": lambda s: s["properties"]["label"].update(examples=["another"]),
    "a comment": lambda s: s.update({"$comment": "other"}),
    "a new key that may be missing": lambda s: s["properties"].update(new={"description": "New.", "type": "string"}),
    "a new definition": lambda s: s["$defs"].update(New={"type": "object"}),
    "another order": lambda s: s.update(properties=dict(reversed(s["properties"].items()))),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_changes_are_not_told(change: Callable[[Json], object]) -> None:
    """What breaks no reader is not told."""
    old = app_schema.schemas()["thing"]
    new = copy.deepcopy(old)
    change(new)
    assert differences(old, new) == []


def test_changes_of_the_context_are_told() -> None:
    """A key of the context that is gone or means something else is told; a new one is not."""
    old = {"@context": {"id": "@id", "label": {"@id": "skos:prefLabel"}, "note": None}}
    new = {"@context": {"id": "@id", "label": {"@id": "skos:altLabel"}, "more": None}}
    gone, changed = context_differences(old, new)
    assert "no longer has note" in gone
    assert "label now means" in changed
    assert context_differences(old, {"@context": {**old["@context"], "more": None}}) == []


@pytest.mark.parametrize(
    ("old", "new", "broken", "allowed"),
    [
        ("1.0.0", "1.0.0", False, True),
        ("1.0.0", "1.0.0", True, False),
        ("1.0.0", "1.1.0", True, False),
        ("1.9.0", "1.10.0", False, True),
        ("1.0.0", "2.0.0", True, True),
        ("2.0.0", "1.9.9", False, False),
    ],
)
def test_versions(old: str, new: str, *, broken: bool, allowed: bool) -> None:
    """A version never goes back, and what breaks needs the next major one."""
    assert may_follow(old, new, broken=broken) is allowed


def test_a_schema_without_a_type_for_typescript_is_refused() -> None:
    """The generator of types does not guess what it does not know."""
    schema = {"title": "A", "description": "a", "required": [], "properties": {}, "$defs": {}}
    odd = {**schema, "properties": {"a": {"description": "x", "type": "null"}}}
    with pytest.raises(ValueError, match="no type is known for null"):
        app_types.typescript({"a": odd}, "title")
