"""Rounds and tables on a plan: what the page shows, what a change is said to do, and that it is kept and taken back."""

import re
from typing import Any

import pytest
from litestar import Litestar

from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Role
from matchmaker.model.pause import PauseScope
from matchmaker.model.privacy import Privacy
from matchmaker.model.run import Format
from matchmaker.services import enrol, pause
from matchmaker.store import check_ins, privacies, runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER
from tests.seating import Draft, draft
from tests.web.browser import Clock, Page
from tests.web.organiser import Desk, signed_in


async def drafted(pool: Pool, association_id: AssociationId, format: Format = Format.TABLES, **fields: object) -> Draft:
    async with tenant_transaction(pool, association_id) as connection:
        return await draft(connection, format, **fields)  # type: ignore[arg-type]


def path(of: Draft, rest: str = "") -> str:
    return f"/events/{of.event_id}/plan{rest}"


def sent(of: Draft, one: str, here: int, there: int, other: str = "", **more: object) -> dict[str, Any]:
    """The fields of the form that keeps a change of the first round."""
    return {
        "run": of.run_id, "round": 1, "person": of.people[one], "from": here, "to": there,
        "other": of.people[other] if other else "", **more,
    }  # fmt: skip


def asked(of: Draft, one: str, place: str) -> str:
    return path(of, f"/change?run={of.run_id}&round=1&person={of.people[one]}&place={place}")


async def table_of(pool: Pool, association_id: AssociationId, of: Draft, name: str) -> int | None:
    async with tenant_transaction(pool, association_id) as connection:
        found: int | None = await connection.fetchval(
            "select table_number from placement where run_id = $1 and round = 1 and attendee_id = $2",
            of.run_id, of.people[name],
        )  # fmt: skip
    return found


async def shown(desk: Desk, address: str) -> Page:
    answer = await desk.get(address)
    assert answer.status_code == 200
    return Page(answer.text)


async def test_the_latest_run_is_shown_table_by_table(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, path(of))
        second = await shown(desk, path(of, "?round=2"))
    assert "Table 1 Ada Cy Eve Acme Gain: 50 of 100 Table 2 Bob Dee Flo Acme" in page.text
    assert "Table 1 Ada Dee Flo Acme" in second.text
    assert "6 people have a seat in this round." in page.text


async def test_pairs_are_shown_with_their_trio_and_who_sits_out_with_the_reason(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id, Format.ROUNDS)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, path(of))
    assert "Table 2 Three, as the numbers did not come out even: a third joins the pair. Bob Dee Eve Acme" in page.text
    assert "or nobody new was left who fits. Flo" in page.text


async def test_an_event_without_seats_says_how_to_get_some(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.drafted_run(connection, event.id)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, f"/events/{event.id}/plan")
    assert "Nobody is seated yet." in page.text


async def test_what_a_change_does_is_shown_and_nothing_is_kept_by_looking(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, asked(of, "Cy", f"with:{of.people['Bob']}"))
        part = await desk.get(asked(of, "Cy", f"with:{of.people['Bob']}"), **{"HX-Request": "true"})
    assert "Round 1: Cy and Bob change places" in page.text
    assert "Cy: from Table 1 to Table 2. Bob: from Table 2 to Table 1. Nobody else moves." in page.text
    assert "meet again" in page.text
    assert "<html" not in part.text
    assert "Keep this change" in part.text
    assert await table_of(pool, association_id, of, "Cy") == 1


async def test_a_change_is_kept_and_undone(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(path(of, "/change"), **sent(of, "Cy", 1, 2, "Bob"))
        assert answer.status_code == 303
        page = await shown(desk, answer.headers["location"])
        assert "The seats are changed." in page.text
        assert [await table_of(pool, association_id, of, name) for name in ("Cy", "Bob")] == [2, 1]
        undo = {name: page.fields[name] for name in ("run", "round", "person", "from", "to", "other", "undo")}
        back = await desk.press(path(of, "/change"), **undo)
        assert "Everyone sits where they sat before." in (await shown(desk, back.headers["location"])).text
    assert [await table_of(pool, association_id, of, name) for name in ("Cy", "Bob")] == [1, 2]


async def test_who_moved_meanwhile_is_not_moved_again(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """Two organisers choose from the same page; the second hears of the first."""
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        await desk.press(path(of, "/change"), **sent(of, "Cy", 1, 2, "Bob"))
        late = await desk.press(path(of, "/change"), **sent(of, "Cy", 1, 2, "Dee"))
    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in Page(late.text).text
    assert await table_of(pool, association_id, of, "Dee") == 2


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("with:Bob", "Ada and Bob must be kept apart."),
        ("table:2", "that table has no free seat."),
        ("with:Ada", "both sit at the same table already."),
    ],
)
async def test_what_cannot_be_is_said_kindly_and_offers_no_button(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, place: str, words: str
) -> None:
    of = await drafted(pool, association_id, apart=[("Ada", "Bob")])
    kind, name = place.split(":")
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(asked(of, "Cy", f"{kind}:{of.people.get(name, name)}"))
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "This cannot be kept" in page.text
    assert words in page.text.replace("Bob and Ada", "Ada and Bob")
    assert "Keep this change" not in page.text


async def test_a_forbidden_change_that_is_sent_all_the_same_is_refused(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id, apart=[("Ada", "Bob")])
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(path(of, "/change"), **sent(of, "Cy", 1, 2, "Bob"))
    assert answer.status_code == 409
    assert "Ada and Bob must be kept apart." in Page(answer.text).text.replace("Bob and Ada", "Ada and Bob")
    assert await table_of(pool, association_id, of, "Bob") == 2


