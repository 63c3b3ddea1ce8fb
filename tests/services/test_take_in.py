"""An import keeps the good rows, names the others, and changes nothing when it comes again."""

from typing import Any

import pytest
from msgspec import structs

from matchmaker.errors import NotFound
from matchmaker.intake.table import RowError, Table
from matchmaker.model.attendee import AttendeeReply, MeetingPlace
from matchmaker.model.attendee_import import ImportOutcome
from matchmaker.model.ids import EventId
from matchmaker.model.introduction import Standing, standing
from matchmaker.model.wish import Strength
from matchmaker.services import enrol
from matchmaker.services.take_in import failed_cells, take_in
from matchmaker.store import acquaintances, attendees, exclusions, introductions, wishes
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER, attendee_input, import_row, table
from tests.services.introduced import letters, offered

FULL = import_row(
    "Ada Example",
    email="Ada@Example.org",
    external_id="a-1",
    organisation="Analytical Engines",
    role="Engineer",
    seniority="senior",
    sector="engines",
    region="London",
    languages=["en", "fr"],
    interests=["weaving"],
    seeks=["investors, and\nsomeone who builds"],
    offers=["programmes"],
    quota=0,
    least=2,
    minutes=45,
    challenge="Finding a second foundry",
    available=[1, 3],
    needs_accessible=True,
    groups=["members"],
    opted_in=False,
    listed=False,
    matched=False,
    introduced=False,
    measured=False,
    may_hold_back=True,
    quiet=True,
    meets_at=[MeetingPlace.WALK],
    extra={"shirt": "M"},
)


async def taken(
    connection: Connection, event_id: EventId, *rows: Any, dry_run: bool = False, at: Any = AT
) -> ImportOutcome:
    return await take_in(connection, event_id, table(*rows), dry_run=dry_run, at=at)


