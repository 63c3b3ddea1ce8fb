"""Where every JSON body is read: strictly, within limits, and with all that is wrong with it in one answer."""

import asyncio
import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from msgspec import Struct

from matchmaker.api.fields import field_errors, parts
from matchmaker.api.problems import BODY_EMPTY, BadFields, MalformedRequest, UnsupportedMediaType
from matchmaker.errors import FieldError
from matchmaker.model import ids

DEPTH_MAX = 32
DIGITS_MAX = 40
FIELD_ERRORS_MAX = 1_000
PARTS_AT_ONCE = 4  # of some 64 KiB each
JSON_TYPE = "application/json"
ID_TYPES = {one for one in vars(ids).values() if hasattr(one, "__supertype__")}


class ApiRequest(Request[None, None, Any]):
    """A request whose JSON is decoded straight into what its handler takes as `data`."""

    _whole: bytes | None = None

    async def body(self) -> bytes:
        """All that was sent. Of many who send much at once, one after the other goes on, each a part at a time, and others come
        between; many parts are put together in a thread, since ten megabytes of new memory take a while."""
        if self._whole is None:
            parts: list[bytes] = []
            async for part in self.stream():
                parts.append(part)
                if len(parts) > PARTS_AT_ONCE:
                    async with self.app.state.turns:
                        await asyncio.sleep(0)
            few = len(parts) <= PARTS_AT_ONCE
            self._whole = b"".join(parts) if few else await asyncio.to_thread(b"".join, parts)
        return self._whole

    async def json(self) -> Any:
        require_media_type(self, JSON_TYPE)
        field = self.route_handler.parsed_data_field
        return decode(field.annotation if field else Any, await self.body())


def require_media_type(request: Request[None, None, Any], *allowed: str) -> str:
    """The body's media type. Raises `UnsupportedMediaType`: a form in a browser can send `text/plain`, but not JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in allowed:
        given = f"not {media_type!r}" if media_type else "and none was given"
        raise UnsupportedMediaType(f"The Content-Type must be {' or '.join(allowed)}, {given}.")
    return media_type


def decode(annotation: Any, body: bytes) -> Any:
    """`body` as an `annotation`. Raises `MalformedRequest`, or `BadFields` with every bad field."""
    try:
        value = _decoder(annotation).decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        value = _second_try(annotation, body)
    if errors := list(_bad_ids(value)):
        raise BadFields(errors)
    return value


def _second_try(annotation: Any, body: bytes) -> Any:
    """JSON knows one kind of number, and `3.0` is a whole one, which msgspec sees in some fields only; else all errors."""
    value = _whole(raw(body))
    errors = field_errors(annotation, value)
    if errors:
        raise BadFields(errors[:FIELD_ERRORS_MAX])
    return msgspec.convert(value, annotation)


def raw(body: bytes) -> Any:
    """`body` as plain lists and dicts. Raises `MalformedRequest`."""
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise MalformedRequest(f"The JSON is nested deeper than {DEPTH_MAX} levels.") from None
    except (msgspec.MsgspecError, ValueError) as error:
        if not body.strip():
            raise MalformedRequest(BODY_EMPTY) from None
        value = _with_huge_numbers(body) if "out of range" in str(error) else None
        if value is None:
            raise MalformedRequest(f"The JSON cannot be read: {_without_marks(error)}.") from None
    if _deeper_than(value, DEPTH_MAX):
        raise MalformedRequest(f"The JSON is nested deeper than {DEPTH_MAX} levels.")
    return value


def is_uuid(value: str) -> bool:
    """Whether `value` is a UUID in the one form we give out: lower case, with hyphens."""
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def id_fields(kind: type[Struct]) -> Iterator[msgspec.structs.FieldInfo]:
    """The fields of `kind` that hold an id of ours, or a list of them."""
    for field in msgspec.structs.fields(kind):
        if ID_TYPES & set(parts(field.type)):
            yield field


@cache
def _decoder(annotation: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(annotation)


def _without_marks(error: Exception) -> str:
    return str(error).replace("`", "").rstrip(".")


def _with_huge_numbers(body: bytes) -> Any:
    """`body` with the numbers that msgspec has no room for, so that their fields can be named; None where it is no JSON.

    A whole number keeps its first digits, which are too many for any field; another becomes infinite.
    """
    try:
        return json.loads(body, parse_int=lambda digits: int(digits[:DIGITS_MAX]), parse_constant=_no_number)
    except (RecursionError, ValueError):
        return None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _deeper_than(value: Any, depth: int) -> bool:
    """Level by level, not by recursion: the depth is the client's."""
    level = [value]
    for _ in range(depth + 1):
        level = [inner for outer in level for inner in _children(outer)]
    return bool(level)


def _whole(value: Any) -> Any:
    """`value`, no deeper than `DEPTH_MAX`, with whole numbers as such."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _bad_ids(value: Any, pointer: str = "") -> Iterator[FieldError]:
    """Ids that we never gave out, in the value and in what it is made of; a list of them is looked at one by one."""
    if not isinstance(value, Struct):
        return
    ids = {field.name for field in id_fields(type(value))}
    for field in msgspec.structs.fields(type(value)):
        given = getattr(value, field.name)
        for where, one in _each(given, f"{pointer}/{field.encode_name}"):
            if field.name not in ids:
                yield from _bad_ids(one, where)
            elif isinstance(one, str) and not is_uuid(one):
                yield FieldError(where, "not-an-id", "This is not an id we gave out.")


def _each(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """What is given at `pointer`: each of a list, else the one."""
    if isinstance(value, list):
        yield from ((f"{pointer}/{index}", one) for index, one in enumerate(value))
    else:
        yield pointer, value
