"""Versions as ETags: nobody undoes a change they have not seen, and nobody reads twice what has not changed."""

from typing import TypeVar

from litestar import Response

from matchmaker.api.problems import PreconditionFailed, PreconditionRequired
from matchmaker.errors import NotFound
from matchmaker.model.text import INT4_MAX

T = TypeVar("T")


def etag(version: int) -> str:
    return f'"{version}"'


def expected(if_match: str | None) -> int:
    """The version a writer has seen. Raises `PreconditionRequired` without one, `PreconditionFailed` with none of ours."""
    if not if_match:
        raise PreconditionRequired("Send If-Match with the ETag you got when you read it.")
    digits = if_match.strip().strip('"')
    if not (if_match.strip() == f'"{digits}"' and digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise PreconditionFailed("If-Match holds no ETag of ours: send it as it came, quotes included.")
    return min(int(digits), INT4_MAX)


def unless_changed(changed: T | None) -> T:
    """What a change made of it. Raises `PreconditionFailed` when it no longer had the version the writer saw."""
    if changed is None:
        raise PreconditionFailed("It was changed since you read it: read it again and send its new ETag.")
    return changed


def existing(found: T | None) -> T:
    """What was found. Raises `NotFound`."""
    if found is None:
        raise NotFound
    return found


def created(thing: T, path: str, *, version: int | None = None) -> Response[T]:
    """`thing`, just made, with its address."""
    headers = {"Location": path} | ({} if version is None else {"ETag": etag(version)})
    return Response(thing, status_code=201, headers=headers)


def versioned(thing: T, version: int, if_none_match: str | None = None) -> Response[T | None]:
    """`thing` with its ETag, or 304 without a body when the client has that version."""
    headers = {"ETag": etag(version)}
    if if_none_match and etag(version) in (one.strip().removeprefix("W/") for one in if_none_match.split(",")):
        return Response(None, status_code=304, headers=headers)
    return Response(thing, headers=headers)
