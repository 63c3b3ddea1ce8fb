"""What went wrong on an organiser's page, told to a person: what it is, whether anything was lost, and what to do now."""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from matchmaker.errors import Conflict, Forbidden, Invalid, MatchmakerError, NotFound
from matchmaker.model.ids import AssociationId
from matchmaker.model.planned_release import NothingPlanned, ReleaseAlreadyPlanned
from matchmaker.model.privacy import PrivateEvent
from matchmaker.services.decide import PairExcluded
from matchmaker.services.invite import InvitationOver, LastOwner
from matchmaker.services.review import RunNotDrafted
from matchmaker.services.sign_in import NotProven
from matchmaker.store.organisers import AddressTaken
from matchmaker.web.forms import Form
from matchmaker.web.organiser.page import organiser_page
from matchmaker.web.phrases import language_of
from matchmaker.web.trouble import ForeignForm, TooOften


class SignInNeeded(Forbidden):
    """Nobody is signed in, or not any more; what was sent is kept, so that it can be sent again. Files are not."""

    def __init__(
        self, association_id: AssociationId | None, path: str, form: Form | None, *, has_files: bool = False
    ) -> None:
        super().__init__()
        self.has_files = has_files
        self.association_id = association_id
        self.path = path
        self.form = form


class ProofNeeded(Forbidden):
    """Whoever was invited sets how they sign in before anything else."""


class FreshProofNeeded(Forbidden):
    """Whoever is signed in proves once more who they are, since this decides who can sign in; what was sent is kept.

    A form with secrets is not: then the page that has it is opened again.
    """

    def __init__(self, path: str, form: Form | None) -> None:
        super().__init__()
        self.path = path
        self.form = form


class FormOver(Conflict):
    """This form is of another session, or stood open too long; it can be sent again."""

    def __init__(self, path: str, form: Form, seal: str) -> None:
        super().__init__()
        self.path = path
        self.form = form
        self.seal = seal


PAGES: dict[type[Exception], tuple[str, int]] = {
    InvitationOver: ("invitation", 410),
    AddressTaken: ("address", 409),
    LastOwner: ("last_owner", 409),
    NotProven: ("forbidden", 403),
    ForeignForm: ("foreign", 403),
    TooOften: ("often", 429),
    PrivateEvent: ("private", 403),
    PairExcluded: ("excluded", 409),
    ReleaseAlreadyPlanned: ("planned", 409),
    NothingPlanned: ("unplanned", 409),
    RunNotDrafted: ("undrafted", 409),
    NotFound: ("nothing", 404),
    Forbidden: ("forbidden", 403),
    Conflict: ("conflict", 409),
    Invalid: ("unreadable", 422),
}
BY_STATUS = {
    400: "unreadable",
    403: "forbidden",
    404: "nothing",
    405: "nothing",
    409: "conflict",
    413: "too_large",
    503: "busy",
}


def told(request: Request[Any, Any, Any], error: Exception) -> Response[str] | None:
    """The page for an error that these pages have words of their own for; None where it is not one of those."""
    found = next((PAGES[parent] for parent in type(error).__mro__ if parent in PAGES), None)
    if found is None or not isinstance(error, MatchmakerError):
        return None
    wait = {"Retry-After": str(error.wait_seconds)} if isinstance(error, TooOften) else {}
    return _page(request, found[0], found[1], wait)


def told_by_status(request: Request[Any, Any, Any], status: int, headers: dict[str, str]) -> Response[str]:
    """The page for what would be that status to a programme."""
    return _page(request, BY_STATUS.get(status, "ours"), status, headers)


def _page(request: Request[Any, Any, Any], kind: str, status: int, headers: dict[str, str]) -> Response[str]:
    language = language_of([], request.headers.get("accept-language", ""))
    whole = {"HX-Retarget": "body"} if request.headers.get("hx-request") else {}
    return organiser_page(
        "trouble", language, status=status, headers={**headers, **whole}, kind=kind, onward=_onward(request)
    )


def _onward(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """The ways on from here, the nearest first: where each leads, and the key of what it is called."""
    event, ways = _uuid(request.path_params.get("event_id")), [("/events", "onward")]
    if event:
        ways.insert(0, (f"/events/{event}", "to_event"))
    if event and "run_id" in request.path_params:
        ways.insert(0, (f"/events/{event}/runs", "to_runs"))
    return ways


def _uuid(text: object) -> str:
    """The id that an address holds; empty where it is none."""
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""
