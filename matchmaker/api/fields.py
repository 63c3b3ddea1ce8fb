"""The second pass over bad input: msgspec stops at the first bad field, a client wants all of them."""

import difflib
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct, ValidationError

from matchmaker.errors import FieldError

_CODES = (
    ("matching regex", "forbidden-characters"),
    ("of length", "wrong-length"),
    (">", "out-of-range"),
    ("<", "out-of-range"),
    ("Invalid enum", "not-a-choice"),
    ("Object missing", "missing"),
    ("unknown field", "unknown"),
    ("got", "wrong-type"),
)


def field_errors(annotation: Any, value: object, pointer: str = "") -> list[FieldError]:
    """All that is wrong with `value` as an `annotation`, nested too; nothing when it fits."""
    try:
        msgspec.convert(value, annotation)
    except ValidationError as error:
        return list(_inner_errors(bare(annotation), value, pointer)) or [field_error(annotation, pointer, str(error))]
    return []


def field_error(annotation: Any, pointer: str, message: str) -> FieldError:
    """What msgspec says, as a field error with a stable code and words for the client."""
    code = next((code for words, code in _CODES if words in message), "malformed")
    kind = bare(annotation)
    if code == "not-a-choice" and isinstance(kind, type) and issubclass(kind, Enum):
        return FieldError(pointer, code, f"Not one of {', '.join(repr(choice.value) for choice in kind)}.")
    if code == "forbidden-characters":
        return FieldError(pointer, code, "Not in the form this field has, or holds characters it may not hold.")
    return FieldError(pointer, code, re.sub(r" - at `.*`$", "", message).replace("`", "") + ".")


def unknown_field(name: str, known: Iterable[str], pointer: str) -> FieldError:
    """A name that does not exist, with the one that was probably meant."""
    near = difflib.get_close_matches(name, list(known), n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return FieldError(pointer, "unknown", f"There is no field of this name.{meant}")


def bare(annotation: Any) -> Any:
    """A type without its constraints, without `None`, and without its own name."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(one for one in get_args(annotation) if one is not type(None))
        else:
            return annotation


def parts(annotation: Any) -> Iterator[Any]:
    """A type and all that it is made of."""
    yield annotation
    for one in get_args(annotation):
        yield from parts(one)


def escaped(name: str) -> str:
    """`name` as one part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _inner_errors(kind: Any, value: object, pointer: str) -> Iterator[FieldError]:
    if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(value, dict):
        yield from _struct_errors(kind, value, pointer)
    elif get_origin(kind) is list and isinstance(value, list):
        for index, item in enumerate(value):
            yield from field_errors(get_args(kind)[0], item, f"{pointer}/{index}")
    elif get_origin(kind) is dict and isinstance(value, dict):
        for name, item in value.items():
            for part in zip(get_args(kind), (name, item), strict=True):
                yield from field_errors(*part, f"{pointer}/{escaped(name)}")


def _struct_errors(kind: type[Struct], value: dict[str, object], pointer: str) -> Iterator[FieldError]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        where = f"{pointer}/{escaped(name)}"
        if name in value:
            yield from field_errors(field.type, value[name], where)
        elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
            yield FieldError(where, "missing", "This field is required.")
    if kind.__struct_config__.forbid_unknown_fields:
        for name in value.keys() - fields.keys():
            yield unknown_field(name, fields, f"{pointer}/{escaped(name)}")
