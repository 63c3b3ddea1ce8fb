"""`demo`: a made-up event from nothing to ranked pairings, then served."""

import asyncio
import tomllib
import uuid
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import click
from rich.panel import Panel
from rich.text import Text

from matchmaker.cli.database import data_option, database, settings_of
from matchmaker.cli.progress import out, stages
from matchmaker.cli.serve import listening, serve_settings, worker_beside
from matchmaker.cli.start import demo_link
from matchmaker.export.words import reasons_in_words
from matchmaker.intake import csv
from matchmaker.model.association import KeyInput, Scope
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.counting import counted
from matchmaker.model.event import EventInput
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.policy import Policy
from matchmaker.model.run import MatchRun, RunInput, RunState
from matchmaker.services import keys, match, take_in
from matchmaker.services.tell import told
from matchmaker.settings import Settings
from matchmaker.store import associations, attendees, events, pairings, runs
from matchmaker.store.connection import Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction

ASSOCIATION = AssociationId(str(uuid.uuid5(uuid.NAMESPACE_URL, "matchmaker:demo")))
SHOWN = 10
PEOPLE_MAX = 500
POLL_SECONDS = 0.1
GIVES_UP_SECONDS = 600
ENDED = (RunState.DRAFTED, RunState.FAILED, RunState.CANCELLED)


@click.command()
@data_option
@click.option("--once", is_flag=True, help="End after the ten best pairings instead of serving.")
def demo(data: Path | None, once: bool) -> None:
    """Make an event of 120 people, match them, print the ten best pairings, and serve it all."""
    settings = settings_of(data)
    with (
        nullcontext() if once else listening(settings) as listener,
        database(settings) as settings,
        worker_beside(settings) as end_worker,
    ):
        event_id, key = asyncio.run(_play(settings))
        if listener is not None:
            _say_how_to_go_on(settings, event_id, key, asyncio.run(_signed_in_by(settings)))
            serve_settings(settings, listener, also=end_worker)


async def _play(settings: Settings) -> tuple[EventId, str]:
    """The event made, matched and shown; gives its id and a new key."""
    pool = await open_pool(settings.database_url or "")
    try:
        event_id, key = await _event_made(pool)
        run = await _matched(pool, event_id)
        await _show(pool, event_id, run)
        return event_id, key
    finally:
        await pool.close()


async def _event_made(pool: Pool) -> tuple[EventId, str]:
    """The demo's association, event and people, made once; a key, made each time."""
    folder = resources.files("matchmaker.demo")
    told = tomllib.loads((folder / "event.toml").read_text("utf-8"))
    table = csv.read((folder / "attendees.csv").read_bytes(), rows_max=PEOPLE_MAX)
    at = _now()
    async with tenant_transaction(pool, ASSOCIATION) as connection:
        if await associations.get(connection) is None:
            await associations.add(connection, ASSOCIATION, told["association"], at)
        found = await events.find(connection, limit=1)
        event = found[0] if found else await events.add(connection, _event_input(told), at)
        await take_in.take_in(connection, event.id, table, dry_run=False, at=at)
        made = await keys.create(connection, ASSOCIATION, KeyInput(label="demo", scopes=list(Scope)), at)
    return event.id, made.text


def _event_input(told: dict[str, object]) -> EventInput:
    return EventInput(
        name=str(told["name"]),
        starts_on=told["date"],  # type: ignore[arg-type]
        time_zone="Europe/London",
        tags=list(told["tags"]),  # type: ignore[call-overload]
        policy=Policy(quota=int(str(told["quota"]))),
    )


async def _matched(pool: Pool, event_id: EventId) -> MatchRun:
    """A run asked for, unless one is under way already, and followed to its end."""
    async with tenant_transaction(pool, ASSOCIATION) as connection:
        try:
            run = await match.request(connection, event_id, RunInput(), at=_now())
        except match.RunAlreadyActive:
            (run,) = await runs.find(connection, event_id, limit=1)
    with stages() as progress:
        for _ in range(int(GIVES_UP_SECONDS / POLL_SECONDS)):
            run = await _read(pool, event_id, run.id)
            if run.state in ENDED:
                break
            progress(run.stage or run.state.value, run.progress)
            await asyncio.sleep(POLL_SECONDS)
    if run.state is not RunState.DRAFTED:
        raise click.ClickException(f"The run is {run.state.value}: {run.error or 'see the log above'}.")
    return run


async def _read(pool: Pool, event_id: EventId, run_id: RunId) -> MatchRun:
    async with tenant_transaction(pool, ASSOCIATION) as connection:
        run = await runs.get(connection, event_id, run_id)
    if run is None:
        raise click.ClickException("The run is gone.")
    return run


async def _show(pool: Pool, event_id: EventId, run: MatchRun) -> None:
    async with tenant_transaction(pool, ASSOCIATION) as connection:
        best = await pairings.find(connection, run.id, limit=SHOWN)
        people = {one.id: one for one in await attendees.find(connection, event_id, limit=PEOPLE_MAX)}
    out.print(f"\nThe {len(best)} best of {counted(run.report.pairings if run.report else 0, 'pairing', 'pairings')}\n")
    for pairing in best:
        out.print(_card(pairing, people))


def _card(pairing: Pairing, people: dict[AttendeeId, AttendeeReply]) -> Panel:
    """What each gains from the other, in their own words."""
    first, second = people[pairing.first], people[pairing.second]
    pairing = told(pairing, {one.id: one.name for one in (first, second)})
    to_first, to_second = reasons_in_words(pairing, first.name, second.name)
    body = Text()
    for one, value, words in ((first, pairing.value_to_first, to_first), (second, pairing.value_to_second, to_second)):
        body.append(f"{one.name}", style="bold")
        body.append(f", {', '.join(filter(None, (one.role, one.organisation)))}; gains {value:.1f}\n")
        body.append(f"  {words}\n")
        for question in (question for side in pairing.sides if side.to == one.id for question in side.starters):
            body.append(f"  · {question}\n", style="dim")
    body.rstrip()
    return Panel(body, title=f"{pairing.rank}. {pairing.mutual_value:.1f} of 100", title_align="left")


async def _signed_in_by(settings: Settings) -> str:
    pool = await open_pool(settings.database_url or "")
    try:
        async with tenant_transaction(pool, ASSOCIATION) as connection:
            return await demo_link(connection, settings, _now())
    finally:
        await pool.close()


def _say_how_to_go_on(settings: Settings, event_id: EventId, key: str, link: str) -> None:
    out.print("\nSee it in the browser; this link works once and signs you in:\n")
    out.print(f"  {link}", soft_wrap=True)
    out.print("\nAsk for the runs of this event with:\n")
    out.print(
        f"  curl -H 'Authorization: Bearer {key}' {settings.base_url}/v1/events/{event_id}/runs\n", soft_wrap=True
    )


def _now() -> datetime:
    return datetime.now(UTC)
