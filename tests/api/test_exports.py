"""Exports over HTTP: whoever asks gets the form asked for, whole, under a name, and nobody gets what is not theirs."""

import csv
import io
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from matchmaker.intake import csv as intake
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.privacy import Privacy
from matchmaker.model.run import Format
from matchmaker.services import collect
from matchmaker.services.carry import disposition
from matchmaker.store import groups, pairings, privacies
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.api.world import seed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUNDS = [{"number": n, "starts_at": f"2027-05-20T0{n}:00:00Z", "ends_at": f"2027-05-20T0{n}:20:00Z"} for n in (7, 8)]
SLOTS = [{**slot, "number": number} for number, slot in enumerate(ROUNDS, 1)]


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
async def seated(pool: Pool, association_id: AssociationId) -> str:
    """The address of a run that seats two in a round."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Tag der Ämter", time_zone="Europe/Berlin")
        first, second = await factories.two_attendees(connection, event.id)
        run = await factories.drafted_run(connection, event.id, format=Format.ROUNDS)
        await pairings.add_all(connection, run.id, [factories.pairing(first, second, round=1, table=3)])
        tables = [factories.group([first, second], round=2)]
        await groups.add_all(connection, run.id, tables)
        await groups.add_members(connection, run.id, tables)
    return f"/v1/events/{event.id}/runs/{run.id}/exports"


def cells(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


async def test_attendees_are_exported_in_each_form_with_the_columns_asked_for(client: httpx.AsyncClient) -> None:
    event = (await client.post("/v1/events", json={"name": "Day"})).json()
    address = f"/v1/events/{event['id']}"
    said = {"name": "=Ada", "seeks": ["maps", "+tea"], "available": [1, 2], "extra": {"badge": "@home"}, "quiet": True}
    await client.post(f"{address}/attendees", json=said)
    asked = f"{address}/exports/attendees?columns=name, seeks,quiet,available,badge,email"
    (as_json,) = (await client.get(asked)).json()["items"]
    assert as_json == {
        "name": "=Ada", "seeks": ["maps", "+tea"], "quiet": True, "available": "1,2", "badge": "@home", "email": None,
    }  # fmt: skip
    as_csv = await client.get(f"{asked}&format=csv")
    flat = ["'=Ada", "maps|+tea", "yes", "1,2", "'@home", ""]
    assert cells(as_csv)[1] == flat
    as_xlsx = await client.get(asked, headers={"Accept": XLSX})
    assert as_xlsx.headers["content-type"] == XLSX
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx.content))
    assert book.get_sheet_by_index(0).to_python()[1] == flat


async def test_an_export_read_back_is_the_same_people(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    exported = await client.get(f"/v1/events/{ids['event_id']}/exports/attendees?format=csv")
    table = intake.read(exported.content, mapping={}, rows_max=100)
    listed = (await client.get(f"/v1/events/{ids['event_id']}/attendees")).json()["items"]
    assert table.errors == []
    assert [row.attendee.name for row in table.rows] == [one["name"] for one in listed]
    assert [row.attendee.seeks for row in table.rows] == [one["seeks"] for one in listed]


async def test_a_column_that_is_not_there_is_named(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    answer = await client.get(f"/v1/events/{event['id']}/exports/attendees?columns=name,secret")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, "?columns", "unknown-column")


@pytest.mark.parametrize(
    ("accept", "form", "given"),
    [
        ("*/*", None, "application/json"),
        ("application/pdf", None, "application/pdf"),
        ("text/csv;q=0.9, application/json;q=0.5", None, "text/csv"),
        (f"text/html, {XLSX};q=0.3", None, XLSX),
        ("text/*", None, "text/csv"),
        ("application/json;q=0, */*;q=0.1", None, "text/csv"),
        ("text/csv", "xlsx", XLSX),
        ("application/json", "pdf", "application/pdf"),
    ],
)
async def test_the_form_is_as_the_parameter_says_else_as_accept_says(
    client: httpx.AsyncClient, seated: str, accept: str, form: str | None, given: str
) -> None:
    query = f"?format={form}" if form else ""
    answer = await client.get(f"{seated}/agenda{query}", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, given)
    assert (answer.headers["vary"], answer.headers["x-content-type-options"]) == ("Accept", "nosniff")
    assert ("content-disposition" in answer.headers) == (given != "application/json")


async def test_what_is_not_made_is_not_acceptable(client: httpx.AsyncClient, seated: str) -> None:
    answer = await client.get(f"{seated}/table-cards", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["detail"]) == (406, "This gives application/pdf.")
    assert (await client.get(f"{seated}/agenda?format=ics")).status_code == 400


@pytest.mark.parametrize("what", ["agenda?format=pdf", "table-cards", "table-sheets?paper=us-letter&language=de"])
async def test_a_run_is_printed(client: httpx.AsyncClient, seated: str, what: str) -> None:
    answer = await client.get(f"{seated}/{what}")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert answer.headers["content-disposition"].endswith("%20Tag%20der%20%C3%84mter.pdf")


async def test_badges_are_printed_for_all(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    answer = await client.get(f"/v1/events/{ids['event_id']}/exports/badges?sheet=letter-2x3")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert (await client.get(f"/v1/events/{ids['event_id']}/exports/badges?sheet=a5")).status_code == 400


@pytest.mark.parametrize("private", [False, True])
async def test_the_boards_page_counts_as_the_funnel_does(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, ids: dict[str, str], private: bool
) -> None:
    event_id = EventId(ids["event_id"])
    async with tenant_transaction(pool, association_id) as connection:
        if private:
            await privacies.put(connection, event_id, Privacy.PRIVATE)
        report = await collect.board(connection, event_id, "de")
    funnel = (await client.get(f"/v1/events/{event_id}/funnel")).json()
    assert [figure.value for figure in report.figures] == ["3", *(str(funnel[name]) for name in list(funnel)[:6])]
    assert (len(report.notes), funnel["offered"]) == (int(private), 0 if private else 1)
    page = await client.get(f"/v1/events/{event_id}/exports/report?language=de")
    assert (page.status_code, page.content[:5]) == (200, b"%PDF-")


async def test_pairings_and_seats_are_rows_with_names(client: httpx.AsyncClient, seated: str) -> None:
    (pairing,) = (await client.get(f"{seated}/pairings?columns=rank,first_name,round,table")).json()["items"]
    assert (pairing["rank"], pairing["round"], pairing["table"]) == (1, 1, 3)
    seats = cells(await client.get(f"{seated}/seats?format=csv"))
    assert [row[:2] for row in seats[1:]] == [["2", "1"], ["2", "1"]]


async def test_the_programme_is_told_by_the_clock_of_the_event_and_as_a_calendar(
    client: httpx.AsyncClient, seated: str
) -> None:
    address = seated.partition("/runs/")[0]
    event = await client.get(address)
    put = await client.put(f"{address}/programme", json={"slots": SLOTS}, headers={"If-Match": event.headers["etag"]})
    assert put.status_code == 200
    (first, _) = (await client.get(f"{address}/exports/programme")).json()["items"]
    assert first == {
        "round": 1, "starts_at": "2027-05-20 09:00+02:00", "ends_at": "2027-05-20 09:20+02:00", "minutes": 20,
    }  # fmt: skip
    calendar = Calendar.from_ical((await client.get(f"{address}/exports/programme?format=ics")).text)
    entries = list(calendar.walk("VEVENT"))
    assert [str(entry["summary"]) for entry in entries] == ["Tag der Ämter: 1", "Tag der Ämter: 2"]
    assert str(entries[0]["uid"]).startswith(f"{address.rpartition('/')[2]}-1@")
    assert {str(entry["sequence"]) for entry in entries} == {"2"}


@pytest.mark.parametrize("what", ["pairings", "seats", "agenda", "table-cards", "table-sheets"])
async def test_whoever_may_not_read_attendees_gets_no_names(
    connect: Any, make_key: Any, ids: dict[str, str], what: str
) -> None:
    async with connect(await make_key(without=Scope.ATTENDEES_READ)) as lesser:
        answer = await lesser.get(f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/exports/{what}")
    assert answer.status_code == 403


async def test_others_find_nothing(stranger: httpx.AsyncClient, ids: dict[str, str]) -> None:
    for what in ("exports/attendees", "exports/programme", "exports/badges", f"runs/{ids['run_id']}/exports/agenda"):
        assert (await stranger.get(f"/v1/events/{ids['event_id']}/{what}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.csv", 'attachment; filename="a b.csv"'),
        ('a"b;c.csv', "attachment; filename=\"a-b-c.csv\"; filename*=UTF-8''a%22b%3Bc.csv"),
        ("Ämter/1.pdf", "attachment; filename=\"-mter-1.pdf\"; filename*=UTF-8''%C3%84mter-1.pdf"),
        ("a\r\nX: y.pdf", "attachment; filename=\"a--X- y.pdf\"; filename*=UTF-8''a%0D%0AX%3A%20y.pdf"),
    ],
)
def test_a_name_is_safe_in_a_header_and_kept_beside(name: str, header: str) -> None:
    assert disposition(name) == header
