"""A table is matched without a database; whatever order its rows come in, the result is the same."""

import itertools
from typing import Any

import pytest
from msgspec import structs

from matchmaker.export.json import proposal_json
from matchmaker.intake import csv
from matchmaker.intake.table import Row, Table
from matchmaker.model import snapshot as snapshots
from matchmaker.model.attendee import ImportRow
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Policy
from matchmaker.model.programme import Slot
from matchmaker.model.programme import Table as MeetingTable
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.wish import Strength, Wish
from matchmaker.services.match_file import FileMatch, match_file
from tests.worlds import PLAIN


def matched(*rows: ImportRow, policy: Policy = PLAIN, **fields: Any) -> FileMatch:
    table = Table(
        rows=[Row(row=number, line=number + 1, attendee=row) for number, row in enumerate(rows, 1)],
        errors=[], notes={"texts_cut": 2}, header=[], failed=[],
    )  # fmt: skip
    return match_file(table, policy, seed=1, memory={}, progress=lambda stage, share: None, **fields)


def read_by_the_core(found: FileMatch, snapshot: Snapshot) -> bool:
    """Whether just this was the input."""
    return found.proposal.report.input_hash == snapshots.input_hash(snapshots.encode(snapshot))


def alike(name: str, **fields: object) -> ImportRow:
    return structs.replace(ImportRow(name=name, seeks=["quartz"], offers=["quartz"]), **fields)


def pairs(found: FileMatch) -> set[tuple[str, str]]:
    who = found.who
    return {(who[p.first][0].name, who[p.second][0].name) for p in found.proposal.pairings}


def ids(found: FileMatch) -> dict[str, str]:
    return {contact.name: one for one, (contact, _) in found.who.items()}


def test_people_are_known_by_their_id_else_their_e_mail_else_their_words() -> None:
    found = matched(
        alike("Ada", external_id="7", email="ada@example.org"), alike("Bob", email="bob@example.org"), alike("Cyd")
    )
    assert ids(found)["Ada"] == "7"
    assert ids(found)["Bob"] == "bob@example.org"
    assert ids(found)["Cyd"].startswith("row-")
    assert found.who[found.proposal.pairings[0].first][1].profile.seeks == ["quartz"]


def test_row_order_changes_nothing() -> None:
    rows = [
        alike("Ada", external_id="7", avoids=["Cyd"]),
        alike("Bob", knows=["7"]),
        alike("Cyd"),
        alike("Dot", email="d@x.org"),
    ]
    results = {proposal_json(matched(*order).proposal) for order in itertools.permutations(rows)}
    assert len(results) == 1


def test_an_external_id_that_reads_like_anothers_e_mail_does_not_swallow_them() -> None:
    for rows in itertools.permutations(
        [alike("Ada", external_id="bob@example.org"), alike("Bob", email="bob@example.org")]
    ):
        found = matched(*rows)
        assert pairs(found) == {("Ada", "Bob")}
        assert ids(found)["Ada"] == "bob@example.org"


def test_a_row_repeated_to_the_letter_is_one_person_and_counted() -> None:
    found = matched(alike("Ada"), alike("Ada"), alike("Bob"))
    assert len(found.who) == 2
    assert found.proposal.report.notes == {"rows_repeated": 1, "texts_cut": 2}


def test_who_is_avoided_is_never_met_and_who_is_known_is_worth_less() -> None:
    found = matched(alike("Ada", avoids=["Bob", "nobody"], knows=["Cyd", "x", "y"]), alike("Bob"), alike("Cyd"))
    assert pairs(found) == {p for p in pairs(found) if set(p) != {"Ada", "Bob"}}
    assert sorted(pairing.mutual_value for pairing in found.proposal.pairings) == [50, 100]
    assert found.proposal.report.notes == {"avoids_unresolved": 1, "knows_unresolved": 2, "texts_cut": 2}


def test_an_organisation_avoided_bars_its_people() -> None:
    found = matched(alike("Ada", avoids=["org:acme"]), alike("Bob", organisation="Acme"), alike("Cyd"))
    assert {frozenset(pair) for pair in pairs(found)} == {frozenset(("Ada", "Cyd")), frozenset(("Bob", "Cyd"))}


