"""The pages of a run: started, watched, decided, compared, asked, and released with time to think better of it."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from matchmaker.model.exclusion import Exclusion
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Role
from matchmaker.model.privacy import Privacy
from matchmaker.model.run import Format, RunState
from matchmaker.model.wish import Verdict
from matchmaker.services import plan_release, why
from matchmaker.store import exclusions, groups, jobs, pairings, planned_releases, privacies, runs, snapshots
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.api.world import seed
from tests.factories import AT, HASH
from tests.web.browser import BASE_URL, Clock, Page
from tests.web.organiser import PRESSED, signed_in
from tests.web.run_room import Room, a_room


@pytest.fixture
async def room(pool: Pool, association_id: AssociationId, clock: Clock) -> Room:
    return await a_room(pool, association_id)


def led(answer: httpx.Response) -> str:
    """Where an answer leads, on this server."""
    return answer.headers["location"].removeprefix(BASE_URL)


async def shown(desk: Any, path: str) -> Page:
    answer = await desk.get(path)
    assert answer.status_code == 200
    return Page(answer.text)


async def test_a_form_starts_a_run_and_leads_to_its_progress(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(room.runs, format="rounds", seed="7")
        assert answer.status_code == 303
        run = await room.latest()
        assert (run.state, run.format, run.seed) == (RunState.QUEUED, Format.ROUNDS, 7)
        page = await shown(desk, answer.headers["location"])
        assert page.title.startswith("The run waits to begin")
        again = await desk.press(room.runs, format="tables")
        assert led(again) == f"{room.runs}/{run.id}?said=run_active"


async def test_a_seed_that_is_none_is_said_at_the_field(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(room.runs, format="rounds", seed="²")
    assert answer.status_code == 422
    assert "a whole number from 0" in Page(answer.text).text
    assert (await room.latest()).id == room.run_id


async def test_progress_is_a_part_of_a_page_until_the_run_is_over(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        started = await desk.press(room.runs, format="introductions")
        path = f"{room.runs}/{(await room.latest()).id}"
        assert led(started) == path
        part = await desk.get(f"{path}/progress", **{"HX-Request": "true"})
        assert "every 1s" in part.text
        assert "hx-redirect" not in part.headers
        cancelled = await desk.press(f"{path}/cancellation")
        assert led(cancelled) == f"{path}?said=run_cancelled"
        part = await desk.get(f"{path}/progress", **{"HX-Request": "true"})
        assert part.headers["hx-redirect"] == path
        assert "every 1s" not in part.text
        assert (await room.latest()).state is RunState.CANCELLED
        assert (await shown(desk, path)).title.startswith("The run was called off")


async def test_a_report_says_in_words_what_a_run_came_to(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, room.run)
    assert "2 pairings among 4 people; 100 % of them have at least one." in page.text
    assert "no plan under your rules can be worth more than 50" in page.text
    assert "1 person has nobody" in page.text


async def test_a_card_shows_both_directions_with_what_they_mean(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{room.run}/pairings")
    ada, bob, cy, dee = room.names
    assert f"{ada} gains 60 of 100: a strong fit" in page.text
    assert f"{bob} gains 40 of 100: a good fit" in page.text
    assert f"{cy} gains 5 of 100: below your floor, too little" in page.text
    assert "“a mentor”" in page.text
    assert page.text.index(f"{ada} · {ada} & Sons") < page.text.index(f"{cy} · {cy} & Sons")
    assert dee in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [0, 2]),
        ("person={0}", [0]),
        ("person={3}", [2]),
        ("organisation={2}+%26+s", [2]),
        ("below=40", [2]),
        ("below=nonsense", [0, 2]),
        ("one_way=yes", [2]),
        ("pinned=yes", []),
        ("told=yes", []),
        ("after=1", [2]),
        ("after=2", []),
        ("person=Nobody+at+all", []),
    ],
)
async def test_filters_find_what_they_say(
    app: Litestar, room: Room, clock: Clock, query: str, found: list[int]
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.get(f"{room.run}/pairings?{query.format(*room.names)}")
    titles = re.findall(r'id="pair-(\d)-title"', answer.text)
    assert titles == [{0: "1", 2: "2"}[one] for one in found]


async def test_more_pairings_than_a_page_holds_are_a_link_away(app: Litestar, room: Room, clock: Clock) -> None:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        run = await factories.drafted_run(connection, room.event_id, at=AT + timedelta(minutes=1))
        more = [(await factories.attendee(connection, room.event_id, f"P{number}")).id for number in range(22)]
        given = [
            factories.pairing(min(room.people[0], one), max(room.people[0], one), rank=rank)
            for rank, one in enumerate(more, start=1)
        ]
        await pairings.add_all(connection, run.id, given)
    async with signed_in(app, room.association_id, clock) as desk:
        first = (await desk.get(f"{room.runs}/{run.id}/pairings?person={room.people[0]}")).text
        onward = re.search(r'rel="next" href="([^"]+)"', first)
        assert onward is not None
        second = (await desk.get(onward[1].replace("&amp;", "&"))).text
    ranks = [re.findall(r'id="pair-(\d+)-title"', text) for text in (first, second)]
    assert ranks == [[str(rank) for rank in range(1, 21)], ["21", "22"]]
    assert 'rel="next"' not in second


async def test_a_pair_is_pinned_rejected_and_taken_back(app: Litestar, room: Room, clock: Clock) -> None:
    ada, bob, cy, _ = room.names
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(f"{room.run}/decisions", **room.pair(1, 0), verdict="rejected")
        assert led(answer) == f"{room.run}/decisions?said=pair_rejected"
        await desk.press(f"{room.run}/decisions", **room.pair(0, 2), verdict="pinned")
        assert await room.decided() == {(ada, bob): Verdict.REJECTED, (ada, cy): Verdict.PINNED}
        page = await shown(desk, f"{room.run}/decisions")
        assert "Calculate again with your decisions (2)" in page.text
        await desk.press(f"{room.run}/decisions", **room.pair(0, 1), verdict="none")
        assert await room.decided() == {(ada, cy): Verdict.PINNED}


async def test_htmx_gets_the_card_alone_and_what_waits(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        seal = Page((await desk.get("/account")).text).fields["form"]
        answer = await desk.browser.post(
            f"{room.run}/decisions",
            data={"form": seal, **room.pair(0, 1), "verdict": "rejected"},
            headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"},
        )
    assert answer.text.startswith('<article class="card pairing" id="pair-1"')
    assert "Take the rejection back" in answer.text
    assert 'hx-swap-oob="innerHTML"' in answer.text
    assert "does not follow yet: 1" in answer.text


async def test_who_is_kept_apart_cannot_be_pinned(app: Litestar, room: Room, clock: Clock) -> None:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        apart = Exclusion(attendee_id=room.people[0], other_id=room.people[2])
        await exclusions.add(connection, room.event_id, apart, AT)
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(f"{room.run}/decisions", **room.pair(0, 2), verdict="pinned")
        assert (answer.status_code, Page(answer.text).title) == (409, "These two are kept apart")
        stranger = await desk.press(f"{room.run}/decisions", first=room.people[0], second=HASH, verdict="pinned")
        assert stranger.status_code == 404
    assert await room.decided() == {}


async def test_decisions_are_calculated_in_by_a_run_that_builds_on_this(
    app: Litestar, room: Room, clock: Clock
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(f"{room.run}/continuation")
    run = await room.latest()
    assert led(answer) == f"{room.runs}/{run.id}"
    assert (run.builds_on, run.format, run.seed, run.state) == (room.run_id, Format.INTRODUCTIONS, 1, RunState.QUEUED)


async def test_decisions_can_be_calculated_in_from_where_they_are_made(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        again = f'action="{room.run}/continuation"'
        assert again not in (await desk.get(f"{room.run}/pairings")).text
        card = await desk.browser.post(
            f"{room.run}/decisions",
            data={
                "form": Page((await desk.get(room.run)).text).fields["form"],
                **room.pair(0, 1),
                "verdict": "rejected",
            },
            headers={**PRESSED, "HX-Request": "true"},
        )
        assert again in card.text
        assert again in (await desk.get(f"{room.run}/pairings")).text


async def test_one_goes_back_to_an_earlier_run_by_repeating_it(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        refused = await desk.press(f"{room.run}/repetition")
        assert "no longer kept" in (await shown(desk, refused.headers["location"])).text
        async with tenant_transaction(room.pool, room.association_id) as connection:
            await snapshots.add(connection, room.run_id, b"what it read")
        await desk.press(f"{room.run}/repetition")
    assert (await room.latest()).replay_of == room.run_id


async def test_two_runs_beside_each_other_say_what_changes_for_whom(app: Litestar, room: Room, clock: Clock) -> None:
    ada, bob, cy, dee = room.names
    async with tenant_transaction(room.pool, room.association_id) as connection:
        later = await factories.drafted_run(connection, room.event_id, at=AT + timedelta(minutes=1))
        await connection.execute("update match_run set output_hash = repeat('1', 64) where id = $1", later.id)
        same = factories.pairing(room.people[0], room.people[1])
        await pairings.add_all(connection, later.id, [same, factories.pairing(room.people[1], room.people[2], rank=2)])
    async with signed_in(app, room.association_id, clock) as desk:
        path = f"/events/{room.event_id}/comparison?earlier={room.run_id}&later={later.id}"
        page = await shown(desk, path)
        assert (await desk.get(f"/events/{room.event_id}/comparison?earlier=&later=x")).status_code == 404
    assert "It changes something for 3 people. 1 pair is in both runs, 1 is new, 1 is gone." in page.text
    affected = page.text.partition("For whom it changes something")[2]
    assert [name in affected for name in (ada, bob, cy, dee)] == [False, True, True, True]


async def test_tables_say_who_is_together_and_count_as_followed(app: Litestar, room: Room, clock: Clock) -> None:
    """A pin is followed where the two sit together, even if they are no pairing."""
    table = factories.group([room.people[0], room.people[2]])
    async with tenant_transaction(room.pool, room.association_id) as connection:
        run = await factories.drafted_run(connection, room.event_id, at=AT + timedelta(minutes=1), format=Format.TABLES)
        await groups.add_all(connection, run.id, [table])
        await groups.add_members(connection, run.id, [table])
    path = f"{room.runs}/{run.id}"
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{path}/groups")
        assert "Table 1 · round 1" in page.text
        assert [name in page.text for name in room.names] == [True, False, True, False]
        await desk.press(f"{path}/decisions", **room.pair(0, 2), verdict="pinned")
        await desk.press(f"{path}/decisions", **room.pair(0, 1), verdict="pinned")
        assert "Calculate again with your decisions (1)" in (await shown(desk, f"{path}/decisions")).text


async def test_who_has_nobody_is_told_with_a_cure(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{room.run}/without")
    assert f"{room.names[0]} · {room.names[0]} & Sons" in page.text
    assert "One sentence on what they seek" in page.text


async def test_names_are_found_by_any_part_and_said_back(app: Litestar, room: Room, clock: Clock) -> None:
    first, second, *_ = room.names
    async with signed_in(app, room.association_id, clock) as desk:
        names = await desk.get(f"{room.run}/people?first={first[1:]}", **{"HX-Request": "true"})
        assert f'<option value="{first} · {first} &amp; Sons">' in names.text
        several = await shown(desk, f"{room.run}/why-not?first=Sons&second={second}")
        assert "Several people fit “Sons”" in several.text
        nobody = await desk.get(f"{room.run}/why-not?first=Zzz&second={second}")
        assert (nobody.status_code, "try fewer letters" in nobody.text) == (422, True)
        alike = await shown(desk, f"{room.run}/why-not?first={second}&second={second}")
        assert "one and the same person" in alike.text


async def test_a_swap_rejects_both_pairs_and_pins_the_new_ones(app: Litestar, room: Room, clock: Clock) -> None:
    one, two, three, four = room.names
    asked = dict(zip(("first", "first_partner", "second", "second_partner"), room.people, strict=True))
    async with signed_in(app, room.association_id, clock) as desk:
        path = f"{room.run}/swap?first={asked['first']}&first_partner={asked['first_partner']}"
        page = await shown(desk, f"{path}&other={three}")
        assert f"{three} · {three} & Sons, who would meet {four} · {four} & Sons" in page.text
        answer = await desk.press(f"{room.run}/swap", **asked)
        assert led(answer) == f"{room.run}/decisions?said=pairs_swapped"
        assert (await desk.press(f"{room.run}/swap", **{**asked, "second": asked["first"]})).status_code == 404
    rejected, pinned = Verdict.REJECTED, Verdict.PINNED
    assert await room.decided() == {
        (one, two): rejected, (three, four): rejected, (one, four): pinned, (two, three): pinned,
    }  # fmt: skip


async def test_a_release_says_first_what_it_would_send_and_sends_nothing(
    app: Litestar, room: Room, clock: Clock
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{room.run}/release")
    assert "4 people are written to" in page.text
    assert "2 introductions are offered" in page.text
    assert "Letters leave from 8:00 to 19:00" in page.text
    assert (await room.introductions(), await room.letters(), await room.state()) == (0, 0, RunState.DRAFTED)


async def test_a_release_waits_and_can_be_stopped(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        await desk.press(f"{room.run}/release", answer_days="5")
        page = await shown(desk, f"{room.run}/release")
        assert "It begins in less than 5 minutes" in page.text
        assert (await desk.press(f"{room.run}/release")).status_code == 409
        part = await desk.get(f"{room.run}/release/countdown", **{"HX-Request": "true"})
        assert "hx-redirect" not in part.headers
        planned = await waiting(room)
        await desk.press(f"{room.run}/release/stop")
        await carried_out(room, planned, clock)
        assert (await room.introductions(), await room.letters(), await room.state()) == (0, 0, RunState.DRAFTED)
        assert "was stopped on" in (await shown(desk, f"{room.run}/release")).text
        part = await desk.get(f"{room.run}/release/countdown", **{"HX-Request": "true"})
        assert part.headers["hx-redirect"] == f"{room.run}/release"
        assert (await desk.press(f"{room.run}/release/stop")).status_code == 409


async def test_a_release_that_nobody_stops_happens_and_says_what_it_did(
    app: Litestar, room: Room, clock: Clock
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        await desk.press(f"{room.run}/release", answer_days="5")
        clock.go(minutes=5)
        planned = await waiting(room)
        await carried_out(room, planned, clock)
        await carried_out(room, planned, clock)
        page = await shown(desk, f"{room.run}/release")
    assert "Letters that were written, to 4 people" in page.text
    assert (await room.introductions(), await room.letters(), await room.state()) == (2, 4, RunState.RELEASED)


async def test_a_release_that_cannot_be_done_says_why(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        await desk.press(f"{room.run}/release")
        planned = await waiting(room)
        async with tenant_transaction(room.pool, room.association_id) as connection:
            later = await factories.drafted_run(connection, room.event_id, at=AT + timedelta(minutes=1))
            await runs.supersede_others(connection, later, AT)
        await carried_out(room, planned, clock)
        assert (await desk.press(f"{room.run}/release")).status_code == 409
    async with tenant_transaction(room.pool, room.association_id) as connection:
        found = await plan_release.latest(connection, room.event_id, room.run_id)
    assert found is not None
    assert found.refusal == "The match run was released, or gave way to another, before."
    assert await room.letters() == 0


async def test_days_to_answer_are_looked_over(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(f"{room.run}/release", answer_days="61")
    assert (answer.status_code, "from 1 to 60 days" in answer.text) == (422, True)
    assert await room.state() is RunState.DRAFTED


@pytest.mark.parametrize("path", ["pairings", "groups", "decisions", "why-not", "swap", "people"])
async def test_a_private_event_tells_counts_and_nobody(app: Litestar, room: Room, clock: Clock, path: str) -> None:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        assert await privacies.put(connection, room.event_id, Privacy.PRIVATE)
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.get(f"{room.run}/{path}")
        assert (answer.status_code, Page(answer.text).title) == (403, "This event is private")
        report = await shown(desk, room.run)
        assert "2 pairings among 4 people" in report.text
        assert "/pairings" not in (await desk.get(room.run)).text
        compared = await desk.get(f"/events/{room.event_id}/comparison?earlier={room.run_id}&later={room.run_id}")
        assert compared.status_code == 403


async def test_a_helper_sees_and_is_offered_no_deed(app: Litestar, room: Room, clock: Clock) -> None:
    async with signed_in(app, room.association_id, clock, Role.HELPER) as desk:
        paths = (room.runs, room.run, f"{room.run}/pairings", f"{room.run}/decisions", f"{room.run}/release")
        for path in paths:
            text = (await desk.get(path)).text
            assert re.findall(r'<form method="post" action="([^"]+)"', text) in ([], ["/account/sign-out"])


async def test_why_two_are_not_paired_is_answered_with_the_cure_and_its_price(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a real calculation of what the run read, with time for its child to start on a busy machine."""
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", 120)
    ids = await seed(pool, association_id)
    path = "/events/{event_id}/runs/{run_id}/why-not".format(**ids)
    async with signed_in(app, association_id, clock) as desk:
        page = await shown(desk, f"{path}?first={ids['second_id']}&second={ids['attendee_id']}")
        assert "Others fit them better, and their places are taken." in page.text
        assert "Raise the number of introductions they may have, or pin the pair." in page.text
        assert "The room as a whole would be worth" in page.text
        assert ("verdict", "pinned") in page.buttons
        apart = await shown(desk, f"{path}?first={ids['attendee_id']}&second={ids['third_id']}")
        assert "An exclusion keeps them apart." in apart.text
        assert ("verdict", "pinned") not in apart.buttons


async def test_an_answer_that_takes_too_long_is_said_to(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await seed(pool, association_id)
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", 0)
    async with signed_in(app, association_id, clock) as desk:
        path = "/events/{event_id}/runs/{run_id}/why-not?first={attendee_id}&second={second_id}".format(**ids)
        page = await shown(desk, path)
    assert "The answer took too long" in page.text


async def waiting(room: Room) -> Any:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        found = await planned_releases.latest(connection, room.run_id)
    assert found is not None
    assert found.is_waiting
    return found


async def carried_out(room: Room, planned: Any, clock: Clock) -> None:
    job = jobs.ReleaseJob(association_id=room.association_id, planned_id=planned.id)
    await plan_release.carry_out(room.pool, job, at=clock.at)
