"""The problem responses of the OpenAPI document, one a status, shared by all operations."""

from typing import Any

from matchmaker.api.problem_kinds import KINDS
from matchmaker.api.problems import MEDIA_TYPE

ANY_REQUEST = "urn:uuid:0b0e7a52-5b0e-4c39-9d3c-0a6f0a3c5c11"
ERRORS = {
    "invalid-fields": [{"pointer": "/name", "code": "missing", "detail": "This field is required."}],
}


def problem_responses(base_url: str) -> dict[str, Any]:
    """`Problem404` and its like: words, headers, and an example of each kind with that status."""
    statuses = sorted(
        {kind.status for kind in KINDS.values()} - {405}
    )  # what has no operation has no place in the contract
    return {f"Problem{status}": _response(status, base_url) for status in statuses}


def _response(status: int, base_url: str) -> dict[str, Any]:
    kinds = [kind for kind in KINDS.values() if kind.status == status]
    names = ["X-Request-Id", "RateLimit", "RateLimit-Policy", *(["Retry-After"] if status in (429, 503) else [])]
    return {
        "description": "; or: ".join(kind.title for kind in kinds) + ".",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {
                    kind.slug: {"summary": kind.title, "value": _example(kind.slug, base_url)} for kind in kinds
                },
            }
        },
    }


def _example(slug: str, base_url: str) -> dict[str, Any]:
    kind = KINDS[slug]
    return {
        "type": f"{base_url}/problems/{slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.detail or kind.cause,
        "instance": ANY_REQUEST,
        **({"errors": ERRORS[slug]} if slug in ERRORS else {}),
    }
