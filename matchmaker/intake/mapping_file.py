"""A mapping as a file, TOML or JSON, to be written by hand, kept and sent again."""

import json as plain_json
import tomllib
from typing import Any

from msgspec import DecodeError, ValidationError, convert, json, to_builtins

from matchmaker.intake.table import Unusable
from matchmaker.model.mapping import MappingInput, Rule, faults_of

CURE = "It has a name and [[rules]], each with a field and a column or a constant; `matchmaker mapping suggest` writes one."


def read(data: bytes, *, toml: bool) -> MappingInput:
    """A mapping from its file. Raises `Unusable`."""
    try:
        found = convert(tomllib.loads(data.decode()) if toml else json.decode(data), MappingInput)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, DecodeError, ValidationError) as error:
        raise Unusable("mapping_unusable", f"The mapping cannot be read: {error}.", cure=CURE) from None
    for number, part, _, words in faults_of(found.rules):
        raise Unusable("mapping_unusable", f"Rule {number + 1}, {part}: {words}", cure=CURE)
    return found


def written(mapping: MappingInput) -> str:
    """The mapping as TOML."""
    lines = [f"name = {_quoted(mapping.name)}"]
    for rule in mapping.rules:
        lines += ["", "[[rules]]", *(f"{key} = {_value(value)}" for key, value in _said(rule).items())]
    return "\n".join(lines) + "\n"


def _said(rule: Rule) -> dict[str, Any]:
    said = {key: value for key, value in to_builtins(rule).items() if value is not None}
    return {key: value for key, value in said.items() if (key, value) != ("nth", 1)}


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    """A basic string of TOML escapes as JSON does."""
    return plain_json.dumps(text, ensure_ascii=False)
