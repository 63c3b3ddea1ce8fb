"""What went wrong, told to a person: what it is, whether anything was lost, and what to do now."""

from typing import Any

from litestar import Request, Response

from matchmaker.errors import Conflict, Forbidden, Invalid, MatchmakerError, NotFound
from matchmaker.services.join import DoorClosed
from matchmaker.web.pages import page
from matchmaker.web.phrases import language_of


class LinkUnknown(NotFound):
    """No letter of ours holds this link."""


class LinkOver(NotFound):
    """This link has expired, was used, or was taken back."""


class SessionOver(Forbidden):
    """The visit to one's own pages has ended."""


class ForeignForm(MatchmakerError):
    """This form was sent from a page that is not ours."""


class TooOften(MatchmakerError):
    """Too much was sent from one place in a short time."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds


PAGES: dict[type[Exception], tuple[str, int]] = {
    LinkUnknown: ("unknown", 404),
    LinkOver: ("over", 410),
    SessionOver: ("ended", 403),
    ForeignForm: ("foreign", 403),
    TooOften: ("often", 429),
    DoorClosed: ("closed", 410),
    NotFound: ("nothing", 404),
    Conflict: ("conflict", 409),
    Invalid: ("unreadable", 422),
}
BY_STATUS = {400: "unreadable", 403: "foreign", 404: "nothing", 409: "conflict", 413: "unreadable", 503: "busy"}


def told(request: Request[Any, Any, Any], error: Exception) -> Response[str] | None:
    """The page for an error that pages have words of their own for; None where it is not one of those."""
    found = next((PAGES[parent] for parent in type(error).__mro__ if parent in PAGES), None)
    if found is None:
        return None
    wait = {"Retry-After": str(error.wait_seconds)} if isinstance(error, TooOften) else {}
    return _page(request, found[0], found[1], wait)


def told_by_status(request: Request[Any, Any, Any], status: int, headers: dict[str, str]) -> Response[str]:
    """The page for what would be that status to a programme."""
    return _page(request, BY_STATUS.get(status, "ours"), status, headers)


def _page(request: Request[Any, Any, Any], kind: str, status: int, headers: dict[str, str]) -> Response[str]:
    language = language_of([], request.headers.get("accept-language", ""))
    return page("trouble", language, status=status, headers=headers, kind=kind)