async def test_a_released_plan_is_shown_and_offers_no_change(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        await runs.release(connection, of.event_id, of.run_id, AT)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, path(of))
        answer = await desk.press(path(of, "/change"), **sent(of, "Cy", 1, 2, "Bob"))
    assert "Move somebody" not in page.text
    assert "These seats are settled" in Page(answer.text).text
    assert await table_of(pool, association_id, of, "Bob") == 2


async def test_a_helper_sees_the_plan_and_is_offered_no_change(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock, Role.HELPER) as desk:
        page = await shown(desk, path(of))
    assert "Table 1 Ada" in page.text
    assert "Move somebody" not in page.text


async def test_somebody_is_found_by_a_part_of_their_name(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        assert "Dee, table 2" in (await shown(desk, path(of, "?q=EE"))).text
        assert "Nobody in this round has “%” in their name." in (await shown(desk, path(of, "?q=%25"))).text


@pytest.mark.parametrize(
    "rest",
    [
        "/change?run=RUN&person=junk&place=with:junk",
        "/change?run=RUN&round=1&person=&place=",
        "/change?run=RUN&round=99&person=ADA&place=table:2",
        "/change?run=RUN&round=1&person=ADA&place=table:x",
    ],
)
async def test_what_nobody_chose_asks_to_choose_again(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, rest: str
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(path(of, rest.replace("RUN", of.run_id).replace("ADA", of.people["Ada"])))
    assert answer.status_code in (404, 409)


async def without_seat(pool: Pool, association_id: AssociationId, of: Draft) -> None:
    """Bob lost his; Gus came later, Hal takes no part, Ivy is absent, Joy paused, and Kay is away in the round."""
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute("delete from placement where round = 1 and attendee_id = $1", of.people["Bob"])
        await connection.execute("delete from run_group_member where attendee_id = $1", of.people["Bob"])
        await factories.attendee(connection, of.event_id, "Hal", opted_in=False)
        ivy = await factories.attendee(connection, of.event_id, "Ivy")
        joy = await factories.attendee(connection, of.event_id, "Joy")
        await factories.attendee(connection, of.event_id, "Kay", available=[2])
        await enrol.create(connection, of.event_id, factories.attendee_input("Gus"), LATER)
        await check_ins.mark_absent(connection, of.event_id, ivy.id, AT)
        await pause.put(connection, of.event_id, joy.id, PauseScope.PROGRAMME, at=AT)


async def test_who_has_no_seat_is_shown_with_the_reason_and_is_found_by_name(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    await without_seat(pool, association_id, of)
    async with signed_in(app, association_id, clock) as desk:
        html = (await desk.get(path(of))).text
        page, found = Page(html), await shown(desk, path(of, "?q=hal"))
        german = Page((await desk.get(path(of), **{"Accept-Language": "de"})).text)
    assert "5 people have no seat: see below." in page.text
    listed = page.text[page.text.index("Not seated They have no seat") :]
    reasons = {
        "Bob": "There was no seat left", "Gus": "They came after this run",
        "Ivy": "They are not coming", "Joy": "They have paused.", "Kay": "They said that they are not there",
    }  # fmt: skip
    assert [name for name, reason in reasons.items() if f"{name} {reason}" not in listed] == []
    assert "Hal" not in listed
    assert "Hal, no seat: They take no part in matching." in found.text
    assert "Ohne Platz" in german.text
    assert re.findall(r'aria-label="Seat (\w+)"', html) == ["Bob", "Kay"]


async def test_who_has_no_seat_is_given_one_and_it_is_undone(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    await without_seat(pool, association_id, of)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, asked(of, "Bob", "table:2"))
        assert "Round 1: Bob takes a free seat" in page.text
        assert "Bob: from no seat to Table 2." in page.text
        answer = await desk.press(path(of, "/change"), **sent(of, "Bob", 0, 2))
        assert await table_of(pool, association_id, of, "Bob") == 2
        page = await shown(desk, answer.headers["location"])
        undo = {name: page.fields[name] for name in ("run", "round", "person", "from", "to", "other", "undo")}
        await desk.press(path(of, "/change"), **undo)
    assert await table_of(pool, association_id, of, "Bob") is None


async def test_who_came_after_the_run_is_not_seated_by_hand(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        gus = (await factories.attendee(connection, of.event_id, "Gus")).id
    async with signed_in(app, association_id, clock) as desk:
        change = f"/change?run={of.run_id}&round=1&person={gus}&place=with:{of.people['Bob']}"
        answer = await desk.get(path(of, change))
    assert (answer.status_code, "This run does not know them" in answer.text) == (409, True)


@pytest.mark.parametrize("rest", ["plan", "plan/change?person=x", "files/agenda", "files/pairings/download"])
async def test_of_a_private_event_nobody_is_told_who_sits_with_whom(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, rest: str
) -> None:
    of = await drafted(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        assert await privacies.put(connection, of.event_id, Privacy.PRIVATE)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{of.event_id}/{rest}")
        files = Page((await desk.get(f"/events/{of.event_id}/files")).text)
    assert answer.status_code == 403
    assert "Ada" not in answer.text
    assert ("This event is private" in files.text, "Table cards" in files.text) == (True, False)


async def test_the_report_of_a_tables_run_speaks_of_tables_and_people(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, f"/events/{of.event_id}/runs/{of.run_id}")
    assert "sit with somebody who suits them, in 2 rounds at up to 2 tables." in page.text
    assert "People who are together with at least one who suits them." in page.text
    assert "All pairings together" not in page.text
