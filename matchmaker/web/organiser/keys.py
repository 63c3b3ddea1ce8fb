"""Keys: which programmes may do what in the association's name. The owner's to make and to withdraw."""

from datetime import UTC, date, datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.association import KeyInput, Scope
from matchmaker.model.ids import EventId, KeyId
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import keys as making
from matchmaker.services.keys import NewApiKey
from matchmaker.store import events, keys
from matchmaker.web.organiser.room import id_asked
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/association/keys"
ROWS = 50
EVENTS_SHOWN = 100
SCOPES = {one.value: one for one in Scope}


@get(PATH, scope=Scope.KEYS_READ)
async def show_keys(visit: Visit) -> Response[str]:
    """All keys, the latest made first, withdrawn ones too; never their secrets."""
    return await _page(visit)


@post(PATH, scope=Scope.KEYS_WRITE)
async def make_key(visit: Visit) -> Response[str]:
    """Makes a key, and shows its secret this once."""
    given, problems = _given(visit)
    if given is not None and given.event_id is not None and await events.get(visit.connection, given.event_id) is None:
        given, problems = None, [FieldError("/event", "choose_one", "")]
    if given is None:
        return await _page(visit, problems)
    try:
        new = await making.create(visit.connection, visit.association_id, given, visit.at)
    except InvalidFields as error:
        return await _page(visit, [FieldError("/expires_on", one.code, "") for one in error.fields])
    return await _page(visit, new=new)


@post(PATH + "/{key_id:str}/removal", scope=Scope.KEYS_WRITE)
async def withdraw_key(visit: Visit, key_id: FromPath[str]) -> Response[str]:
    """It opens nothing any more, from the next request on; pressed twice it is done once."""
    await making.revoke(visit.connection, KeyId(key_id), visit.at)
    return visit.onward(PATH, said="key_withdrawn")


def _given(visit: OrganiserVisit) -> tuple[KeyInput | None, list[FieldError]]:
    """The key that the form asks for; None where something is wrong with it."""
    form, problems, expires_at = visit.form, [], None
    scopes = [SCOPES[one] for one in form.all("scopes") if one in SCOPES]
    if not 1 <= len(form.line("label")) <= LINE_CHARS_MAX:
        problems.append(FieldError("/label", "empty", ""))
    if not scopes:
        problems.append(FieldError("/scopes", "choose_one", ""))
    try:
        if form.line("expires_on"):
            expires_at = datetime.combine(date.fromisoformat(form.line("expires_on")), time(23, 59), UTC)
    except ValueError:
        problems.append(FieldError("/expires_on", "not_a_day", ""))
    if problems:
        return None, problems
    event_id = EventId(form.line("event")) if form.line("event") else None
    return KeyInput(label=form.line("label"), scopes=scopes, event_id=event_id, expires_at=expires_at), []


async def _page(
    visit: OrganiserVisit, problems: list[FieldError] | None = None, *, new: NewApiKey | None = None
) -> Response[str]:
    last = await keys.get(visit.connection, KeyId(after)) if (after := id_asked(visit, "after")) else None
    position = (last.created_at, str(last.id)) if last else None
    found = await keys.find(visit.connection, after=position, limit=ROWS + 1)
    known = await events.find(visit.connection, limit=EVENTS_SHOWN)
    values: dict[str, Any] = {
        "keys": found[:ROWS],
        "next": found[ROWS - 1].id if len(found) > ROWS else None,
        "alive": {one.id for one in found if making.is_alive(one, visit.at)},
        "events": known,
        "event_names": {one.id: one.name for one in known},
        "scopes": list(SCOPES),
        "may_change": visit.may(Scope.KEYS_WRITE),
        "new": new,
    }
    return visit.page("keys", here="association", problems=problems, **values)


HANDLERS = (show_keys, make_key, withdraw_key)
