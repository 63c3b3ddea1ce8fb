"""The files of an event: what each is for, and each to take, as it is or with chosen columns and paper."""

from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.errors import Forbidden, NotFound
from matchmaker.export.paper import BadgeSheet, Paper
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.privacy import PrivateEvent
from matchmaker.model.run import MatchRun, RunState
from matchmaker.services import carry
from matchmaker.store import programmes, runs
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.organiser import file_kinds
from matchmaker.web.organiser.asked import asked_by, run_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.file_kinds import KINDS, TO_PRINT, TO_WORK_ON, FileKind, Wanted
from matchmaker.web.organiser.noted import Deed, note
from matchmaker.web.organiser.run_people import is_private
from matchmaker.web.organiser.visit import OrganiserVisit, Visit, looking_again
from matchmaker.web.visit import At

RUNS_SHOWN = 20
GROUPS = {"to_print": TO_PRINT, "to_work_on": TO_WORK_ON}
WITH_RESULT = (RunState.DRAFTED, RunState.RELEASED)

Choice = TypeVar("Choice", bound=Enum)


@get("/events/{event_id:str}/files", scope=Scope.RUNS_READ)
async def show_files(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Every file there is, with what it is for."""
    event = await event_of(visit, event_id)
    found = [one for one in await runs.find(visit.connection, event.id, limit=RUNS_SHOWN) if one.state in WITH_RESULT]
    run, private = await _run(visit, event) or next(iter(found), None), await is_private(visit, event)
    return visit.page(
        "files",
        event=event,
        here="files",
        run=run,
        runs=found,
        private=private,
        groups={key: _offered(visit, kinds, private=private) for key, kinds in GROUPS.items()},
        lacking=set() if await programmes.slots(visit.connection, event.id) else {"programme"},
        query=urlencode({"run": run.id} if run else {}),
    )


@get("/events/{event_id:str}/files/{key:str}", scope=Scope.RUNS_READ)
async def show_file(visit: Visit, event_id: FromPath[str], key: FromPath[str]) -> Response[str]:
    """What can be chosen of a file: its form, its columns, its paper."""
    event = await event_of(visit, event_id)
    kind = await _kind(visit, event, key)
    run = await _run(visit, event) if kind.formats is not None else None
    wanted = Wanted(kind=kind, event_id=event.id, run_id=run.id if run else None, form=kind.forms[0])
    columns = (await file_kinds.sheet(visit.connection, wanted))().columns if kind.has_rows else []
    return visit.page(
        "file", event=event, here="files", kind=kind, run=run, columns=columns,
        papers=[one.value for one in Paper], badge_sheets=[one.value for one in BadgeSheet],
    )  # fmt: skip


@get("/events/{event_id:str}/files/{key:str}/download", scope=Scope.RUNS_READ)
async def take_file(request: PageRequest, at: At, event_id: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """The file itself. It is read in one transaction, and made after it: a long one takes longer than a transaction may wait."""
    async with looking_again(request, at) as visit:
        event = await event_of(visit, event_id)
        wanted = await _wanted(visit, event, await _kind(visit, event, key))
        make = await file_kinds.read(visit.connection, wanted, base_url=visit.settings.base_url, at=at)
    note(request, Deed.FILE_TAKEN, form=wanted.form)
    content = await file_kinds.made(request.app.state.press, wanted, make)
    name = f"{visit.t(f'organiser.files.{key}.file')} {event.name}.{wanted.form}"
    headers = {
        "Content-Disposition": carry.disposition(name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=carry.TYPES[wanted.form], headers=headers)


async def _wanted(visit: OrganiserVisit, event: Event, kind: FileKind) -> Wanted:
    """The file that the query asks for. Raises `NotFound` for a form that it has not."""
    asked = asked_by(visit)
    form = asked.line("format") or kind.forms[0]
    if form not in kind.forms:
        raise NotFound
    run = await _run(visit, event) if kind.formats is not None else None
    return Wanted(
        kind=kind,
        event_id=event.id,
        run_id=run.id if run else None,
        form=form,
        columns=asked.all("column") or None,
        paper=_one_of(Paper, asked, "paper"),
        badge_sheet=_one_of(BadgeSheet, asked, "sheet"),
        language=visit.language,
    )


def _offered(visit: OrganiserVisit, kinds: tuple[FileKind, ...], *, private: bool) -> list[FileKind]:
    return [one for one in kinds if visit.may(one.scope) and not (private and one.formats is not None)]


async def _kind(visit: OrganiserVisit, event: Event, key: str) -> FileKind:
    """The kind of that key, if the role may have it; what names people needs to read attendees too, and an event that is open
    to the organiser. Raises `NotFound`, `Forbidden`, `PrivateEvent`."""
    kind = KINDS.get(key)
    if kind is None:
        raise NotFound
    if not visit.may(kind.scope) or (kind.formats is not None and not visit.may(Scope.ATTENDEES_READ)):
        raise Forbidden
    if kind.formats is not None and await is_private(visit, event):
        raise PrivateEvent
    return kind


async def _run(visit: OrganiserVisit, event: Event) -> MatchRun | None:
    return await run_in(visit.connection, event.id, asked_by(visit), states=WITH_RESULT)


def _one_of(choices: type[Choice], asked: Form, name: str) -> Choice:
    """What was chosen; the first where nothing of ours was."""
    found = [one for one in choices if one.value == asked.line(name)]
    return found[0] if found else next(iter(choices))


HANDLERS = (show_files, show_file, take_file)
