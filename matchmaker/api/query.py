"""Query parameters and ids in addresses, checked before any handler runs."""

from functools import cache
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from matchmaker.api.body import ID_TYPES, is_uuid
from matchmaker.api.fields import field_error, parts, unknown_field
from matchmaker.errors import FieldError, InvalidFields, NotFound

Connection = ASGIConnection[Any, Any, Any, Any]


def check_ids(connection: Connection, _: BaseRouteHandler) -> None:
    """An id that cannot be one of ours is answered as one that is unknown. Raises `NotFound`."""
    for name, value in connection.path_params.items():
        if name.endswith("_id") and not is_uuid(value):
            raise NotFound


def check_query(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raises `InvalidFields` with every parameter that is unknown, repeated, or holds what it may not."""
    known = query_parameters(handler)
    errors = []
    for name in connection.query_params:
        values = connection.query_params.getall(name)
        if name not in known:
            errors.append(unknown_field(name[:200], known, f"?{name[:200]}"))
        elif len(values) > 1:
            errors.append(FieldError(f"?{name}", "repeated", "Give this parameter once."))
        else:
            errors += _value_errors(known[name], name, values[0])
    if errors:
        raise InvalidFields(errors)


@cache
def query_parameters(handler: BaseRouteHandler) -> dict[str, Any]:
    """The types of the query parameters a handler takes, by name."""
    return {
        definition.name or name: field.raw
        for name, field in handler.parsed_fn_signature.parameters.items()
        if isinstance(definition := field.kwarg_definition, QueryParameter)
    }


def _value_errors(annotation: Any, name: str, value: str) -> list[FieldError]:
    try:
        msgspec.convert(value, annotation, strict=False)
    except msgspec.ValidationError as error:
        return [field_error(annotation, f"?{name}", str(error))]
    if ID_TYPES & set(parts(annotation)) and not is_uuid(value):
        return [FieldError(f"?{name}", "not-an-id", "This is not an id we gave out.")]
    return []
