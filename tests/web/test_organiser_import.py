"""Attendees from a file, as an organiser brings them in: nothing is imported before they say so, and nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any

import httpx
from litestar import Litestar

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.mapping import Field, Rule
from matchmaker.store import attendees, events, held_files, mappings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.books import workbook
from tests.web.browser import Clock, Page
from tests.web.organiser import PRESSED, Desk, signed_in

LIST = (
    "name,email,quota,What I bring,Kind\r\n"
    "Ada,ada@example.org,3,engines,mentor\r\n"
    "Bob,bob@example.org,many,letters,mentee\r\n"
    "Cy,no address,2,ships,mentor\r\n"
)


async def an_event(pool: Pool, association_id: AssociationId) -> EventId:
    async with tenant_transaction(pool, association_id) as connection:
        return (await factories.event(connection, name="Spring day")).id


async def send(
    desk: Desk, event_id: EventId, data: bytes | str, name: str = "list.csv", **fields: str
) -> httpx.Response:
    """Sends a file as a browser does."""
    seal = Page((await desk.get("/account")).text).fields["form"]
    content = data.encode() if isinstance(data, str) else data
    return await desk.browser.post(
        f"/events/{event_id}/import",
        data={"form": seal, **fields},
        files={"file": (name, content, "application/octet-stream")},
        headers=PRESSED,
    )


async def held(desk: Desk, event_id: EventId, data: bytes | str = LIST, name: str = "list.csv") -> str:
    """The path of a file that is held now."""
    answer = await send(desk, event_id, data, name)
    assert answer.status_code == 303, Page(answer.text).text
    return answer.headers["location"].partition("matchmaker.example.org")[2].removesuffix("/columns")


async def version(desk: Desk, path: str) -> str:
    return Page((await desk.get(f"{path}/columns")).text).fields["version"]


async def checked(desk: Desk, path: str, **fields: str) -> Page:
    """The page of the rows as they were tried."""
    answer = await desk.press(f"{path}/columns", choice="check", version=await version(desk, path), **fields)
    assert answer.status_code == 303, Page(answer.text).text
    return Page((await desk.get(f"{path}/check")).text)


async def names(pool: Pool, association_id: AssociationId, event_id: EventId) -> list[str]:
    async with tenant_transaction(pool, association_id) as connection:
        return sorted(one.name for one in await attendees.find(connection, event_id, limit=100))


async def test_a_list_is_looked_at_mended_in_place_and_taken_in(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id)
    page = Page((await desk.get(f"{path}/columns")).text)
    assert "list.csv: 3 rows" in page.text
    assert "engines · letters · ships" in page.text
    page = await checked(desk, path)
    assert "New people 2 Changed 0 As before 0 Rows with mistakes 1 Remarks 1" in page.text
    assert "The quota 'many' is not a whole number" in page.text
    assert page.fields["cell-2-2"] == "many"
    assert await names(pool, association_id, event_id) == []
    answer = await desk.press(
        f"{path}/check", version=page.fields["version"], **{"cell-2-2": "4", "cell-2-0": "Robert"}
    )
    assert answer.status_code == 303
    page = Page((await desk.get(f"{path}/check")).text)
    assert "New people 3 Changed 0 As before 0 Rows with mistakes 0 Remarks 1" in page.text
    done = await desk.press(f"{path}/taken", version=page.fields["version"])
    page = Page((await desk.get(done.headers["location"])).text)
    assert "New people 3" in page.text
    assert "If it was the wrong file" in page.text
    assert (await desk.get(f"{path}/columns")).status_code == 404
    assert "list.csv" in Page((await desk.get(f"/events/{event_id}/import")).text).text
    assert await names(pool, association_id, event_id) == ["Ada", "Cy", "Robert"]


async def test_rows_with_mistakes_wait_when_the_others_are_in(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id)
    page = await checked(desk, path)
    failed = re.search(rf"/events/{event_id}/imports/[-0-9a-f]+/failed", (await desk.get(f"{path}/check")).text)
    assert failed is not None
    file = await desk.get(failed[0])
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.lstrip("\ufeff").splitlines()[0] == "name,email,quota,What I bring,Kind,error"
    assert "Bob" in file.text.splitlines()[1]
    done = await desk.press(f"{path}/taken", version=page.fields["version"])
    page = Page((await desk.get(done.headers["location"])).text)
    assert "Rows with mistakes were left out" in page.text
    page = await checked(desk, path)
    assert "Rows with mistakes 1" in page.text
    answer = await desk.press(f"{path}/check", version=page.fields["version"], **{"cell-1-2": "4"})
    page = Page((await desk.get(answer.headers["location"])).text)
    await desk.press(f"{path}/taken", version=page.fields["version"])
    assert await names(pool, association_id, event_id) == ["Ada", "Bob", "Cy"]


async def test_what_was_mended_is_imported_with_one_press_once_every_row_is_right(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    """Before that nothing is, and what was typed stays; then the run begins where the import ends."""
    path = await held(desk, event_id)
    page = await checked(desk, path)
    fields = {"version": page.fields["version"], "choice": "take"}
    answer = await desk.press(f"{path}/check", **fields, **{"cell-2-0": "Robert", "cell-2-2": "lots"})
    assert answer.headers["location"].endswith(f"{path}/check?said=still_wrong")
    page = Page((await desk.get(answer.headers["location"])).text)
    assert "nothing is imported yet" in page.text
    assert page.fields["cell-2-0"] == "Robert"
    assert await names(pool, association_id, event_id) == []
    fields["version"] = page.fields["version"]
    answer = await desk.press(f"{path}/check", **fields, **{"cell-2-2": "4"})
    page = Page((await desk.get(answer.headers["location"])).text)
    assert "New people 3" in page.text
    assert f'action="/events/{event_id}/runs"' in (await desk.get(answer.headers["location"])).text
    assert await names(pool, association_id, event_id) == ["Ada", "Cy", "Robert"]


async def test_a_row_is_left_out_for_good_and_the_numbers_stay_right(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    lines = LIST + "Dee,dee@example.org,lots,maps,mentee\r\n\r\n,,,,\r\nEve,eve@example.org,1,tea,mentor\r\n"
    path = await held(desk, event_id, lines)
    page = await checked(desk, path)
    assert {"cell-2-2", "cell-4-2"} <= page.fields.keys()
    fields = {"cell-4-2": "5", "without": "2"}
    await desk.press(f"{path}/check", version=page.fields["version"], **fields)
    page = Page((await desk.get(f"{path}/check")).text)
    assert "New people 4 Changed 0 As before 0 Rows with mistakes 0" in page.text
    await desk.press(f"{path}/taken", version=page.fields["version"])
    assert await names(pool, association_id, event_id) == ["Ada", "Cy", "Dee", "Eve"]


async def test_a_line_that_cannot_be_read_is_mended_from_what_stood_there(desk: Desk, event_id: EventId) -> None:
    path = await held(desk, event_id, 'name,email\r\nAda,ada@example.org\r\nBo"b,"bob"@example.org\r\n')
    page = await checked(desk, path)
    assert page.fields["cell-2-0"] == 'Bo"b,"bob"@example.org'
    mended = {"cell-2-0": "Bob", "cell-2-1": "bob@example.org"}
    await desk.press(f"{path}/check", version=page.fields["version"], **mended)
    page = Page((await desk.get(f"{path}/check")).text)
    assert "New people 2 Changed 0 As before 0 Rows with mistakes 0" in page.text


async def test_columns_are_chosen_and_one_means_two_things_by_another(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id)
    given = {"column-3": "", "column-4": "role"}
    await desk.press(f"{path}/columns", version=await version(desk, path), choice="save", **given)
    rule = {"source": "3", "field": "offers", "when": "4", "is": "Mentor, coach"}
    short = await desk.press(f"{path}/rules", version=await version(desk, path), **{**rule, "is": ""})
    assert (short.status_code, "please fill this in" in Page(short.text).text) == (422, True)
    await desk.press(f"{path}/rules", version=await version(desk, path), **rule)
    await desk.press(f"{path}/rules", version=await version(desk, path), **{**rule, "field": "seeks", "is": "mentee"})
    page = Page((await desk.get(f"{path}/columns")).text)
    assert "What I bring becomes what they offer where Kind says Mentor, coach" in page.text
    await checked(desk, path)
    await desk.press(f"{path}/taken", version=await version(desk, path))
    async with tenant_transaction(pool, association_id) as connection:
        found = {one.name: one for one in await attendees.find(connection, event_id, limit=10)}
    assert (found["Ada"].offers, found["Ada"].seeks, found["Ada"].role) == (["engines"], [], "mentor")


async def test_a_rule_is_taken_away_again(desk: Desk, event_id: EventId) -> None:
    path = await held(desk, event_id)
    before = (await desk.get(f"{path}/columns")).text.count("/removal")
    rule = {"source": "3", "field": "offers", "when": "4", "is": "mentor"}
    await desk.press(f"{path}/rules", version=await version(desk, path), **rule)
    numbers = re.findall(r"/rules/(\d+)/removal", (await desk.get(f"{path}/columns")).text)
    assert len(numbers) == before + 1
    await desk.press(f"{path}/rules/{numbers[-1]}/removal", version=await version(desk, path))
    page = await desk.get(f"{path}/columns")
    assert (page.text.count("/removal"), "where Kind says mentor" in page.text) == (before, False)


async def test_choices_are_kept_under_a_name_and_used_for_the_next_file(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id)
    await desk.press(f"{path}/columns", version=await version(desk, path), choice="save", **{"column-3": "seeks"})
    assert (await desk.press(f"{path}/mapping/kept", name=" ")).status_code == 422
    assert (await desk.press(f"{path}/mapping/kept", name="Ours")).status_code == 303
    again = await desk.press(f"{path}/mapping/kept", name="Ours")
    assert (again.status_code, "take another name" in Page(again.text).text) == (422, True)
    assert (await desk.press(f"{path}/mapping/kept", name="Ours", instead="yes")).status_code == 303
    async with tenant_transaction(pool, association_id) as connection:
        (kept,) = await mappings.find(connection, limit=10)
    assert Rule(field=Field.SEEKS, column="What I bring") in kept.rules
    answer = await send(desk, event_id, LIST, mapping=kept.id)
    other = answer.headers["location"].partition("matchmaker.example.org")[2].removesuffix("/columns")
    text = (await desk.get(f"{other}/columns")).text
    assert '<option value="seeks" selected>' in text
    await desk.press(f"{other}/columns", version=await version(desk, other), choice="save", **{"column-3": ""})
    await desk.press(f"{other}/mapping", version=await version(desk, other), mapping=kept.id)
    assert '<option value="seeks" selected>' in (await desk.get(f"{other}/columns")).text


async def test_a_workbook_of_a_known_tool_is_recognised(desk: Desk, event_id: EventId) -> None:
    rows: list[list[Any]] = [
        ["Order code", "Position ID", "Attendee name", "Attendee email", "Company"],
        ["A1", 1, "Ada", "ada@example.org", "Acme"],
    ]
    path = await held(desk, event_id, workbook(rows), "tickets.xlsx")
    assert "This looks like an export of Pretix" in Page((await desk.get(f"{path}/columns")).text).text
    assert "New people 1" in (await checked(desk, path)).text


async def test_pasted_rows_do_and_nothing_and_nonsense_do_not(desk: Desk, event_id: EventId) -> None:
    path = f"/events/{event_id}/import"
    pasted = await desk.press(path, pasted="name\temail\r\nAda\tada@example.org\r\n")
    assert "pasted rows: one row" in Page((await desk.get(pasted.headers["location"])).text).text
    nothing = await desk.press(path)
    assert (nothing.status_code, "choose a file, or paste rows" in Page(nothing.text).text) == (422, True)
    broken = await send(desk, event_id, b"PK\x03\x04 and no more")
    assert (broken.status_code, "This file cannot be read" in Page(broken.text).text) == (422, True)
    path = await held(desk, event_id, "colour,shape\r\nred,round\r\n")
    assert "Nobody can be made of these rows yet" in Page((await desk.get(f"{path}/columns")).text).text
    refused = await desk.press(f"{path}/columns", choice="check", version=await version(desk, path))
    assert (refused.status_code, "None of the columns is known" in Page(refused.text).text) == (422, True)


async def test_of_two_who_change_one_file_the_later_loses_nothing(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id)
    page = await checked(desk, path)
    old = page.fields["version"]
    await desk.press(f"{path}/check", version=old, **{"cell-2-2": "4"})
    late = await desk.press(f"{path}/check", version=old, **{"cell-2-2": "5"})
    assert (late.status_code, Page(late.text).fields["cell-2-2"]) == (409, "5")
    assert (await desk.press(f"{path}/taken", version=old)).status_code == 409
    assert (await desk.press(f"{path}/columns", version=old, **{"column-3": "seeks"})).status_code == 409
    assert (await desk.press(f"{path}/mapping", version=old, mapping="")).status_code == 422
    assert await names(pool, association_id, event_id) == []


async def test_a_file_is_held_for_a_day_and_thrown_away_at_a_press(
    desk: Desk, pool: Pool, association_id: AssociationId, clock: Clock, event_id: EventId
) -> None:
    path = await held(desk, event_id)
    assert "Go on with list.csv (3 rows)" in Page((await desk.get(f"/events/{event_id}/import")).text).text
    await desk.press(f"{path}/removal")
    assert (await desk.get(f"{path}/columns")).status_code == 404
    await held(desk, event_id)
    async with tenant_transaction(pool, association_id) as connection:
        day = clock.at + timedelta(days=1)
        assert len(await held_files.find(connection, event_id, day - timedelta(seconds=1), limit=9)) == 1
        assert await held_files.find(connection, event_id, day, limit=9) == []
        assert await held_files.remove_before(connection, day) == 1


async def test_another_associations_file_is_not_there(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    from tests.conftest import new_association

    other_id = await new_association(pool)
    theirs, ours = await an_event(pool, other_id), await an_event(pool, association_id)
    async with signed_in(app, other_id, clock) as desk:
        path = await held(desk, theirs)
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.get(f"{path}/columns")).status_code == 404
        assert (await desk.get(f"{path.replace(theirs, ours)}/columns")).status_code == 404


async def test_every_step_is_there_in_german(desk: Desk, event_id: EventId) -> None:
    desk.browser.headers["Accept-Language"] = "de"
    path = await held(desk, event_id)
    page = await checked(desk, path)
    assert "das ist keine ganze Zahl von 0 bis 50" in page.text
    done = await desk.press(f"{path}/taken", version=page.fields["version"])
    assert "Einige Zeilen sind übrig" in Page((await desk.get(done.headers["location"])).text).text


async def test_many_columns_come_some_at_a_time_and_the_others_stay(desk: Desk, event_id: EventId) -> None:
    header = ",".join(["name", *(f"question {number}" for number in range(100))])
    path = await held(desk, event_id, f"{header}\r\n{','.join(['Ada'] * 101)}\r\n")
    first = await desk.get(f"{path}/columns")
    assert len(first.content) < 200_000
    assert "column-39" in first.text
    assert "column-40" not in first.text
    later = await desk.get(f"{path}/columns?from=80")
    assert "column-100" in later.text
    await desk.press(f"{path}/columns", version=await version(desk, path), **{"column-100": "seeks"})
    assert "New people 1" in (await checked(desk, path)).text


async def test_mentors_are_brought_to_mentees_alone_by_one_press(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    lines = "Name,Kind,Topics\r\nAda,Mentor,mills\r\nBob,mentee,mills\r\n"
    path = await held(desk, event_id, lines)
    page = await checked(desk, path)
    done = (await desk.press(f"{path}/taken", version=page.fields["version"])).headers["location"]
    assert "Bring mentors to mentees only" in Page((await desk.get(done)).text).text
    await desk.press(f"/events/{event_id}/import/sides")
    assert "Bring mentors to mentees only" not in Page((await desk.get(done)).text).text
    async with tenant_transaction(pool, association_id) as connection:
        event = await events.get(connection, event_id)
    assert event is not None
    assert [(rule.sender, rule.receiver, rule.allowed) for rule in event.policy.group_rules] == [
        ("Mentor", "Mentor", False), ("mentee", "mentee", False),
    ]  # fmt: skip
