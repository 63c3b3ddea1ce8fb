"""Answers of events become weights."""

import numpy as np
import pytest

from matchmaker.matching.gathering import gathered, known_before, teach
from matchmaker.model.ids import AttendeeId
from matchmaker.model.learning import Answered, EventAnswers
from matchmaker.model.snapshot import Snapshot, encode
from tests.worlds import PLAIN, attendee, room

BEGINNER = PLAIN


def event(name: str, snapshot: Snapshot, *said: tuple[str, str, bool], useful: float | None = None) -> EventAnswers:
    """Attendees are called as the people they are, with the event's name before."""
    return EventAnswers(
        snapshot=encode(snapshot),
        policy=PLAIN,
        pairs=[(AttendeeId(one), AttendeeId(other)) for one, other, _ in said],
        answers=[
            Answered(event=name, taker=one[-1], giver=other[-1], order=0, yes=yes, useful=useful)
            for one, other, yes in said
        ],
    )


def three(prefix: str = "") -> Snapshot:
    """A and B suit each other and know each other; A gives to C and gets nothing; B and C share an interest."""
    return room(
        attendee(f"{prefix}a", seeks="quartz", offers="fjord nymph"),
        attendee(f"{prefix}b", seeks="fjord", offers="quartz", interests="kiwi"),
        attendee(f"{prefix}c", seeks="nymph", offers="dodo", interests="kiwi"),
        acquainted=[(f"{prefix}a", f"{prefix}b")],
    )


def test_what_was_known_before_is_the_value_both_ways_and_what_is_shared() -> None:
    given = event("1", three(), ("a", "b", True), ("b", "a", False), ("c", "a", True), ("c", "b", True))
    known, kept = known_before(given, memory={})
    assert kept == given.answers
    assert known.round(3).tolist() == [
        [1, 1, 1, 0, 1],
        [1, 1, 1, 0, 1],
        [1, 0, 0, 0, 0],
        [0, 0, 0, 1, 0],
    ]


def test_answers_of_people_whom_a_run_would_not_read_are_left_out() -> None:
    given = event("1", three(), ("a", "b", True), ("a", "z", True), ("z", "b", True))
    assert [one.giver for one in known_before(given, memory={})[1]] == ["b"]


def test_people_are_one_across_events_and_their_meetings_are_counted_at_each() -> None:
    first = event("1", three("x"), ("xa", "xb", True), ("xa", "xc", False), useful=0.25)
    second = event("2", three("y"), ("yb", "ya", True), ("ya", "yb", True))
    found = gathered([first, second], memory={})
    assert found.people == 3
    assert found.event.tolist() == [0, 0, 1, 1]
    assert found.taker.tolist() == [0, 0, 1, 0]
    assert found.order.tolist() == [1, 2, 1, 1]
    assert found.back.tolist() == [-1, -1, 3, 2]
    np.testing.assert_array_equal(found.useful, [0.25, 0.25, np.nan, np.nan])


def many(events: int, seed: int = 1) -> list[EventAnswers]:
    """Ten people who have nothing to give each other meet at each event; the odd ones are wanted by nine in ten."""
    rng = np.random.default_rng(seed)
    names = [chr(ord("a") + number) for number in range(10)]
    given = []
    for number in range(events):
        people = room(*(attendee(f"{number}{name}", seeks="quartz", offers="quartz") for name in names))
        met = [(one, other) for one in range(10) for other in range(10) if one != other]
        said = [
            (f"{number}{names[i]}", f"{number}{names[j]}", bool(rng.random() < (0.9 if j % 2 else 0.1))) for i, j in met
        ]
        given.append(event(str(number), people, *said))
    return given


def test_weights_are_better_where_answers_say_what_words_do_not() -> None:
    taught = teach(many(4), memory={})
    assert taught.is_better
    assert taught.learned is not None
    assert taught.learned.answers == taught.figures.answers == 360
    assert taught.figures.events == 4
    assert taught.figures.auc_unsupervised == 0.5
    assert taught == teach(many(4), memory={})


@pytest.mark.parametrize("events", [0, 1])
def test_one_event_cannot_teach(events: int) -> None:
    taught = teach(many(events), memory={})
    assert taught.learned is None
    assert not taught.is_better
    assert taught.figures.events == events
