"""Every page that an organiser can open, at an event that is filled so that each has something to show."""

from datetime import timedelta

from msgspec import structs

from matchmaker.intake.sheet import FileForm, Record, Sheet
from matchmaker.model.action import ActionInput
from matchmaker.model.group import Bye, Connector, GroupKind, Route
from matchmaker.model.held_file import Asked, HeldFile
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import SetHours
from matchmaker.model.learning import WeightsState
from matchmaker.model.mapping import Field, Rule
from matchmaker.model.meeting import Seat
from matchmaker.model.policy import GroupRule, Prefer, Preference, Trait
from matchmaker.model.programme import SlotInput, TableInput
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import bring_in, hold, keys, mail_out, set_up
from matchmaker.store import (
    actions,
    check_ins,
    encounters,
    events,
    feedback,
    groups,
    held_files,
    mappings,
    meetings,
    pairings,
    placements,
    programmes,
    runs,
    weights,
    wishes,
)
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import association_of, tenant_transaction
from matchmaker.web.organiser.handlers import HANDLERS
from tests import factories
from tests.factories import AT, LATER
from tests.seating import draft
from tests.web.world import World

# What the tour leaves out, and why.
NOT_TOURED = {
    "arrive": "leads to the events",
    "get_failed": "a file",
    "take_file": "a file",
    "show_countdown": "a part of the release page",
    "show_letter_framed": "a part of the page of a letter",
    "show_outlook": "a part of the page of an attendee",
    "show_people": "a part of the pages of runs",
    "show_progress": "a part of the page of a run",
    "show_sign_in": "before the sign-in: a tour of its own",
    "show_start": "before the sign-in: a tour of its own",
}
# Pages whose address holds more than ids.
ALONE = {"show_badge", "show_change"}
PAGES = [one for one in HANDLERS if "GET" in one.http_methods]
# Pages that look otherwise in another state, which are seen in both.
OF_STATES = {"show_attendee", "show_file", "show_import_progress", "show_release", "show_run"}


