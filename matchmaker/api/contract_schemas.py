"""JSON schemas of the nouns, with every string, number and list bounded, as a client may rely on."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, get_args

import msgspec
from msgspec import NODEFAULT, Struct

from matchmaker.api.body import ID_TYPES
from matchmaker.api.fields import parts
from matchmaker.model.text import INT4_MAX, TEXT_CHARS_MAX, TEXT_PATTERN

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
ITEMS_MAX = 10_000
PROPERTIES_MAX = 1_000
TIME: Schema = {"type": "string", "format": "date-time", "maxLength": 40}
ID: Schema = {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}
LENGTHS = {"date": 10, "date-time": 40, "uuid": 36, "uri": 2_000}


def schemas(types: Iterable[Any]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """The schema of each type, and of every noun they refer to, by name."""
    ordered = list(dict.fromkeys(types))
    found, components = msgspec.json.schema_components(ordered, ref_template=REFERENCE)
    structs = {one.__name__: one for one in _structs(ordered)}
    for name, component in components.items():
        if name in structs:
            _with_forms(structs[name], component)
    named = {_plain(name): _bounded(component) for name, component in components.items()}
    return {one: _bounded(schema) for one, schema in zip(ordered, found, strict=True)}, dict(sorted(named.items()))


def schema_of(annotation: Any) -> Schema:
    """The schema of a parameter's type."""
    if ID_TYPES & set(parts(annotation)):
        return dict(ID)
    (schema,), components = msgspec.json.schema_components([annotation], ref_template="{name}")
    bounded: Schema = _bounded(_inline(schema, components))
    return bounded


def _inline(schema: Schema, components: dict[str, Schema]) -> Schema:
    """A parameter's schema with what it refers to in place: choices stand best where they are read."""
    if "$ref" in schema:
        return {**components[schema["$ref"]], **{key: value for key, value in schema.items() if key != "$ref"}}
    return {**schema, **({"anyOf": [_inline(one, components) for one in schema["anyOf"]]} if "anyOf" in schema else {})}


def _structs(types: Iterable[Any]) -> Iterator[type[Struct]]:
    """Every struct within `types`, each once."""
    waiting, seen = list(types), set()
    while waiting:
        one = waiting.pop()
        if one in seen or isinstance(one, (str, int, msgspec.Meta)):
            continue
        seen.add(one)
        waiting += get_args(one)
        kind = getattr(one, "__origin__", one)
        if isinstance(kind, type) and issubclass(kind, Struct):
            waiting += [field.type for field in msgspec.structs.fields(kind)]
            yield kind


def _with_forms(kind: type[Struct], component: Schema) -> None:
    """Ids are UUIDs and hours are RFC 3339, which the types alone do not say."""
    for field in msgspec.structs.fields(kind):
        of = set(parts(field.type))
        form = ID if ID_TYPES & of else TIME if datetime in of else None
        if form is None:
            continue
        property_ = component["properties"][field.encode_name]
        lists = [one for one in (property_, *property_.get("anyOf", ())) if one.get("type") == "array"]
        for one in lists:
            one["items"] = dict(form)
        if not lists:
            optional = type(None) in of
            default = {} if field.default is NODEFAULT else {"default": field.default}
            component["properties"][field.encode_name] = (
                {"anyOf": [dict(form), {"type": "null"}]} if optional else dict(form)
            ) | default


def _bounded(schema: Any) -> Any:
    """`schema` with the bounds that are true of any value, where it names none of its own."""
    if isinstance(schema, list):
        return [_bounded(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _bounded_part(key, value) for key, value in schema.items() if key != "title"}
    if "$ref" in inner:
        return inner | {"$ref": REFERENCE.format(name=_plain(inner["$ref"].rpartition("/")[2]))}
    match inner.get("type"):
        case "string" if "enum" not in inner:
            return _bounded_string(inner)
        case "integer":
            return {"format": "int32", "minimum": -INT4_MAX, "maximum": INT4_MAX} | inner
        case "number":
            return {"format": "double"} | inner
        case "array":
            return {"maxItems": ITEMS_MAX} | inner
        case "object" if "properties" in inner:
            return inner | {"additionalProperties": False}
        case "object":
            return {"maxProperties": PROPERTIES_MAX} | inner
    return inner


def _bounded_part(key: str, value: Any) -> Any:
    """One member of a schema; the names of properties, defaults and choices are a noun's own."""
    if key == "properties":
        return {name: _bounded(one) for name, one in value.items()}
    return value if key in ("default", "enum", "required") else _bounded(value)


def _bounded_string(schema: Schema) -> Schema:
    bounded = {"maxLength": LENGTHS.get(schema.get("format", ""), TEXT_CHARS_MAX)} | schema
    return bounded if "format" in schema or "pattern" in schema else bounded | {"pattern": TEXT_PATTERN}


def _plain(name: str) -> str:
    """`Page_Event_` as `EventPage`."""
    outer, _, inner = name.rstrip("_").partition("_")
    return inner + outer
