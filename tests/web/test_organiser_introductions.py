"""Introductions as an organiser sees them: found, answered for somebody, followed up; never who said no, nor two in private."""

import re
from html import unescape

import pytest
from litestar import Litestar

from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import Answer, IntroductionState
from matchmaker.model.organiser import Role
from matchmaker.model.privacy import Privacy
from matchmaker.services import respond
from matchmaker.store import feedback, privacies
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser import feedback as feedback_page
from matchmaker.web.organiser import introductions as introductions_page
from tests import factories
from tests.factories import AT
from tests.web.browser import Page
from tests.web.organiser import PRESSED, signed_in
from tests.web.test_room import person, text_of
from tests.web.world import World


def home(world: World) -> str:
    return f"/events/{world.event_id}/introductions"


def one(world: World) -> str:
    return f"{home(world)}/{world.introduction_id}"


async def introduced(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        for who in (world.ada, world.bob):
            await respond.answer(connection, world.introduction_id, who, Answer.YES, at=AT)


async def set_private(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update event set privacy = 'private' where id = $1", world.event_id)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("q=ada+SONS", True),
        ("q=ada+nobody", False),
        ("which=offered", True),
        ("which=met", False),
        ("which=host", False),
        ("which=nonsense&after=nonsense", True),
    ],
)
async def test_introductions_are_found_by_words_and_by_how_they_stand(
    app: Litestar, world: World, query: str, found: bool
) -> None:
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = await desk.get(f"{home(world)}?{query}")
        part = await desk.get(f"{home(world)}?{query}", **{"HX-Request": "true", "HX-Target": "list"})
    assert [one(world) in each.text for each in (page, part)] == [found, found]
    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    assert "offered, to be answered (1)" in page.text


