"""What a change of schemas and context would break for programs that rely on the released ones.

A document that fits the new schema must be one that a program written for the old schema can read: it finds every key
that was always there, and every value is of the type that it was told. The policy stands in `docs/exports.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def differences(old: Json, new: Json) -> list[str]:
    """What of a schema is broken in a new version of it, in words; empty where nothing is.

    Compared are the document and each definition: keys that are gone, keys that are new and always there, keys that
    may now be missing, other types, patterns and values, another address. Descriptions, examples and new optional keys
    break nothing.

    Args:
        old: The released JSON Schema, as `jdm_kg.exports.app_schema` writes them.
        new: The same document type now.
    """
    found = list(_compared("$id", old.get("$id"), new.get("$id")))
    found += _objects("the document", old, new)
    for name, schema in old.get("$defs", {}).items():
        if name not in new.get("$defs", {}):
            found.append(f"type {name} is gone")
        else:
            found += _objects(name, schema, new["$defs"][name])
    return found


def context_differences(old: Json, new: Json) -> list[str]:
    """What of a JSON-LD context is broken in a new version of it, in words: keys that are gone or mean something else.

    Args:
        old: The released `context.jsonld`.
        new: The same now.
    """
    before, now = old["@context"], new["@context"]
    gone = [f"the context no longer has {key}" for key in before if key not in now]
    changed = [
        f"{key} now means {now[key]}, it was {before[key]}" for key in before if key in now and now[key] != before[key]
    ]
    return gone + changed


def may_follow(old: str, new: str, broken: bool) -> bool:
    """Whether a version of the contract may follow another one.

    Args:
        old: The released version, such as `1.2.0`.
        new: The version now.
        broken: Whether there are differences.

    >>> may_follow("1.2.0", "1.3.0", broken=True)
    False
    >>> may_follow("1.2.0", "2.0.0", broken=True)
    True
    """
    before, now = ([int(part) for part in version.split(".")] for version in (old, new))
    return now >= before and (not broken or now[0] > before[0])


def _objects(where: str, old: Json, new: Json) -> Iterator[str]:
    before, now = old.get("properties", {}), new.get("properties", {})
    was_there, is_there = set(old.get("required", [])), set(new.get("required", []))
    yield from _compared(f"{where}: type", old.get("type"), new.get("type"))
    yield from _compared(f"{where}: title", old.get("title"), new.get("title"))
    if new.get("additionalProperties") is not False and old.get("additionalProperties") is False:
        yield f"{where} may now have keys that the schema does not name"
    for key in before:
        if key not in now:
            yield f"{where}: key {key} is gone"
        else:
            yield from _values(f"{where}: {key}", before[key], now[key])
    for key in was_there - is_there:
        if key in now:
            yield f"{where}: key {key} may now be missing"
    for key in sorted(is_there - was_there):
        yield f"{where}: key {key} is now required"


def _values(where: str, old: Json, new: Json) -> Iterator[str]:
    for word in ("$ref", "type", "const", "pattern", "minimum", "minItems"):
        yield from _compared(f"{where}: {word}", old.get(word), new.get(word))
    before, now = old.get("enum"), new.get("enum")
    if (before is None) != (now is None):
        yield f"{where}: the list of values is {'new' if before is None else 'gone'}"
    elif before is not None and now is not None and set(before) != set(now):
        changed = sorted(set(before) ^ set(now))
        yield f"{where}: the list of values changed by {', '.join(changed)}"
    for word in ("items", "additionalProperties"):
        yield from _nested(f"{where}: {word}", old.get(word), new.get(word))
    patterns = {**old.get("patternProperties", {}), **new.get("patternProperties", {})}
    for pattern in patterns:
        both = (schema.get("patternProperties", {}).get(pattern) for schema in (old, new))
        yield from _nested(f"{where}: {pattern}", *both)


def _nested(where: str, old: object, new: object) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _values(where, dict(old), dict(new))
    else:
        yield from _compared(where, old, new)


def _compared(where: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{where} is now {new}, it was {old}"
