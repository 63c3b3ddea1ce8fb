"""An organiser's page: as the attendees' are, but one that may run our own scripts and ask us again."""

from typing import Any

from litestar import Response

from matchmaker.web.pages import page

# Scripts are files of ours, and only those: none stands in a page, none is made from text (`allowEval` is off in htmx).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# Of a page that shows a letter in a frame, which is a page of ours too.
FRAMING = f"{POLICY}; frame-src 'self'"


def organiser_page(
    name: str, language: str, /, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any
) -> Response[str]:
    """The page `organiser/<name>.html` in a language, with what its template shows."""
    own = {"Content-Security-Policy": POLICY, **(headers or {})}
    return page(f"organiser/{name}", language, status=status, headers=own, **values)
