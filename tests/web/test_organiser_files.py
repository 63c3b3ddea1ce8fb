"""Files to take: each link of the page gives a file of its form, with the columns that were chosen, to whoever may have it."""

import io
import re
import zipfile

import pytest
from litestar import Litestar

from matchmaker.model.ids import AssociationId
from matchmaker.model.run import Format
from matchmaker.store import programmes
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.seating import Draft, draft
from tests.web.browser import Clock, Page
from tests.web.organiser import signed_in

BEGINS = {"xlsx": b"PK", "csv": b"", "json": b"[", "pdf": b"%PDF-", "ics": b"BEGIN:VCALENDAR"}


async def drafted(pool: Pool, association_id: AssociationId) -> Draft:
    async with tenant_transaction(pool, association_id) as connection:
        of = await draft(connection, name="Ada’s “day” / 2")
        await programmes.add_slots(connection, of.event_id, [factories.slot(1), factories.slot(2)])
    return of


def links(text: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="(/events/[^"]+/download[^"]*)"', text)]


async def test_every_link_of_the_page_gives_a_file_of_its_form(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        found = links((await desk.get(f"/events/{of.event_id}/files")).text)
        assert len(found) == 21
        for link in found:
            answer, form = await desk.get(link), link.rpartition("=")[2]
            assert (link, answer.status_code) == (link, 200)
            assert answer.content.startswith(BEGINS[form])
            assert f".{form}" in answer.headers["content-disposition"]
            assert "attachment" in answer.headers["content-disposition"]
            assert answer.headers["cache-control"] == "no-store"


async def test_chosen_columns_alone_are_in_a_file(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    start = f"/events/{of.event_id}/files/attendees"
    async with signed_in(app, association_id, clock) as desk:
        page = Page((await desk.get(start)).text)
        assert "organisation" in page.text
        answer = await desk.get(f"{start}/download?format=csv&column=name&column=organisation")
        wrong = await desk.get(f"{start}/download?format=csv&column=secret")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "name,organisation"
    assert sorted(lines[1:]) == ["Ada,", "Bob,", "Cy,", "Dee,", "Eve,Acme", "Flo,Acme"]
    assert wrong.status_code == 422


async def test_a_workbook_holds_no_formula(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id, "=HYPERLINK(1)")
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{event.id}/files/attendees/download?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets" in name)
        texts = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    assert b"<f>" not in sheets
    assert b"HYPERLINK(1)" in texts


async def test_what_needs_seats_says_so_where_there_are_none(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{event.id}/files")
        cards = await desk.get(f"/events/{event.id}/files/table_cards/download")
    assert "There is no run with a result yet" in Page(answer.text).text
    assert not any("table_cards" in link or "programme" in link for link in links(answer.text))
    assert "Say first when the rounds are." in Page(answer.text).text
    assert cards.status_code == 404


@pytest.mark.parametrize(
    "rest", ["nothing", "nothing/download", "attendees/download?format=pdf", "pairings/download?run=junk"]
)
async def test_what_is_no_file_is_not_there(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, rest: str
) -> None:
    of = await drafted(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.get(f"/events/{of.event_id}/files/{rest}")).status_code == 404


async def test_another_run_can_be_chosen(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await drafted(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        later = await factories.drafted_run(connection, of.event_id, at=clock.at, format=Format.INTRODUCTIONS)
    start = f"/events/{of.event_id}/files"
    async with signed_in(app, association_id, clock) as desk:
        newest, older = (await desk.get(start)).text, (await desk.get(f"{start}?run={of.run_id}")).text
    assert any(f"run={later.id}" in link for link in links(newest))
    assert not any("table_cards" in link for link in links(newest))
    assert any(f"table_cards/download?run={of.run_id}" in link for link in links(older))
