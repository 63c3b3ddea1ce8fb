"""Two open questions for each side, in seven languages, drawn from the reasons, and the same ones each time."""

import itertools

import pytest
from msgspec import structs

from matchmaker.export import questions
from matchmaker.export.phrases import AND, LONG_SHOT, OFFERED, QUOTES, SOUGHT, THEY, WISHES, YOURS
from matchmaker.export.starters import starters
from matchmaker.export.words import quoted, sentence
from matchmaker.model.goal import GoalKind
from matchmaker.model.pairing import Basis, Reason
from tests.export.people import ADA_BOB, A, B

LANGUAGES = tuple(SOUGHT)
TO_ADA = Reason(to=A, seek="a chair", offer="old chairs", share=1.0)
TO_BOB = Reason(to=B, seek="soup", offer="soup at noon", share=1.0)
BOTH = structs.replace(ADA_BOB, reasons=[TO_ADA, TO_BOB], shared=["tea"])


def every_question() -> list[str]:
    by_kind = [
        text
        for table in (questions.ABOUT_OFFER, questions.ABOUT_SEEK)
        for own in table.values()
        for text in own.values()
    ]
    several = (questions.ABOUT_ANY_OFFER, questions.ABOUT_ANY_SEEK, questions.ABOUT_INTEREST)
    return [
        *by_kind,
        *(text for table in several for own in table.values() for text in own),
        *questions.ABOUT_SHARED.values(),
    ]


def test_every_language_has_all_words() -> None:
    for table in (questions.ABOUT_OFFER, questions.ABOUT_SEEK):
        assert {language: set(own) for language, own in table.items()} == {
            language: set(GoalKind) for language in LANGUAGES
        }
    for words in (
        AND,
        OFFERED,
        WISHES,
        YOURS,
        QUOTES,
        THEY,
        LONG_SHOT,
        questions.ABOUT_ANY_OFFER,
        questions.ABOUT_ANY_SEEK,
        questions.ABOUT_SHARED,
    ):
        assert tuple(words) == LANGUAGES
    assert tuple(questions.ABOUT_INTEREST) == LANGUAGES
    for language in LANGUAGES:
        assert set(WISHES[language]) == set(SOUGHT[language])
        assert set(YOURS[language]) == set(OFFERED[language])


def test_every_question_is_one_open_question_and_no_two_are_alike() -> None:
    found = every_question()
    assert len(set(found)) == len(found)
    for text in found:
        assert text.count("{") in (1, 2)
        assert text.endswith("?")
        assert not any(platitude in text.casefold() for platitude in ("what do you do", "was machen sie beruflich"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [None, *GoalKind])
def test_each_side_has_two_questions_that_quote_the_other(language: str, kind: GoalKind | None) -> None:
    to_ada = starters(BOTH, A, language, {TO_ADA.seek: kind, TO_BOB.seek: kind})
    assert len(to_ada) == 2
    assert quoted("old chairs", language) in to_ada[0]
    assert quoted("soup", language) in to_ada[1]


def test_the_kind_of_a_seek_chooses_the_question() -> None:
    asked = {kind: starters(BOTH, A, "en", {TO_ADA.seek: kind})[0] for kind in GoalKind}
    assert len(set(asked.values())) == len(GoalKind)


def test_with_one_reason_alone_what_is_shared_helps_out() -> None:
    one_way = structs.replace(BOTH, reasons=[TO_ADA])
    assert "“tea”" in starters(one_way, A, "en", {})[1]
    assert "“a chair”" in starters(one_way, B, "en", {})[0]
    assert starters(structs.replace(BOTH, reasons=[], shared=[]), A, "en", {}) == []


def test_interests_are_not_spoken_of_as_seeks() -> None:
    reason = Reason(to=A, seek="tea", offer="tea", share=1.0, seek_from=Basis.INTERESTS, offer_from=Basis.INTERESTS)
    asked = starters(structs.replace(BOTH, reasons=[reason, structs.replace(reason, to=B)]), A, "en", {})
    assert asked[0].startswith("You both name “tea”")
    assert asked[1].startswith("You mention “tea”")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("basis", [basis for basis in Basis if basis is not Basis.SEEKS])
def test_nobody_asks_whether_an_offer_fits_what_they_did_not_seek(language: str, basis: Basis) -> None:
    """An offer of every question's number, whatever the kind that the words in the seek's place are read as."""
    for number in range(9):
        reason = structs.replace(TO_ADA, seek="mentoring", offer=f"old chairs {number}", seek_from=basis)
        (asked,) = starters(
            structs.replace(BOTH, reasons=[reason], shared=[]), A, language, {"mentoring": GoalKind.BUY}
        )
        assert quoted("mentoring", language) not in asked
        assert asked != questions.ABOUT_OFFER[language][GoalKind.BUY].format(quoted(reason.offer, language))


def test_two_questions_are_about_two_texts_where_there_are_two() -> None:
    """Both name tea; Bob names maps as well."""
    tea = Reason(to=A, seek="tea", offer="tea", share=1.0, seek_from=Basis.INTERESTS, offer_from=Basis.INTERESTS)
    maps = structs.replace(tea, to=B, seek="maps")
    pairing = structs.replace(BOTH, reasons=[tea, structs.replace(tea, to=B, seek="Tea"), maps])
    to_ada = starters(pairing, A, "en", {})
    assert [("“tea”" in one.casefold(), "“maps”" in one) for one in to_ada] == [(True, False), (False, True)]
    assert [one.casefold().count("“tea”") for one in starters(pairing, B, "en", {})] == [1, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lead_is_one_sentence_with_both_words_and_the_name(language: str) -> None:
    for sought, offered in itertools.product(Basis, (Basis.OFFERS, Basis.INTERESTS, Basis.ROLE)):
        reason = structs.replace(TO_ADA, seek_from=sought, offer_from=offered)
        lead, unnamed = sentence(reason, language, "Bob"), sentence(reason, language)
        assert all(word in lead for word in (quoted("a chair", language), quoted("old chairs", language), "Bob"))
        assert THEY[language] in unnamed
        assert "{" not in lead + unnamed


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("two\nlines.", "two lines"),
        ("AI AI ai AI", "AI"),
        ("a “bold” claim", "a ’bold’ claim"),
        ("bread " + "tea " + "bread tea " * 40, "bread tea " * 15 + "bread tea…"),
        ("w" * 400, "w" * 160 + "…"),
    ],
)
def test_a_quotation_is_short_and_of_one_line(text: str, inside: str) -> None:
    assert quoted(text, "en") == f"“{inside}”"
