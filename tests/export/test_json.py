import json

from matchmaker.export.json import by_attendee_json, proposal_json
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Unmatched
from matchmaker.model.run import Proposal, Report
from tests.export.people import ADA_BOB, ADA_CYD, WHO

REPORT = Report(
    people=4, pairings=2, coverage=0.75, one_way_share=0.0, load_gini=0.2, mutual_value_mean=57.5, mutual_value_least=40.0,
    objective=115.0, upper_bound=None, versions={"algorithm": "1"}, seed=1, input_hash="0" * 64,
)  # fmt: skip
PROPOSAL = Proposal(
    pairings=[ADA_BOB, ADA_CYD],
    unmatched=[Unmatched(id=AttendeeId("d"), code="nothing_said", reason="They have said nothing yet.")],
    report=REPORT,
)


def test_a_proposal_has_the_keys_promised_in_a_fixed_order() -> None:
    data = proposal_json(PROPOSAL)
    whole = json.loads(data)
    assert list(whole) == ["pairings", "unmatched", "report"]
    assert list(whole["pairings"][0]) == [
        "rank", "first", "second", "mutual_value", "value_to_first", "value_to_second", "reasons",
    ]  # fmt: skip
    assert whole["pairings"][0]["reasons"][0] == {
        "to": "a", "seek": "maps", "offer": "old maps", "share": 0.7, "seek_from": "interests", "offer_from": "offers",
    }  # fmt: skip
    assert whole["unmatched"] == [{"id": "d", "code": "nothing_said", "reason": "They have said nothing yet."}]
    assert whole["report"]["upper_bound"] is None
    assert data.startswith(b'{\n  "pairings": [\n')
    assert data.endswith(b"}\n")


def test_by_attendee_everyone_stands_by_id_with_theirs() -> None:
    whole = json.loads(by_attendee_json(PROPOSAL, WHO))
    assert list(whole) == ["attendees", "unmatched", "report"]
    theirs = {one["id"]: [(p["first"], p["second"]) for p in one["pairings"]] for one in whole["attendees"]}
    assert list(theirs) == ["a", "b", "c", "d"]
    assert theirs == {"a": [("a", "b"), ("a", "c")], "b": [("a", "b")], "c": [("a", "c")], "d": []}