async def paths_of(world: World) -> dict[str, list[str]]:
    """The paths of every page, by the name of its handler."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        released = await connection.fetchval("select id from match_run")
        seated = await _seated(connection, world)
        named = {"event_id": world.event_id, "attendee_id": world.ada, "run_id": seated.id, "key": "attendees"}
        named |= await _imported(connection, world)
        named |= await _of_association(connection)
        named |= await _told(connection, world, seated)
        await _ruled(connection, world)
        waiting = await _under_way(connection, world)
        asked = await _asked(connection, world)
    other = {"run_id": released, "attendee_id": world.bob, "key": "agenda", "held_id": waiting}
    queries = {
        "show_comparison": [f"?earlier={released}&later={seated.id}"],
        "show_desk": ["", f"?q=example&seen={world.ada}"],
        "show_introductions": ["", "?which=host&q=nobody+at+all"],
        "show_pairings": ["", "?person=Ada"],
        "show_quality": ["", f"?event={world.event_id}"],
        "show_room": ["", "?q=nobody+at+all"],
        "show_swap": [f"?first={world.ada}&first_partner={world.bob}&other=Bob"],
        "show_why_not": ["", "?first=Ada&second=Nobody+at+all"],
    }
    return {
        one.handler_name: asked.get(one.handler_name, []) + sorted({
            path.replace(":str", "").format(**values) + query
            for path in one.paths
            for values in ((named, named | other) if one.handler_name in OF_STATES else (named,))
            for query in queries.get(one.handler_name, [""])
            if one.handler_name not in ALONE
        })
        for one in PAGES
        if one.handler_name not in NOT_TOURED
    }  # fmt: skip


async def _asked(connection: Connection, world: World) -> dict[str, list[str]]:
    """Pages whose address holds more than ids, and those that calculate an answer from what a run read."""
    tables, rounds = await draft(connection), await draft(connection, Format.ROUNDS)
    await runs.release(connection, rounds.event_id, rounds.run_id, LATER)
    code = (await check_ins.codes(connection, world.event_id, limit=9))[world.ada]
    change = f"run={tables.run_id}&round=1&person={tables.people['Ada']}&place=with:{tables.people['Bob']}"
    return {
        "show_badge": [f"/desk/{code}"],
        "show_change": [f"/events/{tables.event_id}/plan/change?{change}"],
        "show_fairness": [f"/events/{rounds.event_id}/after/fairness?by=first_time"],
        "show_release": [await _to_release(connection, format) for format in (Format.INTRODUCTIONS, Format.SETS)],
        "show_run": [f"/events/{tables.event_id}/runs/{tables.run_id}"],
        "show_why_not": [f"/events/{rounds.event_id}/runs/{rounds.run_id}/why-not?first=Ada&second=Flo"],
    }


async def _seated(connection: Connection, world: World) -> MatchRun:
    """A draft of rounds upon released ones: one is there, one is absent, and an ask went to a clinic."""
    first = await factories.drafted_run(connection, world.event_id, format=Format.ROUNDS, at=LATER)
    pair = min(world.ada, world.bob), max(world.ada, world.bob)
    both = [(AttendeeId(one), 1) for one in pair]
    await connection.execute("update match_run set state = 'released', released_at = $2 where id = $1", first.id, LATER)
    again = await factories.drafted_run(
        connection, world.event_id, format=Format.ROUNDS, builds_on=first.id, from_round=1, at=LATER
    )
    for run in (first, again):
        await pairings.add_all(connection, run.id, [factories.pairing(*pair, round=1, table=1)])
        await placements.add_round(connection, run.id, 1, both, hours=None)
    await check_ins.mark_absent(connection, world.event_id, world.ada, AT)
    await check_ins.check_in(connection, world.event_id, world.bob, AT)
    ask = factories.ask(world.ada, route=Route.CLINIC, expert_id=world.bob, value=1.0, offer="Bread")
    await groups.add_asks(connection, again.id, [ask])
    return again


async def _to_release(connection: Connection, format: Format) -> str:
    """The release of a draft, of two people who let some introductions be held back."""
    event = await factories.event(connection)
    first, second = await factories.two_attendees(connection, event.id)
    await connection.execute("update attendee set may_hold_back = true where event_id = $1", event.id)
    run = await factories.drafted_run(connection, event.id, format=format)
    if format is Format.INTRODUCTIONS:
        await pairings.add_all(connection, run.id, [factories.pairing(first, second)])
    return f"/events/{event.id}/runs/{run.id}/release"


async def _ruled(connection: Connection, world: World) -> None:
    """Rules for groups, wishes in an order, and a programme."""
    event = await events.get(connection, world.event_id)
    assert event is not None
    hours = SlotInput(number=1, starts_at=AT, ends_at=LATER)
    await programmes.add_slots(connection, event.id, [hours])
    await programmes.add_tables(connection, event.id, [TableInput(number=1, name="Linden")])
    rules = [GroupRule(sender="*", receiver="*"), GroupRule(sender="members", receiver="guests", allowed=True)]
    wishes = [Preference(trait=trait, prefer=Prefer.ALIKE) for trait in Trait]
    policy = structs.replace(event.policy, group_rules=rules, preferences=wishes)
    await set_up.with_policy(connection, event, policy, version=event.version, at=AT)


async def _told(connection: Connection, world: World, run: MatchRun) -> dict[str, str]:
    """A set that sits twice and has something to do, two who could be introduced by a third, wishes, a note, what was said."""
    cy = (await factories.attendee(connection, world.event_id, "Cy Third")).id
    three, two = [world.ada, world.bob, cy], (min(world.ada, world.bob), max(world.ada, world.bob))
    sets = [factories.group(three, kind=GroupKind.SET, round=None, challenge="Growth")]
    await groups.add_all(connection, run.id, sets)
    await groups.add_members(connection, run.id, sets)
    dates = [
        SetHours(starts_at=LATER + timedelta(days=day), ends_at=LATER + timedelta(days=day, hours=2)) for day in (9, 16)
    ]
    seats = [Seat(attendee_id=one, round=number, table=None, starts_at=date.starts_at, ends_at=date.ends_at)
             for number, date in enumerate(dates, start=1) for one in three]  # fmt: skip
    await meetings.put_all(connection, structs.replace(run, format=Format.SETS), seats, LATER)
    done = await actions.add(
        connection, world.event_id, ActionInput(attendee_id=cy, words="Ask three customers"), LATER
    )
    await actions.add(connection, world.event_id, ActionInput(attendee_id=cy, words="Write it down"), LATER)
    await actions.close(connection, world.event_id, done.id, done=True, at=LATER)
    await groups.add_connectors(connection, run.id, [Connector(first=two[0], second=two[1], connector_id=cy)])
    await groups.add_byes(connection, run.id, [Bye(attendee_id=cy, round=1)])
    await wishes.put(connection, world.event_id, factories.wish(world.ada, world.bob), LATER)
    await wishes.put(connection, world.event_id, factories.wish(cy, world.ada), LATER)
    await encounters.add(connection, world.event_id, factories.encounter(world.ada, cy), LATER)
    await feedback.put_all(connection, world.event_id, [factories.feedback(world.ada, cy, met=True, useful=4)], LATER)
    note = await mail_out.mail_out(connection, world.event_id, factories.note(), at=LATER)
    return {"introduction_id": world.introduction_id, "note_id": note.id, "rank": "1"}


async def _imported(connection: Connection, world: World) -> dict[str, str]:
    """A file of which a row was left out: what was taken in, and what waits."""
    held = await _held(connection, world, [["Cy", "2", "en"], ["Di", "many", "?"], ["Ed", "few", "?"]])
    done, _ = await hold.take(connection, held, rows_max=9, at=world.clock.at)
    kept = await held_files.get(connection, world.event_id, held.id, world.clock.at)
    assert kept is not None
    await hold.try_out(connection, kept, rows_max=9, at=world.clock.at)
    return {"held_id": held.id, "import_id": done.id}


async def _under_way(connection: Connection, world: World) -> str:
    """A file that a worker is asked to take in."""
    held = await _held(connection, world, [["Fe", "2", "en"]])
    await bring_in.ask(connection, held, Asked.TAKE, at=world.clock.at)
    return held.id


async def _held(connection: Connection, world: World, rows: list[list[str]]) -> HeldFile:
    records = [Record(line=number, cells=cells) for number, cells in enumerate(rows, start=2)]
    sheet = Sheet(form=FileForm.CSV, header=["name", "quota", "languages"], records=records)
    rules = [Rule(field=Field(name), column=name) for name in sheet.header]
    return await hold.hold(connection, world.event_id, sheet, file_name="list.csv", at=world.clock.at, rules=rules)


async def _of_association(connection: Connection) -> dict[str, str]:
    """A letter, kept columns, a key, and what was learned and is used."""
    mapping = await mappings.add(connection, factories.mapping_input(), AT)
    await keys.create(connection, await association_of(connection), factories.key_input(), AT)
    learned = await weights.add(connection, AT)
    assert learned is not None
    await weights.finish(connection, learned.id, WeightsState.LEARNED, factories.taught(), AT)
    await weights.activate(connection, learned.id)
    return {"letter": "offered", "language": "en", "mapping_id": mapping.id, "weights_id": learned.id}