def test_a_name_borne_by_two_bars_both() -> None:
    found = matched(alike("Ada", avoids=["Sam"]), alike("Sam", external_id="1"), alike("sam", external_id="2"))
    assert {frozenset(pair) for pair in pairs(found)} == {frozenset(("Sam", "sam"))}


def test_who_has_not_opted_in_is_not_matched_whoever_names_them() -> None:
    out = alike("Out", opted_in=False, avoids=["Bob", "org:Acme"], knows=["Bob"])
    found = matched(out, alike("Ada", avoids=["Out"], knows=["Out"], organisation="Acme"), alike("Bob"))
    assert {frozenset(pair) for pair in pairs(found)} == {frozenset(("Ada", "Bob"))}
    assert len(found.who) == 2


@pytest.mark.parametrize("rows", [[], [alike("Ada")]])
def test_too_few_to_match_is_an_answer(rows: list[ImportRow]) -> None:
    assert matched(*rows).proposal.pairings == []


def test_every_field_of_a_row_reaches_the_attendee_but_who_they_are() -> None:
    row = alike(
        "Ada", external_id="7", role="r", seniority="s", sector="t", region="u", languages=["en"], groups=["g"], quota=2,
        least=1, minutes=45, challenge="c", available=[1, 3], needs_accessible=True,
    )  # fmt: skip
    (_, attendee) = next(iter(matched(row).who.values()))
    assert (attendee.role, attendee.seniority, attendee.sector, attendee.region) == ("r", "s", "t", "u")
    assert (attendee.languages, attendee.groups, attendee.quota) == (["en"], ["g"], 2)
    assert (attendee.least, attendee.minutes, attendee.challenge) == (1, 45, "c")
    assert (attendee.available, attendee.needs_accessible) == ([1, 3], True)


def test_who_wants_no_match_is_in_no_format_and_who_wants_no_introduction_in_rounds_alone() -> None:
    rows = [alike("Ada"), alike("Bob", introduced=False, quiet=True), alike("Cyd", matched=False)]
    assert set(ids(matched(*rows))) == {"Ada"}
    found = matched(*rows, format=Format.ROUNDS)
    assert {contact.name: attendee.quiet for contact, attendee in found.who.values()} == {"Ada": False, "Bob": True}


def test_wishes_reach_the_core_directed_and_those_about_who_is_not_coming_do_not() -> None:
    found = matched(
        alike("Ada", external_id="1", must_meet=["Bob", "Out"], would_like=["nobody"], rather_not=["3"]),
        alike("Bob", external_id="2", would_like=["Ada"]),
        alike("Cyd", external_id="3"),
        alike("Out", external_id="4", opted_in=False, must_meet=["Ada"]),
    )
    wishes = [("1", "2", Strength.MUST_MEET), ("1", "3", Strength.RATHER_NOT), ("2", "1", Strength.WOULD_LIKE)]
    expected = Snapshot(
        attendees=[attendee for _, attendee in found.who.values()],
        wishes=[
            Wish(attendee_id=AttendeeId(one), other_id=AttendeeId(other), strength=strength)
            for one, other, strength in wishes
        ],
    )
    assert read_by_the_core(found, expected)
    assert not read_by_the_core(found, structs.replace(expected, wishes=[]))
    assert found.proposal.report.notes == {"texts_cut": 2, "would_like_unresolved": 1}


def test_the_programme_reaches_the_core() -> None:
    slots, tables = [Slot(number=2), Slot(number=1)], [MeetingTable(number=1, seats=4)]
    found = matched(alike("Ada"), alike("Bob"), slots=slots, tables=tables)
    people = [attendee for _, attendee in found.who.values()]
    assert read_by_the_core(found, Snapshot(attendees=people, slots=slots, tables=tables))


@pytest.mark.parametrize("format", Format)
def test_every_format_is_an_answer_that_says_which_it_is(format: Format) -> None:
    people = [alike(name) for name in ("Ada", "Bob", "Cyd", "Dot", "Eve", "Fay")]
    assert matched(*people, format=format).proposal.report.format is format


def test_a_csv_file_goes_the_whole_way() -> None:
    table = csv.read(b"id,name,seeks,offers\n1,Ada,quartz,fjord\n2,Bob,fjord,quartz\n", rows_max=10)
    found = match_file(table, PLAIN, seed=1, memory={}, progress=lambda stage, share: None)
    assert pairs(found) == {("Ada", "Bob")}
