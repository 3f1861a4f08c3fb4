"""marshmallow schemas as JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1)."""

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from workflows.inputs import input_schema


@cache
def input_json_schema(names: tuple[str, ...]) -> dict[str, Any]:
    """The input of a step that asks for `names`."""
    return json_schema(input_schema(names))


def _inline(_schema: object) -> str:
    """No name: apispec then writes a nested schema in place."""
    return ""


def json_schema(schema: Schema) -> dict[str, Any]:
    """One self-contained JSON Schema; nested schemas are written in place."""
    plugin = MarshmallowPlugin(schema_name_resolver=_inline)
    APISpec("", "", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    fields: dict[str, Any] = plugin.converter.schema2jsonschema(schema)
    return {**fields, "additionalProperties": False}
