"""What was learned of people, in a run."""

import numpy as np
import pytest
from msgspec import structs

from matchmaker.matching.heard import explored_of, tallies_of
from matchmaker.matching.pipeline import propose
from matchmaker.model.feedback import Tally
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import Proposal
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.weights import Learned
from tests.factories import taught
from tests.worlds import COSINE, PLAIN, attendee, room

LEARNED = structs.replace(taught().learned or Learned.__new__(Learned), answers=6_000, version=3)
WEIGHTS = structs.replace(COSINE, learned=LEARNED)


def pair(who: str, other: str) -> tuple[str, str]:
    return min(who, other), max(who, other)


def suitors(**tallies: Tally) -> Snapshot:
    """Ada suits Bob and Cy alike, each of whom suits nobody else; each wants one introduction."""
    people = room(
        attendee("ada", seeks="quartz", offers="fjord", quota=1),
        attendee("bob", seeks="fjord", offers="quartz", quota=1),
        attendee("cy", seeks="fjord", offers="quartz", quota=1),
    )
    return structs.replace(people, tallies=list(tallies.values()))


def declined(id_: str, count: int = 20) -> Tally:
    return Tally(attendee_id=AttendeeId(id_), heard=count)


def wanted(id_: str, count: int = 20) -> Tally:
    return Tally(attendee_id=AttendeeId(id_), heard=count, heard_yes=count)


def run(snapshot: Snapshot, **changes: float) -> Proposal:
    return propose(snapshot, structs.replace(PLAIN, **changes), seed=1, weights=WEIGHTS)


@pytest.mark.parametrize(("loser", "winner"), [("bob", "cy"), ("cy", "bob")])
def test_of_two_alike_the_one_whom_others_did_not_decline_is_proposed(loser: str, winner: str) -> None:
    (found,) = run(suitors(one=declined(loser), other=wanted(winner))).pairings
    assert (found.first, found.second) == pair("ada", winner)
    assert found.value_to_first == 100


def test_one_who_is_wanted_by_all_is_worth_no_more_than_their_words() -> None:
    (found,) = run(suitors(one=wanted("ada", 1_000), other=wanted("bob", 1_000))).pairings
    assert (found.first, found.second, found.mutual_value) == ("ada", "bob", 100)


def test_a_room_of_whom_nothing_is_known_is_as_without_learning() -> None:
    assert run(suitors()).pairings == propose(suitors(), PLAIN, seed=1, weights=COSINE).pairings


def test_the_bound_stands_and_the_version_is_named() -> None:
    report = run(suitors(one=declined("bob"), other=declined("cy", 3))).report
    assert report.upper_bound is not None
    assert report.objective == pytest.approx(report.upper_bound, abs=0.01)
    assert propose(suitors(), PLAIN, seed=1, weights=COSINE).report.versions["weights"] == "cosine"


def test_without_learned_weights_answers_change_nothing_but_the_input() -> None:
    plain = propose(suitors(), PLAIN, seed=1, weights=COSINE)
    told = propose(suitors(one=declined("bob")), PLAIN, seed=1, weights=COSINE)
    assert told.pairings == plain.pairings
    assert told.report.input_hash != plain.report.input_hash


def test_who_is_explored_counts_as_unknown_and_their_pairings_are_marked() -> None:
    (found,) = run(suitors(one=declined("bob"), other=wanted("cy")), exploration=1.0).pairings
    unknown = run(suitors()).pairings[0]
    assert found.exploration
    assert not unknown.exploration
    assert found.mutual_value == unknown.mutual_value


def test_a_share_of_those_known_is_explored_the_least_known_first() -> None:
    ids = [f"p{number:03}" for number in range(200)]
    tallies = [declined(id_, 1 if row < 100 else 99) for row, id_ in enumerate(ids[:180])]
    people = structs.replace(room(*(attendee(id_) for id_ in ids)), tallies=tallies)
    policy = structs.replace(PLAIN, exploration=0.2)
    explored = explored_of(people, policy, WEIGHTS, 1)
    assert 20 < explored.sum() < 52
    assert explored[:100].sum() > 5 * explored[100:180].sum()
    assert not explored[180:].any()
    np.testing.assert_array_equal(explored, explored_of(people, policy, WEIGHTS, 1))
    assert (explored != explored_of(people, policy, WEIGHTS, 2)).any()


def test_nobody_is_explored_where_nothing_was_learned() -> None:
    policy = structs.replace(PLAIN, exploration=1.0)
    assert not explored_of(suitors(one=declined("bob")), policy, COSINE, 1).any()
    assert not explored_of(suitors(), policy, WEIGHTS, 1).any()
    assert not explored_of(room(), policy, WEIGHTS, 1).any()


def test_tallies_stand_in_the_rows_of_their_people() -> None:
    given = Tally(attendee_id=AttendeeId("b"), said=4, said_yes=1, rated=2, ratings=1.5)
    found = tallies_of([AttendeeId("a"), AttendeeId("b")], [given], np.array([False, False]))
    assert (found.said.tolist(), found.ratings.tolist()) == ([0, 4], [0, 1.5])
    assert tallies_of([AttendeeId("b")], [given], np.array([True])).said.tolist() == [0]
