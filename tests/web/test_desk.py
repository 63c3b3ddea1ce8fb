"""The desk and the day: by code, by name, undone, missing; letters in doubt; rounds begun anew and told to whom it concerns."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from matchmaker import tokens
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.organiser import Role
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import release, resume
from matchmaker.store import check_ins, pairings, placements
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.browser import BASE_URL, Page
from tests.web.organiser import EMAIL, HOST, PASSWORD, PRESSED, an_organiser, at_desk, code_at, signed_in, with_password
from tests.web.world import World


def text_of(response: httpx.Response) -> str:
    return Page(response.text).text


async def code_of(world: World, attendee_id: str) -> str:
    ((code,),) = await world.rows(f"select check_in_code from attendee where id = '{attendee_id}'")
    return str(code)


async def presences(world: World) -> tuple[int, int, int]:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        found = await check_ins.count(connection, world.event_id)
    return found.expected, found.checked_in, found.absent


@pytest.mark.parametrize(
    "form",
    [
        "{code}", "https://matchmaker.example.org/desk/{code}", "httpsÖ--matchmaker.example.org-desk-{code}",
        "Badge {lower} ", " {lower} ", "{id}", "https://matchmaker.example.org/desk/{id}",
    ],
)  # fmt: skip
async def test_a_helper_checks_in_by_whatever_a_badge_says(app: Litestar, world: World, form: str) -> None:
    code = await code_of(world, world.ada)
    typed = form.format(code=code, lower=f"{code[:8]}-{code[8:]}".lower(), id=world.ada)
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        done = await desk.press(f"/events/{world.event_id}/desk", code=typed)
        assert done.status_code == 303
        page = text_of(await desk.get(done.headers["location"]))
    assert "Ada Example is checked in." in page
    assert await presences(world) == (1, 1, 0)


@pytest.mark.parametrize("typed", ["", "0" * 20, "nonsense", "/", "é" * 20, "00000000-0000-4000-8000-000000000000"])
async def test_a_code_of_nobody_checks_nobody_in(app: Litestar, world: World, typed: str) -> None:
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        assert (await desk.press(f"/events/{world.event_id}/desk", code=typed)).status_code == 422
    assert await presences(world) == (2, 0, 0)


async def test_a_code_of_another_event_checks_nobody_in(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        other = (await factories.event(connection, name="Another")).id
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        answer = await desk.press(f"/events/{other}/desk", code=await code_of(world, world.ada))
    assert (answer.status_code, await presences(world)) == (422, (2, 0, 0))


async def test_a_badge_that_a_telephone_opens_shows_who_it_is_and_checks_nobody_in(app: Litestar, world: World) -> None:
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        page = text_of(await desk.get(f"/desk/{await code_of(world, world.bob)}"))
        assert (await desk.get("/desk/00000000000000000000")).status_code == 404
    assert "Bob O’Example is expected, and not checked in." in page
    assert await presences(world) == (2, 0, 0)


async def test_who_opens_a_badge_signed_out_is_back_at_the_person_after_signing_in(app: Litestar, world: World) -> None:
    organiser_id = await an_organiser(world.pool, world.association_id, Role.HELPER)
    await with_password(world.pool, world.association_id, organiser_id)
    path = f"/desk/{await code_of(world, world.bob)}"
    async with at_desk(app) as browser:
        browser.cookies.set("__Host-association", tokens.association_code(world.association_id), HOST)
        asked = await browser.get(path)
        assert (asked.status_code, "Bob" in asked.text, "on a badge" in asked.text) == (403, False, True)
        fields = Page(asked.text).fields | {"email": EMAIL, "password": PASSWORD, "code": code_at(app, world.clock)}
        entered = await browser.post("/sign-in", data=fields, headers=PRESSED)
        assert entered.headers["location"].removeprefix(BASE_URL) == path
        page = await browser.get(path)
        assert "Bob O’Example is expected" in text_of(page)
        seen = {"form": Page(page.text).fields["form"], "choice": "here"}
        await browser.post(f"/events/{world.event_id}/desk/{world.bob}", data=seen, headers=PRESSED)
    assert await presences(world) == (1, 1, 0)


async def test_by_hand_each_press_can_be_taken_back(app: Litestar, world: World) -> None:
    home = f"/events/{world.event_id}/desk"
    seen = []
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        found = await desk.get(f"{home}?q=exa+ADA", **{"HX-Request": "true", "HX-Target": "people"})
        assert ("Ada Example" in found.text, "Bob" in found.text) == (True, False)
        for choice in ("here", "undo", "absent", "expected", "absent", "here", ""):
            await desk.press(f"{home}/{world.ada}", choice=choice)
            seen.append(await presences(world))
        assert (await desk.press(f"{home}/{'0' * 8}-0000-4000-8000-{'0' * 12}", choice="here")).status_code == 404
    assert seen == [(1, 1, 0), (2, 0, 0), (1, 0, 1), (2, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 0)]


async def test_who_is_missing_is_marked_once_the_box_is_ticked(app: Litestar, world: World) -> None:
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        await desk.press(f"/events/{world.event_id}/desk/{world.ada}", choice="here")
        assert (await desk.press(f"/events/{world.event_id}/absences")).status_code == 422
        assert await presences(world) == (1, 1, 0)
        assert (await desk.press(f"/events/{world.event_id}/absences", sure="yes")).status_code == 303
    assert await presences(world) == (0, 1, 1)


async def in_doubt(world: World, state: str = "uncertain") -> str:
    """The letter to Ada, as it would be where nobody can know what became of it, or where it was refused."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        found: str = await connection.fetchval(
            """
            update message
               set state = $2,
                   claim = 1,
                   transmitting_at = case when $2 = 'uncertain' then $3::timestamptz end,
                   reason = case when $2 = 'failed' then 'refused' end,
                   code = case when $2 = 'failed' then 550 end,
                   words = case when $2 = 'failed' then 'no such mailbox' end,
                   ended_at = case when $2 = 'failed' then $3::timestamptz end
             where attendee_id = $1
            returning id
            """,
            world.ada,
            state,
            AT + timedelta(minutes=1),
        )
    return found


