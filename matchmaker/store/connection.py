"""What every store function takes first: a connection inside the transaction of its caller."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from msgspec import json

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[Any]
    Pool: TypeAlias = asyncpg.Pool[Any]
else:
    from asyncpg import Connection, Pool

__all__ = ["Connection", "Pool", "changed", "pattern_of_prefix", "returned", "to_json"]


def to_json(value: object) -> str:
    """The text of `value` for a jsonb parameter."""
    return json.encode(value).decode()


def pattern_of_prefix(prefix: str) -> str:
    """The pattern for `like` of what begins with `prefix`, which is taken literally."""
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def changed(tag: str) -> int:
    """The number of rows in a command tag such as `DELETE 3`."""
    return int(tag.rpartition(" ")[2])


def returned(row: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The row that a statement with `returning` is sure to give."""
    if row is None:
        raise LookupError("the statement returned no row")
    return row
