"""Query parameters and ids in addresses, checked before any handler runs."""

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import HeaderParameter, ParameterKwarg, QueryParameter

from matchmaker.api.body import ID_TYPES, is_uuid
from matchmaker.api.fields import bare, field_error, parts, unknown_field
from matchmaker.api.problems import BadFields
from matchmaker.errors import FieldError, NotFound

JUDGED_BY_HANDLERS = ("If-Match",)  # which answer 412 and 428

Connection = ASGIConnection[Any, Any, Any, Any]


def check_ids(connection: Connection, handler: BaseRouteHandler) -> None:
    """An id or a name that cannot be one of ours is answered as one that is unknown. Raises `NotFound`."""
    names = _named(handler)
    for name, value in connection.path_params.items():
        if (name.endswith("_id") and not is_uuid(value)) or value not in names.get(name, (value,)):
            raise NotFound


def check_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raises `BadFields` with every parameter that is unknown, repeated, or holds what it may not.

    Not of a page: mail programmes and newsletters hang parameters of their own on any link.
    """
    if handler.opt.get("page"):
        return
    errors = [*_query_errors(connection, handler), *_header_errors(connection, handler)]
    if errors:
        raise BadFields(errors)


def _query_errors(connection: Connection, handler: BaseRouteHandler) -> Iterator[FieldError]:
    known = _parameters(handler, QueryParameter)
    for name in connection.query_params:
        values = connection.query_params.getall(name)
        if name not in known:
            yield unknown_field(name[:200], known, f"?{name[:200]}")
        elif len(values) > 1:
            yield FieldError(f"?{name}", "repeated", "Give this parameter once.")
        else:
            yield from _value_errors(known[name], f"?{name}", values[0])
    for name in _required(handler) - set(connection.query_params):
        yield FieldError(f"?{name}", "missing", "This parameter is required.")


def _header_errors(connection: Connection, handler: BaseRouteHandler) -> Iterator[FieldError]:
    for name, annotation in _parameters(handler, HeaderParameter).items():
        if name in connection.headers and name not in JUDGED_BY_HANDLERS:
            yield from _value_errors(annotation, f"{name}:", connection.headers[name])


@cache
def _named(handler: BaseRouteHandler) -> dict[str, frozenset[str]]:
    """The values of each parameter that is one of several."""
    fields = handler.parsed_fn_signature.parameters.items()
    kinds = {name: bare(field.annotation) for name, field in fields}
    return {
        name: frozenset(str(one.value) for one in kind)
        for name, kind in kinds.items()
        if isinstance(kind, type) and issubclass(kind, Enum)
    }


@cache
def _parameters(handler: BaseRouteHandler, kind: type[ParameterKwarg]) -> dict[str, Any]:
    """The types of the parameters a handler takes there, by name."""
    return {
        definition.name or name: field.raw
        for name, field in handler.parsed_fn_signature.parameters.items()
        if isinstance(definition := field.kwarg_definition, kind)
    }


@cache
def _required(handler: BaseRouteHandler) -> set[str]:
    fields = handler.parsed_fn_signature.parameters.items()
    return {
        definition.name or name
        for name, field in fields
        if isinstance(definition := field.kwarg_definition, QueryParameter) and not field.has_default
    }


def _value_errors(annotation: Any, pointer: str, value: str) -> list[FieldError]:
    if value.lower() == "null" and bare(annotation) is not str:  # lenient conversion takes the word for nothing
        return [FieldError(pointer, "wrong-type", "This is no value of this parameter: leave it out.")]
    try:
        msgspec.convert(value, annotation, strict=False)
    except msgspec.ValidationError as error:
        return [field_error(annotation, pointer, str(error))]
    if ID_TYPES & set(parts(annotation)) and not is_uuid(value):
        return [FieldError(pointer, "not-an-id", "This is not an id we gave out.")]
    return []
