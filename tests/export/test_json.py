"""JSON for machines: what was always there comes first, and what a format adds only where there is some."""

import json
from typing import Any

import pytest
from msgspec import json as msgspec_json
from msgspec import structs

from matchmaker.export.json import by_attendee_json, proposal_json
from matchmaker.model.run import Format, Proposal
from tests.export.people import (
    ADA_BOB,
    ADA_CYD,
    AT_TABLES,
    BEYOND_PAIRS,
    DOT_UNMATCHED,
    IN_ROUNDS,
    IN_SETS,
    SLOTS,
    TABLES,
    WHO,
    proposal,
)

PROPOSAL = proposal(Format.INTRODUCTIONS, pairings=[ADA_BOB, ADA_CYD], unmatched=[DOT_UNMATCHED])


def test_a_proposal_has_the_keys_promised_in_a_fixed_order() -> None:
    data = proposal_json(PROPOSAL)
    whole = json.loads(data)
    assert list(whole) == ["pairings", "unmatched", "report"]
    assert list(whole["pairings"][0]) == [
        "rank", "first", "second", "mutual_value", "value_to_first", "value_to_second", "reasons",
        "round", "table", "pinned", "told", "exploration", "shared", "sides",
    ]  # fmt: skip
    assert whole["pairings"][0]["reasons"][0] == {
        "to": "a", "seek": "maps", "offer": "old maps", "share": 0.7, "seek_from": "interests", "offer_from": "offers",
        "evidence": [],
    }  # fmt: skip
    assert whole["unmatched"] == [{"id": "d", "code": "nothing_said", "reason": "They have said nothing yet."}]
    assert whole["report"]["upper_bound"] is None
    assert data.startswith(b'{\n  "pairings": [\n')
    assert data.endswith(b"}\n")


def test_by_attendee_everyone_stands_by_id_with_theirs() -> None:
    whole = json.loads(by_attendee_json(PROPOSAL, WHO))
    assert list(whole) == ["attendees", "unmatched", "report"]
    assert {tuple(one) for one in whole["attendees"]} == {("id", "pairings")}
    theirs = {one["id"]: [(p["first"], p["second"]) for p in one["pairings"]] for one in whole["attendees"]}
    assert list(theirs) == ["a", "b", "c", "d"]
    assert theirs == {"a": [("a", "b"), ("a", "c")], "b": [("a", "b")], "c": [("a", "c")], "d": []}


@pytest.mark.parametrize(
    ("found", "further"),
    [
        (IN_ROUNDS, ["groups", "byes"]),
        (AT_TABLES, ["groups"]),
        (IN_SETS, ["groups"]),
        (BEYOND_PAIRS, ["groups", "asks", "connectors"]),
    ],
)
def test_what_a_format_adds_stands_last_and_nothing_is_lost(found: Proposal, further: list[str]) -> None:
    data = proposal_json(found)
    assert list(json.loads(data)) == ["pairings", "unmatched", "report", *further]
    assert msgspec_json.decode(data, type=Proposal) == found


def theirs(found: Proposal, **programme: Any) -> dict[str, dict[str, Any]]:
    return {one.pop("id"): one for one in json.loads(by_attendee_json(found, WHO, **programme))["attendees"]}


def test_by_attendee_everyone_has_their_agenda() -> None:
    found = theirs(IN_ROUNDS, slots=SLOTS, tables=TABLES)
    assert found["c"]["agenda"] == [
        {
            "round": 1, "starts_at": "2027-03-18T10:05:00", "table": 2, "place": "-Hall", "others": ["a"], "pairing": 2,
        },
        {"round": 2, "bye": True},
        {"round": 3, "table": 1, "place": "Window, Room B", "others": ["b", "d"], "pairing": 3},
    ]  # fmt: skip
    ada = theirs(AT_TABLES)["a"]
    assert list(ada) == ["pairings", "agenda"]
    assert [sitting["others"] for sitting in ada["agenda"]] == [["b", "c"], ["c"]]
    assert "agenda" not in theirs(structs.replace(IN_ROUNDS, byes=[], groups=[]))["d"]


def test_by_attendee_everyone_has_their_set_their_circle_and_their_asks() -> None:
    assert [set_["challenge"] for set_ in theirs(IN_SETS)["a"]["groups"]] == ["hiring"]
    assert list(theirs(PROPOSAL)["d"]) == ["pairings"]
    dot = theirs(BEYOND_PAIRS)["d"]
    assert [circle["members"] for circle in dot["groups"]] == [["b", "c", "d"]]
    assert [ask["seek"] for ask in dot["asks"]] == ["a lawyer"]
    whole = json.loads(by_attendee_json(BEYOND_PAIRS, WHO))
    assert whole["connectors"] == [{"first": "b", "second": "d", "connector_id": "a"}]
