"""Whatever people call themselves, an organiser's page shows it as a text, and nothing of it does anything (S17, S18)."""

import csv
import io

import pytest
from litestar import Litestar

from matchmaker.model.ids import AssociationId
from matchmaker.model.programme import TableInput
from matchmaker.services import carry
from matchmaker.store import pairings, programmes
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.file_kinds import KINDS
from tests import factories
from tests.factories import LATER
from tests.web.browser import Clock, Page
from tests.web.organiser import Desk, signed_in
from tests.web.routes import filled, handlers

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)><a href=javascript:alert(3)>z</a>"
TEMPLATE = "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} [x](https://evil.example) {% raw %}"
REVERSED = "\u202egnp.exe\u2066 \u200f"
HEAPED = "Z" + "\u0301\u0316" * 90
LONG = "W" * 200
FORMULA = '=HYPERLINK("https://evil.example";"x")'
NAMES = (MARKUP, TEMPLATE, REVERSED, HEAPED, LONG, FORMULA)
# What is calculated by a process of its own is shown by the same macros.
CALCULATED = {"show_coverage_map", "show_fairness", "show_network", "show_release"}


async def a_foul_event(pool: Pool, association_id: AssociationId, name: str) -> dict[str, list[str]]:
    """All that can be called something is called so; the ids of it."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name=name)
        await connection.execute("update association set name = $1", name)
        words = {
            "organisation": name,
            "role": name,
            "seeks": [name],
            "offers": [name],
            "interests": [name],
            "groups": [name],
        }
        people = [
            (await factories.attendee(connection, event.id, name, external_id=f"{number}", **words)).id
            for number in range(4)
        ]
        one, other = sorted(people[:2])
        run = await factories.drafted_run(connection, event.id, at=LATER)
        await pairings.add_all(connection, run.id, [factories.pairing(one, other)])
        table = TableInput(number=1, name=name, place=name, seats=4)
        await programmes.add_tables(connection, event.id, [table])
    return {"event_id": [event.id], "attendee_id": [one], "run_id": [run.id], "key": list(KINDS)}


@pytest.mark.parametrize("name", NAMES, ids=["markup", "template", "reversed", "heaped", "long", "formula"])
async def test_a_name_is_a_text_on_every_page(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, name: str
) -> None:
    """`look_over` finds what is open, runs, loads from elsewhere, or stands there twice; here it is that the name is whole."""
    values = await a_foul_event(pool, association_id, name)
    shown = 0
    async with signed_in(app, association_id, clock) as desk:
        for handler in handlers("GET"):
            if handler.handler_name in CALCULATED:
                continue
            for path in filled(handler, values):
                answer = await opened(desk, path)
                if name in Page(answer).text:
                    shown += 1
                assert "<img src=x" not in answer, path
                assert "<script>alert" not in answer, path
                assert "<a href=javascript" not in answer, path
                assert not (name == TEMPLATE and "49" in Page(answer).text), path
    assert shown > 5


async def opened(desk: Desk, path: str) -> str:
    """What stands at an address, if it is a page: a part of one, as htmx asks for it, where it is no whole one."""
    if path.endswith("/download"):
        return ""
    part = path.endswith(("/progress", "/countdown", "/people"))
    answer = await desk.get(path, **({"HX-Request": "true"} if part else {}))
    return answer.text if answer.headers["content-type"].startswith("text/html") else ""


async def test_no_file_runs_what_people_wrote(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    values = await a_foul_event(pool, association_id, FORMULA)
    (event_id,) = values["event_id"]
    async with signed_in(app, association_id, clock) as desk:
        for key in ("attendees", "pairings"):
            answer = await desk.get(f"/events/{event_id}/files/{key}/download?format=csv&run={values['run_id'][0]}")
            cells = [cell for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for cell in row]
            assert f"'{FORMULA}" in cells
            assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize(
    "name", [*NAMES, 'a"; filename="x.exe', "a\r\nSet-Cookie: organiser=x", "a/../../b", "中文 ü", "\ud800"]
)
def test_the_name_of_a_file_is_one_word_of_one_header(name: str) -> None:
    header = carry.disposition(f"attendees {name.encode('utf-8', 'replace').decode()}.csv")
    header.encode("latin-1")
    assert header.startswith('attachment; filename="attendees ')
    assert (header.count('"'), "\r" in header, "\n" in header, "/" in header, "\\" in header) == (
        2,
        False,
        False,
        False,
        False,
    )
    assert header.count(";") == 1 + ("filename*" in header)
