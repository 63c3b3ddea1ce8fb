"""Small groups over months as an organiser sees them: who is in one, when it meets, whose turn it is, and what is to be done."""

import re
from collections.abc import Sequence

import pytest
from litestar import Litestar
from msgspec import Struct

from matchmaker.model.action import ActionInput
from matchmaker.model.group import facilitator, presenter
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.message import LetterKind
from matchmaker.model.organiser import Role
from matchmaker.store import actions, letter_texts
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services import test_convene as convene
from tests.web.browser import Clock
from tests.web.organiser import signed_in
from tests.web.test_room import text_of


class Months(Struct, frozen=True, kw_only=True):
    """A released set of three at an event, with two dates."""

    event_id: EventId
    run_id: RunId
    people: list[AttendeeId]

    @property
    def path(self) -> str:
        return f"/events/{self.event_id}/runs/{self.run_id}/sets/1"


@pytest.fixture
async def months(pool: Pool, association_id: AssociationId) -> Months:
    async with tenant_transaction(pool, association_id) as connection:
        event_id = (await factories.event(connection)).id
        people = [(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy")]
        run = await convene.drafted(connection, event_id, people)
        await convene.released(connection, run, convene.date(2), convene.date(4))
        await connection.execute("update event set sets_place = 'Room 4, <Basel>'")
    return Months(event_id=event_id, run_id=run.id, people=people)


async def rows(pool: Pool, association_id: AssociationId, statement: str) -> Sequence[tuple[object, ...]]:
    async with tenant_transaction(pool, association_id) as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


def test_each_presents_in_turn_and_the_next_facilitates() -> None:
    turns = [(presenter("abc", number), facilitator("abc", number)) for number in (1, 2, 3, 4)]
    assert turns == [("a", "b"), ("b", "c"), ("c", "a"), ("a", "b")]


async def test_a_set_shows_members_dates_turns_place_and_the_sheet(
    app: Litestar, months: Months, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        listed = (await desk.get(f"/events/{months.event_id}/sets")).text
        live = (await desk.get(f"/events/{months.event_id}/live")).text
        groups = (await desk.get(f"/events/{months.event_id}/runs/{months.run_id}/groups")).text
        page = (await desk.get(months.path)).text
    assert [months.path in each for each in (listed, groups)] == [True, True]
    assert f'href="/events/{months.event_id}/sets"' in live
    turns = re.findall(r"<td>(\w+)</td><td>(\w+)</td>", page)
    assert turns == [("Ada", "Bob"), ("Bob", "Cy")]
    assert "Room 4, &lt;Basel&gt;" in page
    assert "Let the presenter speak for ten minutes" in page


async def test_an_action_is_logged_done_and_opened_again(
    app: Litestar, months: Months, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    path = f"{months.path}/actions"
    async with signed_in(app, association_id, clock) as desk:
        wrong = await desk.press(path, who="nobody", words="")
        assert (wrong.status_code, "please fill this in" in wrong.text) == (422, True)
        assert (await desk.press(path, who=months.people[1], words="x" * 501)).status_code == 422
        await desk.press(path, who=months.people[1], words="Ask <three> customers")
        ((action_id,),) = await rows(pool, association_id, "select id from action")
        page = await desk.get(months.path)
        assert "Bob: Ask &lt;three&gt; customers" in page.text
        done = await desk.press(f"{path}/{action_id}", outcome="done")
        assert done.headers["location"].endswith("said=action_done")
        assert "Open again" in text_of(await desk.get(months.path))
        await desk.press(f"{path}/{action_id}", outcome="open")
        await desk.press(f"{path}/{action_id}")
        unknown = "00000000-0000-4000-8000-000000000000"
        assert (await desk.press(f"{path}/{unknown}", outcome="done")).status_code == 404
    assert await rows(pool, association_id, "select words, done_at from action") == [("Ask <three> customers", None)]


async def test_what_is_open_comes_first(pool: Pool, association_id: AssociationId, months: Months) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        for words in ("first", "second"):
            given = ActionInput(attendee_id=months.people[0], words=words)
            made = await actions.add(connection, months.event_id, given, AT)
            if words == "first":
                await actions.close(connection, months.event_id, made.id, done=True, at=AT)
        found = await actions.of_attendees(connection, months.event_id, months.people, limit=9)
    assert [one.words for one in found] == ["second", "first"]


async def test_the_sheet_says_what_the_associations_letter_says(
    app: Litestar, months: Months, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    own = {"sheet_1": "Begin with tea at {event_name}.", "sheet_2": "Dear {to}, listen."}
    async with tenant_transaction(pool, association_id) as connection:
        await letter_texts.add_all(connection, LetterKind.SET_DATES, "en", own, AT)
    async with signed_in(app, association_id, clock) as desk:
        page = text_of(await desk.get(months.path))
    assert ("Begin with tea at " in page, "Dear" in page, "{" in page) == (True, False, False)


async def test_a_private_event_tells_no_set_and_a_helper_logs_nothing(
    app: Litestar, months: Months, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock, Role.HELPER) as desk:
        assert "/actions" not in (await desk.get(months.path)).text
        assert (await desk.press(f"{months.path}/actions", who=months.people[0], words="x")).status_code == 403
        async with tenant_transaction(pool, association_id) as connection:
            await connection.execute("update event set privacy = 'private'")
        paths = (months.path, f"/events/{months.event_id}/sets")
        assert [(await desk.get(path)).status_code for path in paths] == [403, 403]


@pytest.mark.parametrize("rank", ["0", "2", "99999999999", "x"])
async def test_a_set_that_is_none_is_no_page(
    app: Litestar, months: Months, association_id: AssociationId, clock: Clock, rank: str
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.get(f"{months.path.removesuffix('1')}{rank}")).status_code == 404


async def test_without_released_sets_the_page_says_how_to_make_some(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event_id = (await factories.event(connection)).id
        people = [(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy")]
        run = await convene.drafted(connection, event_id, people)
    async with signed_in(app, association_id, clock) as desk:
        assert "No groups are released yet." in text_of(await desk.get(f"/events/{event_id}/sets"))
        draft = text_of(await desk.get(f"/events/{event_id}/runs/{run.id}/sets/1"))
    assert "The dates come with the release." in draft


async def test_who_is_in_a_set_and_in_no_pair_is_not_said_to_have_nobody(
    app: Litestar, months: Months, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        page = text_of(await desk.get(f"/events/{months.event_id}/room/attendees/{months.people[0]}/match"))
    assert ("Whom they sit with" in page, "Nobody in this run." in page) == (True, False)
