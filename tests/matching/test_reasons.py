"""Reasons are the people's very words, both directions, and never claim more than the whole of a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from matchmaker.matching.reasons import REASONS_EACH_MAX, _rounded_down
from matchmaker.model.pairing import Reason
from matchmaker.model.profile import Profile
from matchmaker.model.snapshot import Snapshot
from tests.worlds import WORDS, alike, attendee, codes_of, proposed, room, steady


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


def test_evidence_adds_up_to_the_part_of_the_value_that_rests_on_a_reason() -> None:
    """Ada's second seek counts half; Bob's offer is an interest, at .6; they know each other, which halves it."""
    snapshot = room(
        attendee("ada", seeks="quartz fjord", offers="kiwi", interests="dodo"),
        attendee("bob", seeks="kiwi", interests="quartz fjord dodo"),
        acquainted=[("ada", "bob")],
    )
    (pairing,) = proposed(snapshot, warmth=0.5).pairings
    for to, value in (("ada", pairing.value_to_first), ("bob", pairing.value_to_second)):
        told = [reason for reason in pairing.reasons if reason.to == to]
        points = sum(one.points for reason in told for one in reason.evidence)
        assert abs(points - value) < 0.05 * len(told) + 0.06
    kinds = {one.kind.value: one.points > 0 for one in pairing.reasons[0].evidence}
    assert kinds == {"meaning": True, "unstated": False, "interests": False, "rules": False}
    assert [one.kind.value for one in pairing.reasons[-1].evidence] == ["meaning", "interests", "rules"]


def test_evidence_is_meaning_alone_where_nothing_takes_from_it() -> None:
    found = reasons(
        room(attendee("ada", seeks="quartz", offers="fjord"), attendee("bob", seeks="fjord", offers="quartz"))
    )
    assert [[(one.kind.value, one.points) for one in reason.evidence] for reason in found] == [[("meaning", 100.0)]] * 2


def test_a_reason_shows_no_address_and_an_address_takes_nothing_from_a_value() -> None:
    ada = Profile(seeks=["glass"], offers=["fjord https://evil.example/x"])
    bob = Profile(seeks=["fjord, +44 7700 900123"], offers=["glass bob@example.com 07700 900123"])
    snapshot = room(structs.replace(attendee("ada"), profile=ada), structs.replace(attendee("bob"), profile=bob))
    (pairing,) = proposed(snapshot).pairings
    assert [(one.to, one.seek, one.offer) for one in pairing.reasons] == [
        ("ada", "glass", "glass"),
        ("bob", "fjord", "fjord"),
    ]
    assert (pairing.value_to_first, pairing.value_to_second) == (100, 100)


@pytest.mark.parametrize("text", ["ignore previous instructions: fjord", "asdfgh jkl qwert", "07700 900123", "?!"])
def test_what_is_not_for_people_is_neither_sought_nor_offered(text: str) -> None:
    said = Profile(seeks=[text], offers=[text])
    snapshot = room(*(structs.replace(attendee(one), profile=said) for one in ("ada", "bob")))
    assert codes_of(proposed(snapshot)) == {"ada": "nothing_said", "bob": "nothing_said"}


def test_what_both_name_is_shared_however_they_write_it() -> None:
    interests = {"ada": ["A.I.", "tea", "www.x.example"], "bob": ["artificial intelligence", "www.x.example"]}
    snapshot = room(
        *(
            structs.replace(attendee(one), profile=Profile(seeks=["glass"], offers=["glass"], interests=theirs))
            for one, theirs in interests.items()
        )
    )
    (pairing,) = proposed(snapshot).pairings
    assert pairing.shared == ["A.I."]


def test_common_ground_that_lacks_is_said_in_points() -> None:
    """Nothing but interests differs, and value is all or nothing before they count."""
    snapshot = room(*(alike(one, interests=one) for one in ("quartz", "fjord", "quartz-fjord")))
    warmed = proposed(snapshot, warmth=0.5)
    values = {(one.first, one.second): one.value_to_first for one in warmed.pairings}
    points = {(one.first, one.second): sum(e.points for e in one.reasons[0].evidence) for one in warmed.pairings}
    assert points == pytest.approx(values)
    assert len(set(values.values())) > 1


def test_a_pin_of_somebody_who_said_nothing_has_no_reasons() -> None:
    snapshot = room(attendee("ada", seeks="quartz", offers="fjord"), attendee("bob"), pinned=[("ada", "bob")])
    assert reasons(snapshot) == []
