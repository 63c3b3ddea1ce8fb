import pytest

from matchmaker.matching.roster import roster_of
from matchmaker.model.policy import Policy
from matchmaker.model.snapshot import Snapshot
from tests.worlds import attendee, room

FOUR = room(
    attendee("a", seeks="fjord quartz fjord", offers="kiwi", organisation="Acme Ltd"),
    attendee("b", interests="quartz", organisation=" acme  LTD"),
    attendee("c", organisation="", challenge=" \n"),
    attendee("d", role="kiwi", sector="dodo", organisation="Zeta"),
    excluded=[("b", "a"), ("a", "b"), ("c", "c")],
    acquainted=[("d", "a")],
    apart=[("d", "ACME LTD"), ("d", "zeta"), ("c", "Nobody")],
)


def test_people_become_rows() -> None:
    roster = roster_of(FOUR, Policy())
    assert (len(roster), roster.ids) == (4, ["a", "b", "c", "d"])
    assert roster.texts == ["fjord", "kiwi", "kiwi, dodo", "quartz"]


def test_each_text_stands_once_a_person_in_the_persons_order() -> None:
    roster = roster_of(FOUR, Policy(unstated_discount=0.5))
    said = [[roster.texts[roster.seeks.text[at]] for at in roster.seeks.of(row)] for row in range(4)]
    assert said == [["fjord", "quartz"], ["quartz"], [], ["kiwi, dodo"]]
    assert roster.seeks.strength.tolist() == [1, 1, 0.5, 0.25]
    assert roster.offers.strength.tolist() == [1, 0.5, 0.25]
    assert roster.interests.strength.tolist() == [1]


def test_a_challenge_is_one_more_text_and_a_blank_one_none() -> None:
    roster = roster_of(room(attendee("a", challenge=" vexing "), attendee("b", challenge=" ")), Policy())
    assert roster.texts == ["vexing"]
    assert [list(roster.challenges.of(row)) for row in range(2)] == [[0], []]


def test_same_named_organisations_are_one_and_none_is_none() -> None:
    assert roster_of(FOUR, Policy()).organisation.tolist() == [0, 0, -1, 1]


def test_pairs_stand_once_lower_row_first_and_nobody_with_themselves() -> None:
    roster = roster_of(FOUR, Policy())
    assert roster.excluded.tolist() == [[0, 1], [0, 3], [1, 3]]
    assert roster.acquainted.tolist() == [[0, 3]]


@pytest.mark.parametrize("snapshot", [Snapshot(attendees=[]), room(attendee("a"))])
def test_nobody_and_silence_are_arrays_of_nothing(snapshot: Snapshot) -> None:
    roster = roster_of(snapshot, Policy())
    assert roster.texts == []
    assert roster.excluded.shape == (0, 2)
    assert len(roster.seeks.text) == len(roster.offers.text) == 0
