"""How groups are treated, in rooms where it is plain."""

from collections.abc import Mapping

import numpy as np
import pytest

from matchmaker.matching.fairness import fairness, fairness_with
from matchmaker.model.fairness import Characteristic, Fairness, GroupFigures, Treatment
from matchmaker.model.ids import AttendeeId
from matchmaker.model.snapshot import encode
from tests.worlds import attendee, room

A = [f"a{number}" for number in range(6)]
B = [f"b{number}" for number in range(10)]


def treatment(by: Characteristic = Characteristic.GROUP, answers: Mapping[str, bool] | None = None) -> Treatment:
    """Six mentors meet three of ten members each and gain 40; members gain 80. Two speakers are members as well."""
    people = [attendee(one, groups=["Mentors"], sector="law") for one in A]
    people += [
        attendee(one, groups=["members", *(["speakers"] if row < 2 else [])], languages=["en-GB", "de"] if row else [])
        for row, one in enumerate(B)
    ]
    return Treatment(
        by=by,
        snapshot=encode(room(*people)),
        pairs=[
            (AttendeeId(one), AttendeeId(B[(3 * row + step) % 10]), 40.0, 80.0)
            for row, one in enumerate(A)
            for step in range(3)
        ],
        answers=[(AttendeeId(one), yes) for one, yes in (answers or {}).items()],
    )


def told(given: Treatment) -> dict[str, GroupFigures]:
    return {one.name: one for one in fairness(given, np.random.default_rng(1)).groups}


def test_exposure_is_introductions_a_person_and_value_is_what_one_is_worth() -> None:
    found = told(treatment())
    mentors, members = found["Mentors"], found["members"]
    assert list(found) == ["members", "Mentors", "speakers"]
    assert mentors.exposure is not None
    assert members.exposure is not None
    assert members.value is not None
    assert (mentors.people, mentors.exposure.value, mentors.exposure.low, mentors.exposure.high) == (6, 3, 3, 3)
    assert members.exposure.value == 1.8
    assert 1.4 < members.exposure.low < 1.8 < members.exposure.high < 2.1
    assert (members.value.value, members.value.low, members.value.high) == (80, 80, 80)


def test_a_small_group_is_named_and_nothing_more() -> None:
    assert told(treatment())["speakers"] == GroupFigures(name="speakers", suppressed=True)


def test_the_group_that_would_tell_a_small_one_apart_is_suppressed_too() -> None:
    found = told(treatment(Characteristic.LANGUAGE))
    assert [(one.name, one.suppressed) for one in found.values()] == [("de", False), ("en", False), ("", False)]
    people = [
        attendee(f"p{row:02}", region="north" if row < 8 else "south" if row < 14 else "west") for row in range(15)
    ]
    given = Treatment(by=Characteristic.REGION, snapshot=encode(room(*people)), pairs=[], answers=[])
    assert {name: one.suppressed for name, one in told(given).items()} == {"north": False, "south": True, "west": True}


def test_acceptance_is_the_share_of_yes_about_a_group() -> None:
    found = told(treatment(answers={**dict.fromkeys(A, True), **dict.fromkeys(B[1:4], False), "b0": True}))
    mentors, members = found["Mentors"], found["members"]
    assert mentors.acceptance is not None
    assert members.acceptance is not None
    assert (mentors.answers, mentors.acceptance.value, mentors.acceptance.high) == (6, 1, 1)
    assert mentors.acceptance.low == pytest.approx(0.61, abs=0.01)  # Wilson's, of six of six
    assert (members.answers, members.acceptance.value) == (4, 0.25)


def test_answers_about_one_person_count_for_less_than_about_many() -> None:
    spread = treatment(answers={one: row % 2 == 0 for row, one in enumerate(B)})
    heaped = Treatment(
        by=spread.by,
        snapshot=spread.snapshot,
        pairs=spread.pairs,
        answers=[(AttendeeId(B[row % 2]), row % 2 == 0) for row in range(10)],
    )
    wide, narrow = (told(one)["members"].acceptance for one in (heaped, spread))
    assert wide is not None
    assert narrow is not None
    assert wide.value == narrow.value == 0.5
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_without_pairs_and_answers_nothing_is_made_up() -> None:
    given = treatment()
    bare = Treatment(by=given.by, snapshot=given.snapshot, pairs=[], answers=[])
    members = told(bare)["members"]
    assert (members.value, members.acceptance, members.answers) == (None, None, 0)
    assert members.exposure is not None
    assert members.exposure.value == 0


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (Characteristic.SECTOR, ["", "law"]),
        (Characteristic.SENIORITY, [""]),
        (Characteristic.FIRST_TIME, ["no"]),
    ],
)
def test_people_are_grouped_by_what_they_state(by: Characteristic, names: list[str]) -> None:
    assert list(told(treatment(by))) == names


def test_names_that_differ_in_case_alone_are_one_group_as_most_write_it() -> None:
    people = [
        attendee(f"p{row}", groups=["VIP", "vip"] if row < 1 else ["vip" if row < 4 else "VIP "]) for row in range(9)
    ]
    given = Treatment(by=Characteristic.GROUP, snapshot=encode(room(*people)), pairs=[], answers=[])
    ((name, found),) = told(given).items()
    assert (name, found.people) == ("VIP ", 9)


def test_the_same_seed_gives_the_same_intervals() -> None:
    assert isinstance(fairness_with(treatment(), seed=1), Fairness)
    assert fairness_with(treatment(), seed=1) == fairness_with(treatment(), seed=1)
