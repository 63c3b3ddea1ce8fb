"""The two cookies of an organiser: the session, which scripts cannot read, and which association they signed in to last."""

from datetime import timedelta

from litestar.datastructures import Cookie

from matchmaker import tokens
from matchmaker.model.ids import AssociationId
from matchmaker.web.forms import PageRequest

SESSION, ASSOCIATION = "organiser", "association"
KEPT, REMEMBERED = timedelta(days=7), timedelta(days=365)


def session_in(request: PageRequest) -> str:
    """The token of the session's cookie, empty where there is none."""
    return request.cookies.get(_name(request, SESSION), "")


def association_in(request: PageRequest) -> AssociationId | None:
    """The association signed in to last."""
    found = tokens.read_association_code(request.cookies.get(_name(request, ASSOCIATION), ""))
    return None if found is None else AssociationId(found)


def of_session(request: PageRequest, token: str, association_id: AssociationId) -> list[Cookie]:
    """The cookies of a new session. The browser keeps them longer than the session lives, which the server sees to: a form that
    is sent too late still says which session it was of, and so is not lost."""
    return [
        _cookie(request, SESSION, token, KEPT),
        _cookie(request, ASSOCIATION, tokens.association_code(association_id), REMEMBERED),
    ]


def of_nobody(request: PageRequest) -> Cookie:
    """The cookie that takes the session's away."""
    return _cookie(request, SESSION, "", timedelta())


def _cookie(request: PageRequest, name: str, value: str, length: timedelta) -> Cookie:
    """Lax: a link in a colleague's letter opens a page; a form from elsewhere is refused by itself."""
    return Cookie(
        key=_name(request, name),
        value=value,
        max_age=int(length.total_seconds()),
        path="/",
        httponly=True,
        secure=_is_secure(request),
        samesite="lax",
    )


def _name(request: PageRequest, name: str) -> str:
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: PageRequest) -> bool:
    return bool(request.app.state.settings.base_url.startswith("https://"))
