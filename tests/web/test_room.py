"""The room before: found, read, changed, kept apart, paused, removed, admitted, reminded, and written to."""

import re
import time
from html import unescape

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker.model.attendee import AttendeeInput, MeetingPlace
from matchmaker.model.completeness import Lack
from matchmaker.model.door import Door
from matchmaker.model.group import Route
from matchmaker.model.ids import AttendeeId
from matchmaker.model.organiser import Role
from matchmaker.model.privacy import Privacy
from matchmaker.services import join
from matchmaker.store import attendees, doors, groups, privacies
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.forms import Form
from matchmaker.web.organiser.note import note_of
from tests import factories
from tests.factories import AT, LATER
from tests.web.browser import Page
from tests.web.organiser import signed_in
from tests.web.world import World


def text_of(response: httpx.Response) -> str:
    return Page(response.text).text


async def person(world: World, name: str, **fields: object) -> str:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        return (await factories.attendee(connection, world.event_id, name, **fields)).id


async def waiting(world: World, name: str = "Wim Example") -> str:
    """Somebody who signed up, confirmed their address, and waits."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await doors.put(connection, world.event_id, Door.WAITING_LIST)
        given = factories.attendee_input(name, email="wim@example.org", seeks=["A choir"])
        await join.sign_up(connection, world.event_id, given, AT)
        (found,) = await doors.find(connection, world.event_id, limit=2)
        await join.verify(connection, world.event_id, found.attendee_id, AT)
    return found.attendee_id


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada Example", "Bob O’Example", "Cy Lacking"]),
        ("q=ADA", ["Ada Example"]),
        ("q=sons", ["Bob O’Example"]),
        ("q=mentor+bookkeeping", ["Ada Example", "Bob O’Example"]),
        ("q=mentor+chair", ["Ada Example"]),
        ("q=100%25", []),
        ("which=lacks_offers", ["Cy Lacking"]),
        ("which=unreachable", ["Cy Lacking"]),
        ("which=paused", []),
        ("which=nonsense&after=nonsense", ["Ada Example", "Bob O’Example", "Cy Lacking"]),
    ],
)
async def test_people_are_found_by_words_and_by_what_there_is_to_see_to(
    app: Litestar, world: World, query: str, names: list[str]
) -> None:
    await person(world, "Cy Lacking", seeks=["A choir"])
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = await desk.get(f"/events/{world.event_id}/room?{query}")
    assert [name for name in ("Ada Example", "Bob O’Example", "Cy Lacking") if name in page.text] == names


async def test_while_one_types_the_list_alone_is_sent(app: Litestar, world: World) -> None:
    async with signed_in(app, world.association_id, world.clock) as desk:
        part = await desk.get(f"/events/{world.event_id}/room?q=ada", **{"HX-Request": "true", "HX-Target": "people"})
    assert "Ada Example" in part.text
    assert "<html" not in part.text


async def test_pages_go_on_by_name_and_miss_nobody(app: Litestar, world: World) -> None:
    for number in range(60):
        await person(world, f"P {number:03}")
    async with signed_in(app, world.association_id, world.clock) as desk:
        first = await desk.get(f"/events/{world.event_id}/room")
        (onward,) = re.findall(r'href="([^"]+after=[^"]+)"', first.text)
        second = await desk.get(unescape(onward))
    assert [f"P {number:03}" in first.text for number in (0, 47, 48)] == [True, True, False]
    assert [f"P {number:03}" in second.text for number in (47, 48, 59)] == [False, True, True]


@pytest.mark.full
async def test_five_thousand_are_searched_in_a_tenth_of_a_second(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute(
            """
            with made as (insert into person (created_at)
                          select $2 from generate_series(1, 5000) returning id),
                 named as (insert into contact (person_id, name)
                           select id, 'Person ' || left(id::text, 8) from made returning person_id)
            insert into attendee (event_id, person_id, seeks, offers, interests, groups, languages, needs_accessible, opted_in,
                                  extra, created_at, updated_at)
            select $1, person_id, array['help with taxes'], array['bread'], '{}', '{}', '{}', false, true, '{}', $2, $2
              from named
            """,
            world.event_id,
            AT,
        )
    async with signed_in(app, world.association_id, world.clock) as desk:
        path = f"/events/{world.event_id}/room?q=bookkeeping+ada"
        await desk.get(path, **{"HX-Request": "true", "HX-Target": "people"})
        took = []
        for _ in range(5):
            began = time.perf_counter()
            page = await desk.get(path, **{"HX-Request": "true", "HX-Target": "people"})
            took.append(time.perf_counter() - began)
    assert "Ada Example" in page.text
    assert min(took) < 0.1


async def test_an_attendee_is_shown_with_how_introductions_stand_and_never_who_said_no(
    app: Litestar, world: World
) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute(
            "update introduction set state = 'declined', second_declined_at = $1, first_accepted_at = $1", AT
        )
    async with signed_in(app, world.association_id, world.clock) as desk:
        pages = [
            (await desk.get(f"/events/{world.event_id}/room/attendees/{one}")).text for one in (world.ada, world.bob)
        ]
    rows = [page[page.index("Introductions of") :].partition("</table>")[0] for page in pages]
    assert ["did not come about" in one for one in rows] == [True, True]
    told = [row.replace("Ada Example", "?").replace("Bob O’Example", "?") for row in rows]
    assert told[0].replace(world.bob, "") == told[1].replace(world.ada, "")
    assert "Bookkeeping &lt;b&gt;for&lt;/b&gt; clubs" in pages[0]


async def test_a_private_event_names_nobody_with_another(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        assert await privacies.put(connection, world.event_id, Privacy.PRIVATE)
        await connection.execute(
            "update message set state = 'failed', claim = 1, reason = 'refused', ended_at = $1", AT
        )
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = text_of(await desk.get(f"/events/{world.event_id}/room/attendees/{world.ada}"))
        live = text_of(await desk.get(f"/events/{world.event_id}/live"))
    assert "This event is private" in page
    assert "Bob" not in page
    assert ("Ada" in live, "Bob" in live) == (False, False)


async def test_a_change_is_saved_and_what_they_chose_stays(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set quiet = true, opted_in = false where id = $1", world.ada)
    path = f"/events/{world.event_id}/room/attendees/{world.ada}/details"
    async with signed_in(app, world.association_id, world.clock) as desk:
        fields = Page((await desk.get(path)).text).fields
        sent = {name: fields[name] for name in ("name", "email", "version")}
        done = await desk.press(path, **{**sent, "role": "Bishop", "seeks": "A choir\nAn organ", "quota": "3"})
        assert done.status_code == 303
    found = await world.rows(
        f"select role, seeks, offers, quota, quiet, opted_in from attendee where id = '{world.ada}'"
    )
    assert found == [("Bishop", ["A choir", "An organ"], [], 3, True, False)]


THEIRS = "the attendee's own choice, made on their page"
NOT_ON_THE_FORM = {
    "external_id": "an import knows them again by it",
    "extra": "what an import brought along and nothing reads",
    **dict.fromkeys(
        ("opted_in", "matched", "introduced", "listed", "measured", "may_hold_back", "quiet", "meets_at"), THEIRS
    ),
}


async def test_every_field_of_an_attendee_is_on_the_form_or_left_out_for_a_reason(app: Litestar, world: World) -> None:
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = (await desk.get(f"/events/{world.event_id}/room/attendees/{world.ada}/details")).text
    on_the_form = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page)) - {"form", "version", "shown"}
    assert on_the_form.isdisjoint(NOT_ON_THE_FORM)
    assert on_the_form | NOT_ON_THE_FORM.keys() == set(AttendeeInput.__struct_fields__)


async def test_what_is_sent_as_it_was_shown_loses_nothing(app: Litestar, world: World) -> None:
    """Every field holds something else than it does by itself, also what the form does not show: rounds past the programme,
    a language that is not offered, a text of two lines."""
    given = factories.attendee_input(
        "Full Example", email="full@example.org", external_id="F-1", organisation="Acme", role="Chair",
        seniority="senior", sector="law", region="north", languages=["fi", "pt", "en"], interests=["maps"],
        seeks=["a choir\nof two lines"], offers=["tea"], quota=4, least=2, minutes=90, challenge="To grow\nslowly",
        available=[2, 3, 31], needs_accessible=True, groups=["Board"], opted_in=False, listed=False, matched=False,
        introduced=False, measured=False, may_hold_back=True, quiet=True, meets_at=[MeetingPlace.WALK],
        extra={"diet": "none"},
    )  # fmt: skip
    plain = factories.attendee_input("Ada")
    assert [field for field in plain.__struct_fields__ if getattr(given, field) == getattr(plain, field)] == []
    one = await person(world, **{"name": given.name, **{f: getattr(given, f) for f in given.__struct_fields__[1:]}})
    path = f"/events/{world.event_id}/room/attendees/{one}"
    async with tenant_transaction(world.pool, world.association_id) as connection:
        before = await attendees.get(connection, world.event_id, AttendeeId(one))
    async with signed_in(app, world.association_id, world.clock) as desk:
        fields = form_of((await desk.get(f"{path}/details")).text)
        assert (await desk.press(f"{path}/details", seal=fields.pop("form")[0], **fields)).status_code == 303
    async with tenant_transaction(world.pool, world.association_id) as connection:
        after = await attendees.get(connection, world.event_id, AttendeeId(one))
    assert before is not None
    assert after is not None
    assert after.version == before.version + 1
    assert after == structs.replace(before, version=after.version, updated_at=after.updated_at)


def form_of(page: str) -> dict[str, list[str]]:
    """The form on a page as a browser would send it untouched."""
    fields: dict[str, list[str]] = {}
    form = page[page.index("/details") : page.rindex("</form>")]
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given["type"] != "checkbox" or tag.rstrip(">").endswith(" checked") or " checked " in tag:
            fields.setdefault(given["name"], []).append(unescape(given.get("value", "")))
    for name, text in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        fields[name] = [unescape(text).replace("\n", "\r\n")]
    return fields


@pytest.mark.parametrize(
    ("before", "ticked", "after"),
    [
        (None, ["1", "2", "3", "4", "5", "6"], None), (None, ["1", "2"], [1, 2]), ([2, 9], ["2", "3", "9"], [2, 3, 9]),
        ([2], ["1", "2", "3", "4", "5", "6"], None), ([2], [], []), ([], [], []),
    ],
)  # fmt: skip
async def test_rounds_are_ticked_as_they_come(
    app: Litestar, world: World, before: list[int] | None, ticked: list[str], after: list[int] | None
) -> None:
    one = await person(world, "Cy", available=before)
    path = f"/events/{world.event_id}/room/attendees/{one}/details"
    async with signed_in(app, world.association_id, world.clock) as desk:
        fields = form_of((await desk.get(path)).text)
        await desk.press(path, seal=fields.pop("form")[0], **{**fields, "available": ticked})
    assert await world.rows(f"select available from attendee where id = '{one}'") == [(after,)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minutes": "soon"}, "a number of minutes"),
        ({"groups": "\n".join(f"Group {number}" for number in range(51))}, "at most fifty groups"),
        ({"name": ""}, "please fill this in"),
        ({"email": "nonsense"}, "does not look like an e-mail address"),
        ({"email": "bob@example.com"}, "somebody else at this event has this address"),
        ({"quota": "many"}, "a number from 0 to 50"),
    ],
)
async def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(
    app: Litestar, world: World, fields: dict[str, str], words: str
) -> None:
    path = f"/events/{world.event_id}/room/attendees/{world.ada}/details"
    async with signed_in(app, world.association_id, world.clock) as desk:
        given = {"name": "Ada E", "email": "ada@example.org", "version": "1", "seeks": "Kept words", **fields}
        answer = await desk.press(path, **given)
    assert (answer.status_code, words in answer.text, "Kept words" in answer.text) == (422, True, True)
    assert await world.rows(f"select version from attendee where id = '{world.ada}'") == [(1,)]


async def test_who_was_changed_meanwhile_is_shown_beside_what_was_sent(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set role = 'Theirs', version = 2 where id = $1", world.ada)
    path = f"/events/{world.event_id}/room/attendees/{world.ada}/details"
    async with signed_in(app, world.association_id, world.clock) as desk:
        answer = await desk.press(path, name="Ada Example", email="ada@example.org", role="Mine", version="1")
    assert answer.status_code == 409
    assert ("Mine" in answer.text, "Theirs" in answer.text) == (True, True)


async def test_a_pause_begins_and_ends(app: Litestar, world: World) -> None:
    path = f"/events/{world.event_id}/room/attendees/{world.ada}/pause"
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert (await desk.press(path, choice="pause")).status_code == 422
        assert (await desk.press(path, choice="pause", scope="programme")).status_code == 303
        room = await desk.get(f"/events/{world.event_id}/room?which=paused")
        assert ("Ada Example" in room.text, "Bob" in room.text) == (True, False)
        assert (await desk.press(path, choice="come_back")).status_code == 303
    assert await world.rows("select scope, ended_at is not null from pause") == [("programme", True)]


@pytest.mark.parametrize(("choice", "left"), [("event", 1), ("everywhere", 0)])
async def test_nobody_is_removed_without_a_question(app: Litestar, world: World, choice: str, left: int) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        other = (await factories.event(connection, name="Another")).id
        await factories.attendee(connection, other, "Ada Example", email="ada@example.org")
    path = f"/events/{world.event_id}/room/attendees/{world.ada}/removal"
    async with signed_in(app, world.association_id, world.clock) as desk:
        asked = await desk.get(path)
        assert "cannot be taken back" in asked.text
        version = Page(asked.text).fields["version"]
        assert (await desk.press(path, version=version)).status_code == 422
        assert (await desk.press(path, version="9", choice=choice)).status_code == 409
        assert (await desk.press(path, version=version, choice=choice)).status_code == 303
    found = await world.rows(
        "select count(*) from attendee join contact using (association_id, person_id) where email_key = 'ada@example.org'"
    )
    assert found == [(left,)]


async def test_who_waits_is_admitted_once(app: Litestar, world: World) -> None:
    wim = await waiting(world)
    path = f"/events/{world.event_id}/room/waiting"
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert "Wim Example" in (await desk.get(path)).text
        first = await desk.press(f"{path}/{wim}/admission")
        again = await desk.press(f"{path}/{wim}/admission")
        assert [one.headers["location"].partition("said=")[2] for one in (first, again)] == ["admitted", "not_waiting"]
        assert "Nobody waits." in (await desk.get(path)).text
    assert await world.rows(f"select opted_in from attendee where id = '{wim}'") == [(True,)]
    assert await world.rows(f"select count(*) from message where attendee_id = '{wim}' and letter = 'invited'") == [
        (1,)
    ]


async def test_who_is_refused_is_removed_after_a_question_and_who_was_admitted_is_not(
    app: Litestar, world: World
) -> None:
    wim = await waiting(world)
    path = f"/events/{world.event_id}/room/waiting"
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert "wim@example.org" in (await desk.get(f"{path}/{wim}/refusal")).text
        refused = await desk.press(f"{path}/{wim}/refusal")
        assert refused.headers["location"].endswith("said=refused")
        assert (await desk.press(f"{path}/{wim}/refusal")).status_code == 404
        assert (await desk.press(f"{path}/{world.ada}/refusal")).status_code == 404
    assert await world.rows("select count(*) from attendee") == [(2,)]


async def test_the_reminder_is_counted_before_and_sent_once(app: Litestar, world: World) -> None:
    await person(world, "Cy Lacking", email="cy@example.org", seeks=["A choir"])
    path = f"/events/{world.event_id}/room"
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = text_of(await desk.get(f"{path}/unsaid"))
        assert "Send the reminder (1)" in page
        assert ("Cy Lacking" in page, "Ada" in page) == (True, False)
        await desk.press(f"{path}/reminders", lacks="either")
        await desk.press(f"{path}/reminders", lacks="either")
        assert "Send the reminder" not in text_of(await desk.get(f"{path}/unsaid"))
        assert "All have said it." in text_of(await desk.get(f"{path}/unsaid?lacks=both"))
    assert await world.rows("select count(*) from message where letter = 'say_more'") == [(1,)]


async def test_what_nobody_answers_says_whom_to_invite(app: Litestar, world: World) -> None:
    await person(world, "Cy Lacking", seeks=["Somebody who restores violins"])
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("""update event set policy = policy || '{"model": "tfidf"}'""")
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = await desk.get(f"/events/{world.event_id}/room/coverage/map")
    assert "Whom to invite" in page.text
    assert "<svg" in page.text
    assert "Somebody who restores violins" in Page(page.text).text


async def test_an_ask_without_an_answer_says_where_it_goes(app: Litestar, world: World) -> None:
    path = f"/events/{world.event_id}/room/asks"
    async with tenant_transaction(world.pool, world.association_id) as connection:
        run = await factories.drafted_run(connection, world.event_id, at=LATER)
        asks = [
            factories.ask(
                world.ada, seek="A clinic", route=Route.CLINIC, expert_id=world.bob, offer="Bread", value=9.0
            ),
            factories.ask(world.bob, seek="A queue"),
        ]
        await groups.add_asks(connection, run.id, asks)
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = text_of(await desk.get(path))
    assert [word in page for word in ("Clinic table", "Your queue", "A clinic", "Bread")] == [True] * 4


async def test_a_note_is_looked_at_counted_and_sent_once(app: Litestar, world: World) -> None:
    path = f"/events/{world.event_id}/room"
    words = {"heading": "Doors open at nine", "text": "Come in.\n\nMind <the> step.", "organisation": "example & sons"}
    async with signed_in(app, world.association_id, world.clock) as desk:
        look = await desk.press(f"{path}/note", **words)
        assert (look.status_code, "Send (1)" in look.text) == (200, True)
        assert "Mind &lt;the&gt; step." in look.text
        assert await world.rows("select count(*) from note") == [(0,)]
        assert (await desk.press(f"{path}/letters", **words)).status_code == 303
        assert (await desk.press(f"{path}/letters", **words)).status_code == 303
        assert await world.rows("select heading, paragraphs, letters from note") == [
            ("Doors open at nine", ["Come in.", "Mind <the> step."], 1)
        ]
        world.clock.go(minutes=11)
        await desk.press(f"{path}/letters", **words)
    assert await world.rows("select count(*) from note") == [(2,)]


def test_a_note_says_what_is_wrong_with_it() -> None:
    def codes(**fields: str) -> list[tuple[str, str]]:
        return [(one.pointer, one.code) for one in note_of(Form({name: [text] for name, text in fields.items()}))[1]]

    assert codes() == [("/heading", "empty"), ("/text", "empty")]
    assert codes(heading="x" * 121, text="a") == [("/heading", "heading_long")]
    assert codes(heading="a", text="x" * 601) == [("/text", "paragraphs_long")]
    assert codes(heading="a", text="a\n\n" * 21) == [("/text", "paragraphs_long")]
    note, _ = note_of(Form({"heading": ["a"], "text": ["one\r\ntwo"], "lacks": ["both"], "group": ["G"]}))
    assert note is not None
    assert (note.paragraphs, note.segment.lacks, note.segment.group) == (["one two"], Lack.BOTH, "G")


async def test_a_helper_reads_the_room_and_changes_nothing(app: Litestar, world: World) -> None:
    home = f"/events/{world.event_id}/room"
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        room = text_of(await desk.get(home))
        page = text_of(await desk.get(f"{home}/attendees/{world.ada}"))
        unsaid = text_of(await desk.get(f"{home}/unsaid"))
        assert (await desk.get(f"{home}/note")).status_code == 403
        assert (await desk.press(f"{home}/attendees/{world.ada}/removal", choice="event")).status_code == 403
    assert ("Write to some" in room, "Remove or erase" in page, "Send the reminder" in unsaid) == (False,) * 3


async def test_nobody_reaches_into_another_event(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        other = (await factories.event(connection, name="Another")).id
    home = f"/events/{other}/room/attendees/{world.ada}"
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert (await desk.get(home)).status_code == 404
        for path in ("details", "exclusions", "pause", "removal"):
            assert (await desk.press(f"{home}/{path}", choice="event", name="x")).status_code == 404
    assert await world.rows("select count(*) from attendee") == [(2,)]
