"""Every error becomes `application/problem+json` (RFC 9457) here: one table, error to kind of problem."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Meta, Struct

from matchmaker import errors
from matchmaker.api.context import context_of
from matchmaker.api.problem_kinds import KINDS, Kind
from matchmaker.errors import FieldError, InvalidFields, MatchmakerError
from matchmaker.model.text import clean_text
from matchmaker.store.outage import is_outage

MEDIA_TYPE = "application/problem+json"
FIELD_PROBLEMS_MAX = 1_000
DETAIL_CHARS_MAX = 2_000
RETRY_AFTER_SECONDS = 2
BODY_EMPTY = "The body is empty, and JSON is wanted."


class FieldProblem(Struct, frozen=True, kw_only=True):
    """One bad field of a request."""

    pointer: Annotated[
        str,
        Meta(
            max_length=2_000,
            description="Where it stands: a JSON pointer into the body, `?name` for a query parameter, `Name:` for a header.",
        ),
    ]
    code: Annotated[str, Meta(max_length=60, description="What is wrong with it; stable, for programmes.")]
    detail: Annotated[str, Meta(max_length=DETAIL_CHARS_MAX, description="What is wrong with it; for people.")]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457). `type` is stable and leads to a page with cause and cure."""

    type: Annotated[str, Meta(max_length=2_000, extra_json_schema={"format": "uri"})]
    title: Annotated[str, Meta(max_length=200)]
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(max_length=DETAIL_CHARS_MAX)]
    instance: Annotated[
        str,
        Meta(
            max_length=60, extra_json_schema={"format": "uri"}, description="The request's number, as in X-Request-Id."
        ),
    ]
    cure: Annotated[str, Meta(max_length=DETAIL_CHARS_MAX, description="What to do about it, where that is known.")] = (
        ""
    )
    errors: Annotated[list[FieldProblem], Meta(max_length=FIELD_PROBLEMS_MAX, description="Every bad field.")] = []
    violated_policies: Annotated[
        list[Annotated[str, Meta(max_length=60)]], Meta(max_length=10, description="Rate limits that were exceeded.")
    ] = msgspec.field(default_factory=list, name="violated-policies")


class ApiError(MatchmakerError):
    """An error of HTTP itself; `slug` names its kind in the table."""

    slug = "malformed-request"

    def __init__(self, detail: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or KINDS[self.slug].title + ".")
        self.headers = dict(headers or {})


class BadFields(InvalidFields):
    """Some fields of the request are not well formed."""


class MalformedRequest(ApiError):
    """The request cannot be read."""


class Unauthenticated(ApiError):
    """No valid API key came with the request."""

    slug = "unauthenticated"


class NotAcceptable(ApiError):
    """None of the media types asked for can be given."""

    slug = "not-acceptable"


class PreconditionFailed(ApiError):
    """It was changed since you read it."""

    slug = "precondition-failed"


class UnsupportedMediaType(ApiError):
    """This media type is not taken here."""

    slug = "unsupported-media-type"


class IdempotencyKeyReused(ApiError):
    """This idempotency key came before with another request."""

    slug = "idempotency-key-reused"


class IdempotencyKeyBusy(ApiError):
    """A request with this idempotency key is still at work."""

    slug = "idempotency-key-busy"


class PreconditionRequired(ApiError):
    """Say which version you mean to change."""

    slug = "precondition-required"


class QuotaExceeded(ApiError):
    """Too many requests."""

    slug = "quota-exceeded"


SLUG_OF_ERROR: dict[type[Exception], str] = {
    BadFields: "invalid-fields",
    errors.NotFound: "not-found",
    errors.Forbidden: "forbidden",
    errors.Conflict: "conflict",
    errors.InvalidFields: "unusable-fields",
    errors.Invalid: "invalid",
    errors.Unavailable: "unavailable",
}
SLUG_OF_STATUS = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-media-type",
}


def problem_response(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer to an error; an unforeseen one is left for the log, and tells the client nothing but its number."""
    kind = kind_of(error)
    if kind.status == 500:
        context_of(request.scope).failure = error
    return Response(
        _problem(request, kind, error),
        status_code=kind.status,
        headers=_headers(kind, error),
        media_type=MEDIA_TYPE,
    )


def kind_of(error: Exception) -> Kind:
    """Which kind of problem an error is: by its class or the nearest parent in the table."""
    if isinstance(error, ApiError):
        return KINDS[error.slug]
    if isinstance(error, HTTPException):
        return KINDS[SLUG_OF_STATUS.get(error.status_code, "internal-error")]
    if is_outage(error):
        return KINDS["unavailable"]
    slugs = (SLUG_OF_ERROR[parent] for parent in type(error).__mro__ if parent in SLUG_OF_ERROR)
    return KINDS[next(slugs, "internal-error")]


def _problem(request: Request[Any, Any, Any], kind: Kind, error: Exception) -> Problem:
    base_url = request.app.state.settings.base_url
    return Problem(
        type=f"{base_url}/problems/{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=clean_text(_detail(kind, error))[:DETAIL_CHARS_MAX],
        instance=f"urn:uuid:{context_of(request.scope).request_id}",
        cure=clean_text(error.cure or "") if isinstance(error, MatchmakerError) and kind.speaks else "",
        errors=[_field(one) for one in error.fields[:FIELD_PROBLEMS_MAX]] if isinstance(error, InvalidFields) else [],
        violated_policies=["default"] if isinstance(error, QuotaExceeded) else [],
    )


def _detail(kind: Kind, error: Exception) -> str:
    """What the error says, where its kind may speak: another association's thing must answer as an unknown one."""
    if kind.speaks and isinstance(error, MatchmakerError):
        return error.detail
    if isinstance(error, ValidationException):  # Litestar's, and all else it would look at is refused before
        return BODY_EMPTY
    if kind.speaks and isinstance(error, HTTPException):
        return error.detail
    return kind.detail


def _field(error: FieldError) -> FieldProblem:
    return FieldProblem(
        pointer=clean_text(error.pointer)[:2_000],
        code=error.code[:60],
        detail=clean_text(str(error.args[0]))[:DETAIL_CHARS_MAX],
    )


def _headers(kind: Kind, error: Exception) -> dict[str, str]:
    headers = dict(getattr(error, "headers", None) or {})
    if kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="matchmaker"'
    if kind.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return headers