async def test_pages_go_on_and_miss_none(app: Litestar, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(introductions_page, "ROWS", 1)
    await world.afterwards()
    seen, path = [], f"{home(world)}?q=ada"
    async with signed_in(app, world.association_id, world.clock) as desk:
        while path:
            text = (await desk.get(path)).text
            seen += re.findall(rf'href="{home(world)}/([0-9a-f-]+)"', text)
            path = next((unescape(one) for one in re.findall(r'href="([^"]+after=[^"]+)"', text)), "")
    assert sorted(seen) == sorted(row[0] for row in await world.rows("select id::text from introduction"))


async def test_an_answer_is_recorded_once_and_the_second_yes_introduces(app: Litestar, world: World) -> None:
    async with signed_in(app, world.association_id, world.clock) as desk:
        empty = await desk.press(f"{one(world)}/response", about="response")
        assert (empty.status_code, empty.text.count("choose one, please")) == (422, 4)
        first = await desk.press(f"{one(world)}/response", who=world.ada, answer="yes", reason="By telephone")
        assert first.headers["location"].endswith("said=answer_recorded")
        assert await world.state() == "half_accepted"
        page = text_of(await desk.get(one(world)))
        assert ("one of the two said yes" in page, "By telephone" in page) == (True, False)
        again = await desk.press(f"{one(world)}/response", who=world.ada, answer="yes")
        assert again.headers["location"].endswith("said=answer_stands")
        await desk.press(f"{one(world)}/response", who=world.bob, answer="yes")
        assert await world.state() == "introduced"
        assert "Record an answer" not in text_of(await desk.get(one(world)))
    assert await world.letters() == [("ada", "introduced"), ("bob", "introduced")]
    assert await world.rows("select reason from feedback where reason is not null") == [("By telephone",)]


async def test_a_no_and_more_time_are_recorded_and_told_to_nobody(app: Litestar, world: World) -> None:
    async with signed_in(app, world.association_id, world.clock) as desk:
        await desk.press(f"{one(world)}/response", who=world.ada, answer="other_time")
        assert await world.rows(
            "select first_later_at is not null or second_later_at is not null from introduction"
        ) == [(True,)]
        await desk.press(f"{one(world)}/response", who=world.bob, answer="no")
        assert await world.state() == "declined"
        pages = [text_of(await desk.get(path)) for path in (one(world), home(world))]
    assert ["did not come about" in page for page in pages] == [True, True]
    assert "Record an answer" not in pages[0]
    assert await world.letters() == []


async def test_the_page_of_what_came_to_nothing_is_the_same_whoever_said_no(app: Litestar, world: World) -> None:
    told = []
    async with signed_in(app, world.association_id, world.clock) as desk:
        for side, other in (("first", "second"), ("second", "first")):
            async with tenant_transaction(world.pool, world.association_id) as connection:
                await connection.execute(
                    f"update introduction set state = 'declined', {side}_declined_at = $1, {other}_declined_at = null, "
                    f"{other}_accepted_at = $1, {side}_accepted_at = null",
                    AT,
                )
            told.append(text_of(await desk.get(one(world))))
            for who in (world.ada, world.bob):
                answer = await desk.press(f"{one(world)}/response", who=who, answer="yes")
                assert answer.headers["location"].endswith("said=answer_stands")
    assert told[0] == told[1]


async def test_a_meeting_is_recorded_for_one_side(app: Litestar, world: World) -> None:
    path = f"{one(world)}/feedback"
    async with signed_in(app, world.association_id, world.clock) as desk:
        early = await desk.press(path, who=world.ada, met="yes")
        assert early.headers["location"].endswith("said=answer_stands")
        await introduced(world)
        wrong = await desk.press(path, about="feedback", who=world.ada, met="no", useful="4")
        assert (wrong.status_code, "cannot be rated" in wrong.text) == (422, True)
        assert (await desk.press(path, about="feedback")).status_code == 422
        await desk.press(path, who=world.ada, met="yes", useful="4", reason="We share a printer")
    assert await world.state() == "met"
    assert await world.rows("select met, useful, reason from feedback where useful is not null") == [
        (True, 4, "We share a printer")
    ]


async def test_a_promise_is_made_and_closed_and_its_words_are_not_shown(app: Litestar, world: World) -> None:
    path = f"{one(world)}/promises"
    await introduced(world)
    async with signed_in(app, world.association_id, world.clock) as desk:
        wrong = await desk.press(path, about="promise", who=world.ada, words="", due_on="soon")
        assert (wrong.status_code, "this is no day" in wrong.text) == (422, True)
        assert (await desk.press(path, about="promise", who="x", words="y" * 501)).status_code == 422
        await desk.press(path, who=world.ada, words="A secret recipe", due_on="2027-05-04")
        again = await desk.press(path, who=world.ada, words="Another")
        assert again.headers["location"].endswith("said=answer_stands")
        page = text_of(await desk.get(one(world)))
        assert ("Ada Example promised something by Tuesday 4 May" in page, "recipe" in page) == (True, False)
        ((promise_id,),) = await world.rows("select id from promise")
        assert (await desk.press(f"{path}/{promise_id}")).headers["location"].endswith(one(world))
        closed = await desk.press(f"{path}/{promise_id}", kept="yes")
        assert closed.headers["location"].endswith("said=promise_closed")
        late = await desk.press(f"{path}/{promise_id}", kept="no")
        assert late.headers["location"].endswith("said=answer_stands")
        assert "It was kept." in text_of(await desk.get(one(world)))
    assert await world.rows("select words, due_at::date::text, kept from promise") == [
        ("A secret recipe", "2027-05-04", True)
    ]


async def test_a_private_event_counts_and_tells_no_two_together(app: Litestar, world: World) -> None:
    await introduced(world)
    await set_private(world)
    async with signed_in(app, world.association_id, world.clock) as desk:
        pages = [text_of(await desk.get(f"/events/{world.event_id}/{part}")) for part in ("introductions", "feedback")]
        opened = await desk.get(one(world))
        acts = [
            await desk.press(f"{one(world)}/response", who=world.ada, answer="no"),
            await desk.press(f"{one(world)}/feedback", who=world.ada, met="yes"),
            await desk.press(f"{one(world)}/promises", who=world.ada, words="x"),
            await desk.press(f"/events/{world.event_id}/feedback"),
        ]
    assert [("private" in page, "Ada" in page, "Bob" in page) for page in pages] == [(True, False, False)] * 2
    assert [answer.status_code for answer in (opened, *acts)] == [403] * 5
    assert await world.state() == IntroductionState.INTRODUCED.value


async def test_a_helper_reads_introductions_and_records_nothing(app: Litestar, world: World) -> None:
    await introduced(world)
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        page = (await desk.get(one(world))).text
        listed = (await desk.get(home(world))).text
        assert (await desk.press(f"{one(world)}/response", who=world.ada, answer="no")).status_code == 403
        assert (await desk.get(f"/events/{world.event_id}/feedback")).status_code == 403
    assert re.findall(r'<form method="post" action="([^"]+)"', page) == []
    assert "/feedback" not in listed


async def test_another_events_introduction_is_not_there(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        other = (await factories.event(connection, name="Another")).id
    async with signed_in(app, world.association_id, world.clock) as desk:
        path = f"/events/{other}/introductions/{world.introduction_id}"
        assert (await desk.get(path)).status_code == 404
        assert (await desk.press(f"{path}/response", who=world.ada, answer="no")).status_code == 404
    assert await world.state() == "offered"


async def test_feedback_is_read_by_person_and_taken_away(
    app: Litestar, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_page, "ROWS", 1)
    cy = AttendeeId(await person(world, "Cy Third"))
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update introduction set state = 'met', introduced_at = $1, first_accepted_at = $1, "
                                 "second_accepted_at = $1, first_met = true, first_met_at = $1", AT)  # fmt: skip
        said = [
            factories.feedback(world.ada, world.bob, met=True, useful=5, reason="Dear <b>reader</b>"),
            factories.feedback(world.bob, cy, met=False),
        ]
        await feedback.put_all(connection, world.event_id, said, AT)
    path = f"/events/{world.event_id}/feedback"
    async with signed_in(app, world.association_id, world.clock) as desk:
        first = (await desk.get(path)).text
        (onward,) = re.findall(r'href="([^"]+after=[^"]+)"', first)
        second = (await desk.get(unescape(onward))).text
        reasons = ["Dear &lt;b&gt;reader" in page for page in (first, second)]
        assert sorted(reasons) == [False, True]
        assert "after=" not in second
        of_cy = text_of(await desk.get(f"{path}?person=cy"))
        assert ("Cy Third" in of_cy, "Ada Example" in of_cy) == (True, False)
        assert "Several people fit “example”" in text_of(await desk.get(f"{path}?person=example"))
        assert "Nobody here fits “Zed”" in text_of(await desk.get(f"{path}?person=Zed"))
        ((row_id,),) = await world.rows(f"select id from feedback where other_id = '{cy}'")
        assert (await desk.press(f"{path}/{row_id}/removal")).status_code == 303
    assert await world.rows("select useful from feedback") == [(5,)]


async def test_a_file_of_answers_goes_in_and_its_bad_rows_are_told(app: Litestar, world: World) -> None:
    path = f"/events/{world.event_id}/feedback"
    rows = b"attendee,other,met,useful\r\nada@example.org,bob@example.com,yes,4\r\nada@example.org,zed@example.org,yes,4\r\n"
    async with signed_in(app, world.association_id, world.clock) as desk:
        seal = Page((await desk.get("/account")).text).fields["form"]

        async def send(data: bytes) -> tuple[int, str]:
            files = {"file": ("said.csv", data, "text/csv")}
            answer = await desk.browser.post(path, data={"form": seal}, files=files, headers=PRESSED)
            return answer.status_code, text_of(answer)

        status, page = await send(rows)
        assert (status, "New: 1. Changed: 0. As before: 0. Left out: 1." in page, "Line 3:" in page) == (
            200,
            True,
            True,
        )
        assert "New: 0. Changed: 0. As before: 1." in (await send(rows))[1]
        assert [(await send(data))[0] for data in (b"", b"name\r\nAda\r\n")] == [422, 422]
    assert await world.rows("select met, useful from feedback") == [(True, 4)]


async def test_an_event_that_never_offered_anything_says_so(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        empty = (await factories.event(connection, name="Another")).id
        assert await privacies.put(connection, empty, Privacy.PRIVATE)
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert "Offered" in text_of(await desk.get(f"/events/{empty}/introductions"))
        async with tenant_transaction(world.pool, world.association_id) as connection:
            assert await privacies.put(connection, empty, Privacy.OPEN)
        assert "None yet." in text_of(await desk.get(f"/events/{empty}/introductions"))
        assert "Nothing yet." in text_of(await desk.get(f"/events/{empty}/feedback"))