def counts(outcome: ImportOutcome) -> tuple[int, int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged, outcome.failed


def codes(outcome: ImportOutcome) -> list[tuple[int, str]]:
    return [(error.line, error.code) for error in outcome.errors]


async def everyone(connection: Connection, event_id: EventId) -> dict[str, AttendeeReply]:
    return {one.name: one for one in await attendees.find(connection, event_id, limit=100)}


async def test_a_row_goes_in_whole(connection: Connection, event_id: EventId) -> None:
    outcome = await taken(connection, event_id, FULL)
    ada = (await everyone(connection, event_id))["Ada Example"]
    assert counts(outcome) == (1, 0, 0, 0)
    for field in set(FULL.__struct_fields__) - {"knows", "avoids", "must_meet", "would_like", "rather_not"}:
        assert getattr(ada, field) == getattr(FULL, field), field


async def test_what_attendees_choose_stays_where_a_row_does_not_name_it(
    connection: Connection, event_id: EventId
) -> None:
    await taken(connection, event_id, FULL)
    again = await taken(connection, event_id, import_row("Ada Example", external_id="a-1", quiet=False), at=LATER)
    ada = (await everyone(connection, event_id))["Ada Example"]
    assert counts(again) == (0, 1, 0, 0)
    assert (ada.listed, ada.matched, ada.introduced, ada.measured) == (False, False, False, False)
    assert (ada.may_hold_back, ada.quiet, ada.meets_at) == (True, False, [MeetingPlace.WALK])


async def test_a_file_takes_away_what_someone_chose_themselves_and_gives_nothing(
    connection: Connection, event_id: EventId
) -> None:
    purposes = ("opted_in", "listed", "matched", "introduced", "measured", "may_hold_back")
    for name, chosen in (("Off", False), ("On", True)):
        made = await factories.attendee(connection, event_id, name, external_id=name)
        given = attendee_input(name, external_id=name, quiet=chosen, meets_at=[], **dict.fromkeys(purposes, chosen))
        assert await enrol.update(connection, event_id, made.id, given, version=1, chosen=True, at=AT)
    for said in (None, True, False):
        row = {**dict.fromkeys(purposes, said), "quiet": said, "meets_at": [MeetingPlace.CALL]}
        await taken(connection, event_id, *(import_row(name, external_id=name, **row) for name in ("Off", "On")))
        found = await everyone(connection, event_id)
        for name, stands in (("Off", False), ("On", said is not False)):
            assert {getattr(found[name], purpose) for purpose in purposes} == {stands}
            assert (found[name].quiet, found[name].meets_at) == (name == "On", [])


async def test_a_row_lets_nobody_in_again_who_stepped_out(connection: Connection, event_id: EventId) -> None:
    made = await factories.attendee(connection, event_id, "Ada", email="ada@example.org", opted_in=False)
    await taken(connection, event_id, import_row("Ada", email="ada@example.org", role="Chair"))
    after = await attendees.get(connection, event_id, made.id)
    assert after is not None
    assert (after.role, after.opted_in) == ("Chair", False)


async def test_whom_a_file_takes_out_has_no_open_introduction_any_more(
    connection: Connection, event_id: EventId
) -> None:
    one = await offered(connection, event_id)
    ada = (await everyone(connection, event_id))["Ada"]
    rows = [import_row("Ada", introduced=False)]
    await taken(connection, event_id, *rows, dry_run=True)
    assert await letters(connection) == ["offered", "offered"]
    await taken(connection, event_id, *rows)
    after = await introductions.get(connection, one.id)
    assert after is not None
    other = one.second_id if ada.id == one.first_id else one.first_id
    assert standing(after, other, AT) is Standing.OPEN
    assert standing(after, ada.id, AT) is Standing.DECLINED
    assert await letters(connection) == []


async def test_the_same_rows_again_change_nothing(connection: Connection, event_id: EventId) -> None:
    rows = [
        FULL,
        import_row("Bob", external_id="b-1", knows=["a-1"], avoids=["org:analytical engines"]),
        import_row("Cy", email="cy@example.org", avoids=["Bob"]),
        import_row("Dee", organisation="Works"),
        import_row("Dee", organisation="Other works"),
    ]
    first = await taken(connection, event_id, *rows)
    before = await everyone(connection, event_id)
    again = await taken(connection, event_id, *reversed(rows), at=LATER)
    assert counts(first) == (5, 0, 0, 0)
    assert (first.acquaintances, first.exclusions) == (1, 2)
    assert counts(again) == (0, 0, 5, 0)
    assert (again.acquaintances, again.exclusions) == (0, 0)
    assert await everyone(connection, event_id) == before


async def test_an_address_in_another_case_changes_nothing(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL)
    again = await taken(connection, event_id, structs.replace(FULL, email="ADA@example.org"), at=LATER)
    assert counts(again) == (0, 0, 1, 0)
    ada = (await everyone(connection, event_id))["Ada Example"]
    assert (ada.email, ada.version) == ("Ada@Example.org", 1)


async def test_what_is_kept_beside_is_a_change_where_it_differs_and_not_where_it_comes_in_another_order(
    connection: Connection, event_id: EventId
) -> None:
    """It is kept with the attendee and given back, so that to count it as before would be untrue."""
    row = structs.replace(FULL, extra={"shirt": "M", "paid": "yes"})
    await taken(connection, event_id, row)
    assert counts(await taken(connection, event_id, structs.replace(row, extra={"paid": "yes", "shirt": "M"}))) == (
        0,
        0,
        1,
        0,
    )
    assert counts(await taken(connection, event_id, structs.replace(row, extra={"shirt": "L", "paid": "yes"}))) == (
        0,
        1,
        0,
        0,
    )
    assert (await everyone(connection, event_id))["Ada Example"].extra == {"shirt": "L", "paid": "yes"}


async def test_a_dry_run_tells_the_same_and_leaves_nothing(connection: Connection, event_id: EventId) -> None:
    rows = [FULL, import_row("Bob", external_id="b-1", knows=["a-1"]), import_row("Bob", external_id="b-1")]
    tried = await taken(connection, event_id, *rows, dry_run=True)
    assert await attendees.count(connection, event_id) == 0
    assert await taken(connection, event_id, *rows) == tried
    assert counts(tried) == (2, 0, 0, 1)


async def test_a_changed_row_is_counted_and_gets_a_version(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL, import_row("Bob", external_id="b-1"))
    changed = structs.replace(FULL, seeks=["a buyer"])
    outcome = await taken(connection, event_id, changed, import_row("Bob", external_id="b-1"), at=LATER)
    ada = (await everyone(connection, event_id))["Ada Example"]
    assert counts(outcome) == (0, 1, 1, 0)
    assert (ada.seeks, ada.version, ada.updated_at, ada.created_at) == (["a buyer"], 2, LATER, AT)


async def test_a_new_name_alone_is_a_change(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL)
    outcome = await taken(connection, event_id, structs.replace(FULL, name="Ada King"), at=LATER)
    assert counts(outcome) == (0, 1, 0, 0)
    assert (await everyone(connection, event_id))["Ada King"].version == 2


async def test_an_external_id_goes_before_the_email(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL)
    outcome = await taken(connection, event_id, import_row("Ada", external_id="a-1", email="new@example.org"))
    assert counts(outcome) == (0, 1, 0, 0)
    assert (await everyone(connection, event_id))["Ada"].email == "new@example.org"


async def test_an_email_names_who_has_it_whatever_its_case(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, import_row("Ada", email="ada@example.org"))
    outcome = await taken(connection, event_id, import_row("Ada", email="ADA@example.org", external_id="a-1"))
    assert counts(outcome) == (0, 1, 0, 0)
    assert (await everyone(connection, event_id))["Ada"].external_id == "a-1"


async def test_a_row_without_an_email_leaves_the_one_there(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL)
    outcome = await taken(connection, event_id, structs.replace(FULL, email=None))
    assert counts(outcome) == (0, 0, 1, 0)
    assert (await everyone(connection, event_id))["Ada Example"].email == "Ada@Example.org"


async def test_an_email_of_another_attendee_is_refused(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL, import_row("Bob", external_id="b-1"))
    outcome = await taken(
        connection,
        event_id,
        import_row("Bob", external_id="b-1", email="ada@example.org"),
        import_row("New", external_id="n-1", email="ADA@example.org"),
        import_row("Good", external_id="g-1"),
    )
    assert codes(outcome) == [(2, "email_taken"), (3, "email_taken")]
    assert counts(outcome) == (1, 0, 0, 2)
    assert "Ada Example (external id a-1)" in outcome.errors[0].message


async def test_of_rows_that_claim_the_same_the_first_is_kept(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL)
    outcome = await taken(
        connection,
        event_id,
        import_row("Bob", external_id="b-1"),
        import_row("Rob", external_id="b-1"),
        import_row("Cy", email="cy@example.org"),
        import_row("Si", email="CY@example.org"),
        import_row("Dee", organisation="Works"),
        import_row("dee ", organisation="works"),
        import_row("Ada", external_id="a-1"),
        import_row("Ada", email="ada@example.org"),
    )
    assert codes(outcome) == [(3, "external_id_twice"), (5, "email_twice"), (7, "name_twice"), (9, "place_twice")]
    assert counts(outcome) == (3, 1, 0, 4)
    assert set(await everyone(connection, event_id)) == {"Ada", "Bob", "Cy", "Dee"}


async def test_a_person_is_known_across_events(connection: Connection, event_id: EventId) -> None:
    later = (await factories.event(connection, name="Next year")).id
    await taken(connection, event_id, FULL)
    await taken(connection, later, import_row("Ada King", email="ada@example.org"))
    before, after = (await everyone(connection, event_id))["Ada King"], (await everyone(connection, later))["Ada King"]
    assert before.person_id == after.person_id
    assert before.version == 2


async def test_an_attendee_becomes_the_person_of_an_earlier_event(connection: Connection, event_id: EventId) -> None:
    earlier = (await factories.event(connection, name="Last year")).id
    await taken(connection, earlier, import_row("Ada", email="ada@example.org"))
    await taken(connection, event_id, import_row("Ada", external_id="a-1"))
    await taken(connection, event_id, import_row("Ada", external_id="a-1", email="ada@example.org"))
    assert (await everyone(connection, event_id))["Ada"].person_id == (await everyone(connection, earlier))[
        "Ada"
    ].person_id
    assert await connection.fetchval("select count(*) from person") == 1


async def test_a_name_borne_by_two_bars_both(connection: Connection, event_id: EventId) -> None:
    await taken(
        connection,
        event_id,
        import_row("Ada", external_id="a-1", avoids=["bob"], knows=["cy@example.org", "b-2", "Nobody", "Ada"]),
        import_row("Bob", external_id="b-1"),
        import_row("BOB", external_id="b-2"),
        import_row("Cy", email="Cy@example.org", avoids=["a-1"]),
    )
    found = await exclusions.find(connection, event_id, limit=10)
    known = await acquaintances.find(connection, event_id, limit=10)
    assert len(found) == 3
    assert len(known) == 2


async def test_wishes_are_resolved_directed_and_counted_where_new_or_changed(
    connection: Connection, event_id: EventId
) -> None:
    rows = [
        import_row("Ada", external_id="a", must_meet=["bob@example.org", "Nobody"], rather_not=["org:Works"]),
        import_row("Bob", external_id="b", email="Bob@example.org", would_like=["a", "Bob"]),
        import_row("Cy", external_id="c", organisation="works"),
    ]
    first = await taken(connection, event_id, *rows)
    again = await taken(connection, event_id, *rows)
    milder = structs.replace(rows[0], must_meet=[], would_like=["b"])
    later = await taken(connection, event_id, milder)
    ids = {one.id: name for name, one in (await everyone(connection, event_id)).items()}
    found = await wishes.find(connection, event_id, limit=10)
    assert {(ids[one.attendee_id], ids[one.other_id], one.strength) for one in found} == {
        ("Ada", "Bob", Strength.WOULD_LIKE),
        ("Ada", "Cy", Strength.RATHER_NOT),
        ("Bob", "Ada", Strength.WOULD_LIKE),
    }
    assert (first.wishes, again.wishes, later.wishes) == (3, 0, 1)
    assert first.notes == {"must_meet_unresolved": 1}
    assert counts(again) == (0, 0, 3, 0)


async def test_unresolved_entries_are_counted(connection: Connection, event_id: EventId) -> None:
    outcome = await taken(
        connection, event_id, import_row("Ada", external_id="a", knows=["x", "y"], avoids=["org:Nowhere"])
    )
    assert outcome.notes == {"avoids_unresolved": 1, "knows_unresolved": 2}


async def test_an_entry_may_name_who_is_there_already(connection: Connection, event_id: EventId) -> None:
    await taken(connection, event_id, FULL)
    outcome = await taken(
        connection, event_id, import_row("Bob", external_id="b", avoids=["org:Analytical  engines", "a-1"])
    )
    found = await exclusions.find(connection, event_id, limit=10)
    assert outcome.exclusions == 2
    assert {one.organisation for one in found} == {None, "Analytical Engines"}


async def test_what_reading_found_is_told_with_the_rest(connection: Connection, event_id: EventId) -> None:
    error = RowError(row=2, line=3, column="quota", code="quota_invalid", message="No.")
    kept = RowError(row=1, line=2, column="email", code="email_malformed", message="No.", kept=True)
    good = table(import_row("Ada", external_id="a"), import_row("Ada", external_id="a"))
    rows = [good.rows[0], structs.replace(good.rows[1], row=3, line=4, cells=["third"])]
    read = Table(rows=rows, errors=[error, kept], notes={"cells_cleaned": 1}, header=["name"], failed=[(2, ["second"])])
    outcome = await take_in(connection, event_id, read, dry_run=False, at=AT)
    assert counts(outcome) == (1, 0, 0, 2)
    assert codes(outcome) == [(2, "email_malformed"), (3, "quota_invalid"), (4, "external_id_twice")]
    assert outcome.notes == {"cells_cleaned": 1}
    assert failed_cells(outcome, read) == [(2, ["second"]), (3, ["third"])]


async def test_an_import_into_no_event_is_refused(connection: Connection) -> None:
    with pytest.raises(NotFound):
        await taken(connection, EventId(factories.association_id()), FULL)


async def test_an_attendee_made_singly_is_found_by_an_import(connection: Connection, event_id: EventId) -> None:
    made = await enrol.create(connection, event_id, attendee_input("Ada", email="ada@example.org"), AT)
    outcome = await taken(connection, event_id, import_row("Ada", email="ada@example.org"))
    assert counts(outcome) == (0, 0, 1, 0)
    assert list(await everyone(connection, event_id)) == [made.name]


async def test_rows_beyond_one_statement_are_taken_in(connection: Connection, event_id: EventId) -> None:
    rows = [
        import_row(
            f"Person {n}", external_id=f"p-{n}", email=f"p{n}@example.org", seeks=["help"], knows=[f"p-{n // 2}"]
        )
        for n in range(2_100)
    ]
    first = await taken(connection, event_id, *rows)
    again = await taken(connection, event_id, *rows)
    assert counts(first) == (2_100, 0, 0, 0)
    assert counts(again) == (0, 0, 2_100, 0)