@pytest.mark.parametrize(("choice", "state"), [("send_again", "queued"), ("leave", "dropped"), ("", "uncertain")])
async def test_a_letter_in_doubt_is_decided_by_a_press(app: Litestar, world: World, choice: str, state: str) -> None:
    message = await in_doubt(world)
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = await desk.get(f"/events/{world.event_id}/live")
        assert "Send again to Ada Example" in page.text
        path = f"/events/{world.event_id}/live/messages/{message}"
        assert (await desk.press(path, choice=choice)).status_code == 303
        if choice:
            again = await desk.press(path, choice=choice)
            assert again.headers["location"].endswith("letter_not_in_doubt")
    assert await world.rows(f"select state from message where id = '{message}'") == [(state,)]


async def test_a_letter_that_was_refused_says_why(app: Litestar, world: World) -> None:
    await in_doubt(world, "failed")
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        page = text_of(await desk.get(f"/events/{world.event_id}/live"))
        part = await desk.get(f"/events/{world.event_id}/live", **{"HX-Request": "true", "HX-Target": "figures"})
    assert "no such mailbox" in page
    assert "<html" not in part.text
    assert "<svg" in part.text


async def rounds(world: World, *seated: tuple[int, str, str, int], **asked: Any) -> MatchRun:
    """A drafted run of pairs at tables: round, both, table."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        run = await factories.drafted_run(connection, world.event_id, format=Format.ROUNDS, **asked)
        pairs = [
            factories.pairing(
                AttendeeId(min(one, other)), AttendeeId(max(one, other)), rank=rank, round=round, table=table
            )
            for rank, (round, one, other, table) in enumerate(seated, start=1)
        ]
        await pairings.add_all(connection, run.id, pairs)
        for round, one, other, table in seated:
            seats = [(AttendeeId(one), table), (AttendeeId(other), table)]
            await placements.add_round(connection, run.id, round, seats, hours=None)
    return run


async def released(world: World, run: MatchRun) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await release.release(connection, EventId(world.event_id), RunId(run.id), ReleaseInput(), at=world.at)


async def test_rounds_begin_anew_after_one_sees_what_changes_for_whom(app: Litestar, world: World) -> None:
    """Ada is not coming and Cy is late: in the second round Bob meets Cy, and hears of it with her, when it is released."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        cy = (await factories.attendee(connection, world.event_id, "Cy Late", email="cy@example.org")).id
        dee = (await factories.attendee(connection, world.event_id, "Dee Steady", email="dee@example.org")).id
        eve = (await factories.attendee(connection, world.event_id, "Eve Steady", email="eve@example.org")).id
    first = await rounds(world, (1, world.ada, dee, 1), (2, world.ada, world.bob, 1), (2, dee, eve, 2))
    await released(world, first)
    home = f"/events/{world.event_id}/live/anew"
    async with signed_in(app, world.association_id, world.clock) as desk:
        await desk.press(f"/events/{world.event_id}/desk/{world.ada}", choice="absent")
        await desk.press(f"/events/{world.event_id}/desk/{cy}", choice="here")
        page = text_of(await desk.get(f"{home}?round=2"))
        assert "Seated, but not coming (1): Ada Example" in page
        assert "Here, but without a seat (1): Cy Late" in page
        begun = await desk.press(home, round="2")
        assert (await desk.press(home, round="2")).headers["location"].endswith("run_in_the_way")
        assert "It is being worked out." in (await desk.get(begun.headers["location"])).text
        assert await world.rows("select builds_on, from_round, format from match_run where state = 'queued'") == [
            (first.id, 2, "rounds")
        ]
        async with tenant_transaction(world.pool, world.association_id) as connection:
            await connection.execute(
                "update match_run set state = 'cancelled', finished_at = created_at where state = 'queued'"
            )
        assert "came to nothing: cancelled" in (await desk.get(begun.headers["location"])).text
        seats = ((1, world.ada, dee, 1), (2, cy, world.bob, 1), (2, dee, eve, 2))
        second = await rounds(world, *seats, builds_on=first.id, from_round=2)
        page = text_of(await desk.get(f"{home}/{second.id}"))
        assert "something changes for 3" in page
        assert "2 Bob O’Example table 1, Ada Example table 1, Cy Late" in page
        assert "2 Ada Example table 1, Bob O’Example no seat" in page
        assert "Dee Steady" not in page
        assert (await desk.press(f"{home}/{second.id}/release")).status_code == 303
        again = await desk.press(f"{home}/{second.id}/release")
        assert again.headers["location"].endswith("released_before")
        assert "It is released." in (await desk.get(f"{home}/{second.id}")).text
    assert await world.rows("select id from match_run where state = 'released' and format = 'rounds'") == [(second.id,)]


async def test_only_a_run_that_begins_anew_is_released_here(app: Litestar, world: World) -> None:
    run = await rounds(world, (1, world.ada, world.bob, 1))
    home = f"/events/{world.event_id}/live/anew"
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert "nothing to begin anew" in (await desk.get(home)).text
        assert (await desk.press(home, round="1")).status_code == 404
        assert (await desk.press(f"{home}/{run.id}/release")).status_code == 404


async def test_the_first_round_that_has_not_begun_is_proposed(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        cy = (await factories.attendee(connection, world.event_id, "Cy Late")).id
    run = await rounds(world, (1, world.ada, world.bob, 1), (2, world.ada, cy, 1))
    async with tenant_transaction(world.pool, world.association_id) as connection:
        for number in (1, 2):
            slot = factories.slot(number)
            await connection.execute(
                "insert into slot (event_id, number, starts_at, ends_at) values ($1, $2, $3, $4)",
                world.event_id, number, slot.starts_at, slot.ends_at,
            )  # fmt: skip
        hours = [AT, factories.slot(1).starts_at, factories.slot(2).starts_at]
        found = [(await resume.standing(connection, EventId(world.event_id), run, at=at)).round for at in hours]
    assert found == [1, 2, 1]
