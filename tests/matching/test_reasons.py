"""Reasons are the people's very words, both directions, and never claim more than the whole of a value."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from matchmaker.matching.reasons import REASONS_EACH_MAX, _rounded_down
from matchmaker.model.pairing import Reason
from matchmaker.model.profile import Profile
from matchmaker.model.snapshot import Snapshot
from tests.worlds import WORDS, attendee, proposed, room, steady


def reasons(snapshot: Snapshot) -> list[Reason]:
    (pairing,) = proposed(snapshot).pairings
    return pairing.reasons


def test_the_very_words_of_both_stand_in_both_directions_first_before_second() -> None:
    found = reasons(
        room(attendee("ada", seeks="quartz", offers="fjord"), attendee("bob", seeks="fjord", offers="quartz"))
    )
    assert [(reason.to, reason.seek, reason.offer, reason.share) for reason in found] == [
        ("ada", "quartz", "quartz", 1.0),
        ("bob", "fjord", "fjord", 1.0),
    ]


def test_each_seek_names_the_offer_that_answers_it_and_its_share() -> None:
    """Two seeks answered in full, one not at all; the second counts half of the first (the decay of these weights)."""
    found = reasons(
        room(
            attendee("ada", seeks="nymph quartz fjord", offers="kiwi"),
            attendee("bob", seeks="kiwi", offers="fjord quartz"),
        )
    )
    assert [(reason.to, reason.share) for reason in found] == [("ada", 0.666), ("ada", 0.333), ("bob", 1.0)]
    assert {(reason.seek, reason.offer) for reason in found} == {
        ("quartz", "quartz"),
        ("fjord", "fjord"),
        ("kiwi", "kiwi"),
    }


def test_a_weaker_basis_carries_less() -> None:
    """An interest stands in as an offer at the discount, a stated offer does not."""
    found = reasons(
        room(attendee("ada", seeks="quartz", offers="kiwi"), attendee("bob", seeks="kiwi", interests="quartz"))
    )
    assert [(reason.to, reason.offer_from.value) for reason in found] == [("ada", "interests"), ("bob", "offers")]


def test_at_most_three_reasons_are_given_each_way() -> None:
    words = " ".join(WORDS[:6])
    snapshot = room(attendee("ada", seeks=words, offers=words), attendee("bob", seeks=words, offers=words))
    found = reasons(snapshot)
    assert [reason.to for reason in found] == ["ada"] * len(found[::2]) + ["bob"] * len(found[1::2])
    assert len(found) <= 2 * REASONS_EACH_MAX


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=3))
@steady
def test_rounded_shares_never_add_up_to_more_than_one(parts: list[int]) -> None:
    shares = [part / sum(parts) for part in parts]
    assert sum(round(_rounded_down(share) * 1000) for share in shares) <= 1000
    assert all(0 <= share - _rounded_down(share) + 1e-9 < 0.0011 for share in shares)


def test_thirds_add_up_to_less_than_one_not_more() -> None:
    assert [_rounded_down(share) for share in (0.3335, 0.3335, 0.333)] == [0.333, 0.333, 0.333]
    assert _rounded_down(1.0) == 1.0
    assert _rounded_down(0.9999999) == 0.999


def test_long_texts_stand_whole_in_a_reason() -> None:
    text = "quartz " * 1_100
    profile = Profile(seeks=[text], offers=[text])
    found = reasons(room(*(structs.replace(attendee(one), profile=profile) for one in ("ada", "bob"))))
    assert {(reason.seek, reason.offer) for reason in found} == {(text, text)}
