"""TypeScript types of the documents for apps, made from their JSON Schemas."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def typescript(schemas: Mapping[str, Json], title: str) -> str:
    """A module with an interface for each object of the schemas, each once.

    Args:
        schemas: The schema of each type of document. A definition of the same name is the same in all.
        title: Lines for the comment at its top.

    Raises:
        ValueError: A schema uses something for which there is no type here.
    """
    interfaces: dict[str, Json] = {}
    for schema in schemas.values():
        interfaces[schema["title"]] = schema
        interfaces |= schema["$defs"]
    lines = [f"// {line}" for line in title.split("\n")]
    for name, schema in interfaces.items():
        lines += ["", *_comment(schema["description"], ""), f"export interface {name} {{"]
        required = set(schema["required"])
        for key, value in schema["properties"].items():
            mark = "" if key in required else "?"
            lines += _comment(value["description"], "  ")
            lines.append(f"  readonly {key if key.isidentifier() else json.dumps(key)}{mark}: {_type(value)};")
        lines.append("}")
    return "\n".join([*lines, ""])


def _comment(text: str, indent: str) -> list[str]:
    wrapped = textwrap.wrap(text.replace("*/", "* /"), 110)
    if len(wrapped) == 1:
        return [f"{indent}/** {wrapped[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}" for line in wrapped), f"{indent} */"]


def _type(schema: Json) -> str:  # noqa: PLR0911 - one return for each word of the schemas
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix("#/$defs/")
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return "unknown"
    kind = schema["type"]
    if kind == "array":
        inner = _type(schema["items"])
        return f"readonly ({inner})[]" if "|" in inner else f"readonly {inner}[]"
    if kind == "object":
        (values,) = schema["patternProperties"].values()
        return f"Readonly<Record<string, {_type(values)}>>"
    if kind not in ("string", "number", "integer", "boolean"):
        raise ValueError(f"no type is known for {kind}")
    return "number" if kind == "integer" else str(kind)
