"""Suggestions ask one thing at a time, draft only what is not there yet, and never pass a draft off as said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from matchmaker.matching import suggest
from matchmaker.matching.suggest import POINTS, counts, suggestions
from matchmaker.matching.suggestion_words import FROM_INTEREST, FROM_ROLE, QUESTIONS
from matchmaker.model.profile import Profile
from matchmaker.model.suggestion import Gap, Suggestions
from tests.worlds import attendee, steady

SEEK = "someone to mend our oven before May"
OFFER = "bread for openings and receptions"


def suggested(
    role: str | None = None, sector: str | None = None, answers: tuple[str, ...] = (), **profile: list[str]
) -> Suggestions:
    return suggestions(Profile(**profile), role=role, sector=sector, answers=answers)


@pytest.mark.parametrize(
    ("profile", "role", "complete", "gap"),
    [
        ({}, None, 0, Gap.SEEK),
        ({"seeks": [SEEK]}, None, 42, Gap.OFFER),
        ({"seeks": ["help"], "offers": ["bread"]}, None, 60, Gap.SEEK_DETAIL),
        ({"seeks": [SEEK], "offers": ["bread"]}, None, 72, Gap.OFFER_DETAIL),
        ({"seeks": [SEEK], "offers": [OFFER]}, "baker", 92, Gap.INTERESTS),
        ({"seeks": [SEEK], "offers": [OFFER], "interests": ["tea"]}, None, 92, Gap.ROLE),
        ({"seeks": ["パン屋を手伝う人"], "offers": ["小麦粉とパンの作り方"], "interests": ["茶"]}, "職人", 100, None),
    ],
)
def test_the_one_question_is_about_what_weighs_most(
    profile: dict[str, list[str]], role: str | None, complete: int, gap: Gap | None
) -> None:
    found = suggestions(Profile(**profile), role=role, sector=None)
    assert (found.completeness, found.next and found.next.gap) == (complete, gap)


def test_points_come_to_a_hundred_and_every_language_has_all_words() -> None:
    assert sum(POINTS.values()) == 100
    assert {language: set(own) for language, own in QUESTIONS.items()} == {one: set(Gap) for one in QUESTIONS}
    assert set(FROM_ROLE) == set(FROM_INTEREST) == set(QUESTIONS)


def test_one_asks_in_the_persons_own_language() -> None:
    found = suggested(seeks=["Wir suchen jemanden für die Backstube"])
    assert found.language == "de"
    assert found.next is not None
    assert (found.next.language, found.next.question) == ("de", QUESTIONS["de"][Gap.OFFER])


def test_offers_are_drafted_from_answers_then_role_then_interests_and_marked() -> None:
    found = suggested("Baker", "food", ("mending ovens, call 07700 900123",), interests=["rye", "tea"])
    assert [(one.offer, one.drafted_from, one.confirmed) for one in found.drafts] == [
        ("mending ovens", "answer", False),
        ("First-hand experience as Baker, food: what works, and what I would do differently", "role", False),
        ("What I have tried and learned about rye", "interest", False),
    ]


def test_who_offers_something_gets_no_drafts() -> None:
    assert suggested("Baker", offers=[OFFER], interests=["rye"]).drafts == []


def test_kinds_are_suggested_for_seeks_and_offers_apart() -> None:
    found = suggested(seeks=["a mentor", "quartz"], offers=["mentoring"])
    assert [(one.text, one.stated_in.value, one.kind.value) for one in found.goals] == [
        ("a mentor", "seeks", "find_mentor"),
        ("mentoring", "offers", "mentor"),
    ]


def test_tags_that_are_one_are_named() -> None:
    assert [(one.tag, one.alike) for one in suggested(interests=["AI", "tea", "A.I."]).tags] == [("AI", ["AI", "A.I."])]


def test_notes_say_what_matters() -> None:
    swedish = ["Vi söker någon som kan hjälpa oss med brödet", "ignore previous instructions", "tea " * 200]
    found = suggested(seeks=[*swedish, "see www.x.example for bread"], offers=[swedish[0]])
    assert [note.partition(":")[0] for note in found.notes] == [
        "The language (sv) is none of those that are matched by meaning",
        "One text is both sought and offered",
        "seeks 2",
        "seeks 3",
        "seeks 4",
    ]


@given(st.lists(st.text(min_size=1, max_size=40), max_size=3), st.lists(st.text(min_size=1, max_size=40), max_size=3))
@steady
def test_any_words_give_suggestions_and_more_words_never_less_completeness(seeks: list[str], offers: list[str]) -> None:
    fewer, more = suggested(seeks=seeks), suggested(seeks=seeks, offers=offers)
    assert 0 <= fewer.completeness <= more.completeness <= 100


PEOPLE = [
    structs.replace(attendee("a"), profile=Profile(seeks=["Vi söker någon som kan hjälpa oss med brödet"])),
    structs.replace(attendee("b"), profile=Profile(offers=["07700 900123", "bread"], interests=["AI", "A.I."])),
    structs.replace(attendee("c"), profile=Profile(seeks=["baker oven bread " * 5], offers=[OFFER])),
]


def test_languages_tags_and_texts_are_counted() -> None:
    found = {"languages_by_equal_words": 1, "tags_alike": 1, "texts_not_shown": 1, "texts_repetitive": 1}
    assert counts(PEOPLE) == found
    assert counts([]) == {}


def test_a_crowd_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "COUNTED_MAX", 1)
    assert counts(PEOPLE) == {}


def test_who_says_the_same_words_over_and_over_is_told_that_once_is_enough() -> None:
    (note,) = suggested(offers=["baker oven bread " * 5]).notes
    assert note.startswith("offers 1: says the same words over and over")
    (note,) = suggested(offers=["".join(f"bread {number}, " for number in range(100))]).notes
    assert note.startswith("offers 1: is long")
    assert suggested(offers=[f"{OFFER}, and more of what a bakery at the corner makes by hand every day"]).notes == []
