"""A long file is checked and taken in by a worker, and its page says how far that is, whoever looks and however often."""

import httpx
import pytest

from matchmaker.model.ids import AssociationId, EventId, HeldFileId
from matchmaker.services import bring_in
from matchmaker.store import held_files, jobs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.factories import AT
from tests.web.browser import Page
from tests.web.organiser import Desk
from tests.web.test_organiser_import import LIST, held, names, version

HTMX = {"HX-Request": "true"}
GOOD = LIST.replace("many", "4")


@pytest.fixture(autouse=True)
def every_file_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bring_in, "ROWS_AT_ONCE_MAX", 0)


async def work(pool: Pool, association_id: AssociationId, path: str, *, rows_max: int = 9) -> None:
    """What a worker does once it comes to it."""
    job = jobs.ImportJob(association_id=association_id, held_id=HeldFileId(path.rpartition("/")[2]))
    await bring_in.carry_out(pool, job, rows_max=rows_max, now=lambda: AT)


async def check(desk: Desk, path: str) -> httpx.Response:
    return await desk.press(f"{path}/columns", choice="check", version=await version(desk, path))


def place(answer: httpx.Response) -> str:
    return answer.headers["location"].partition("matchmaker.example.org")[2]


async def test_a_long_file_goes_from_the_columns_to_its_people_with_progress_between(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id, GOOD)
    assert place(await check(desk, path)) == f"{path}/progress"
    page = Page((await desk.get(f"{path}/progress")).text)
    assert "The rows are being checked" in page.text
    assert "It begins in a moment." in page.text
    assert place(await desk.get(f"{path}/columns")) == f"{path}/progress"
    await work(pool, association_id, path)
    assert place(await desk.get(f"{path}/progress")) == f"{path}/check"
    page = Page((await desk.get(f"{path}/check")).text)
    assert "New people 3" in page.text
    taken = await desk.press(f"{path}/taken", version=page.fields["version"])
    assert place(taken) == f"{path}/progress"
    assert "The rows are being imported" in Page((await desk.get(f"{path}/progress")).text).text
    await work(pool, association_id, path)
    done = await desk.get(f"{path}/progress")
    assert "The rows are imported." in Page((await desk.get(place(done))).text).text
    assert await names(pool, association_id, event_id) == ["Ada", "Bob", "Cy"]


async def test_the_part_that_htmx_asks_for_says_percent_and_then_leads_on(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id, GOOD)
    await check(desk, path)
    async with tenant_transaction(pool, association_id) as connection:
        begun = await held_files.begin(connection, HeldFileId(path.rpartition("/")[2]), AT)
        assert begun is not None
        assert await held_files.note_progress(connection, begun.id, 0.37)
    part = await desk.get(f"{path}/progress", **HTMX)
    assert "37 % are done" in part.text
    assert "<html" not in part.text
    home = await desk.get(f"/events/{event_id}/import")
    assert "at work, 37 %" in Page(home.text).text
    assert f'href="{path}/progress"' in home.text
    await work(pool, association_id, path)
    part = await desk.get(f"{path}/progress", **HTMX)
    assert (part.headers["hx-redirect"], "every 1s" in part.text) == (f"{path}/check", False)


async def test_what_is_called_off_leaves_the_file_as_it_was(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id, GOOD)
    await check(desk, path)
    called_off = await desk.press(f"{path}/progress/cancellation")
    assert place(called_off) == f"{path}/columns?said=import_called_off"
    assert "Called off." in Page((await desk.get(place(called_off))).text).text
    await work(pool, association_id, path)
    await check(desk, path)
    await work(pool, association_id, path)
    assert place(await desk.press(f"{path}/progress/cancellation")) == f"{path}/progress"
    assert place(await desk.get(f"{path}/progress")) == f"{path}/check"
    assert await names(pool, association_id, event_id) == []


async def test_what_a_second_person_presses_meanwhile_is_kept_for_them(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id, LIST)
    await check(desk, path)
    await work(pool, association_id, path)
    page = Page((await desk.get(f"{path}/check")).text)
    fields = {"version": page.fields["version"]}
    await desk.press(f"{path}/taken", **fields)
    for late in (
        await desk.press(f"{path}/taken", **fields),
        await desk.press(f"{path}/columns", choice="check", **fields),
        await desk.press(f"{path}/check", choice="take", **fields, **{"cell-2-2": "4"}),
    ):
        assert (late.status_code, "Somebody changed this" in Page(late.text).text) == (409, True)
    assert Page(late.text).fields["cell-2-2"] == "4"
    assert await names(pool, association_id, event_id) == []


async def test_mended_rows_are_taken_in_if_all_are_right_and_wait_if_not(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id, LIST)
    await check(desk, path)
    for typed, people in (("lots", []), ("4", ["Ada", "Bob", "Cy"])):
        await work(pool, association_id, path)
        page = Page((await desk.get(f"{path}/check")).text)
        mended = {"version": page.fields["version"], "cell-2-2": typed}
        assert place(await desk.press(f"{path}/check", choice="take", **mended)) == f"{path}/progress"
        await work(pool, association_id, path)
        assert await names(pool, association_id, event_id) == people


async def test_why_nothing_could_be_read_stands_on_the_page_of_the_columns(
    desk: Desk, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    path = await held(desk, event_id, GOOD)
    await check(desk, path)
    await work(pool, association_id, path, rows_max=1)
    ended = await desk.get(f"{path}/progress")
    assert place(ended) == f"{path}/columns"
    page = await desk.get(place(ended))
    assert (page.status_code, "more than 1 rows" in Page(page.text).text) == (200, True)
    await check(desk, path)
    await work(pool, association_id, path)
    assert place(await desk.get(f"{path}/progress")) == f"{path}/check"


async def test_a_file_that_is_no_more_and_was_never_taken_in_is_not_there(desk: Desk, event_id: EventId) -> None:
    path = await held(desk, event_id, GOOD)
    await check(desk, path)
    await desk.press(f"{path}/removal")
    assert (await desk.get(f"{path}/progress")).status_code == 404
