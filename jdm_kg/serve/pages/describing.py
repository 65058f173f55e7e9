"""The description of the server for programs, as people read it.

Source: OpenAPI Specification 3.1, sections 4.8 (schema).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_METHODS: Final = ("get", "head", "post", "put", "delete", "options")
Json = Mapping[str, Any]


def values(description: Json) -> dict[str, Any]:
    """The values of the template.

    Args:
        description: An OpenAPI 3 document.
    """
    info = description.get("info", {})
    return {
        "name": info.get("title", ""),
        "api_version": info.get("version", ""),
        "summary": info.get("description", ""),
        "operations": [
            _operation(description, path, method, item)
            for path, item in description.get("paths", {}).items()
            for method in _METHODS
            if method in item
        ],
    }


def _operation(description: Json, path: str, method: str, item: Json) -> dict[str, Any]:
    operation = item[method]
    parameters = [_resolved(description, p) for p in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    body = _resolved(description, operation.get("requestBody", {}))
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '') or 'root'}",
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": parameter.get("name", ""),
                "where": parameter.get("in", ""),
                "required": bool(parameter.get("required")),
                "description": parameter.get("description", ""),
                "kind": _kind(_resolved(description, parameter.get("schema", {}))),
            }
            for parameter in parameters
        ],
        "body": sorted(body.get("content", {})),
        "responses": [
            {
                "status": str(status),
                "description": _resolved(description, response).get("description", ""),
                "media": sorted(_resolved(description, response).get("content", {})),
            }
            for status, response in operation.get("responses", {}).items()
        ],
    }


def _resolved(description: Json, value: Json) -> Json:
    """What a `$ref` within the document points to; anything else as it is."""
    reference = value.get("$ref", "")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return value
    found: Any = description
    for step in reference[2:].split("/"):
        found = found.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _kind(schema: Json) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = schema.get("type", "")
    if kind == "array":
        return "several, each " + (_kind(schema.get("items", {})) or "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
