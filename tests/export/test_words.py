import itertools

import pytest
from msgspec import structs

from matchmaker.export.words import reasons_in_words
from matchmaker.model.pairing import Basis, Reason
from tests.export.people import ADA_BOB, A


@pytest.mark.parametrize(
    ("sought", "offered"), list(itertools.product(Basis, [Basis.OFFERS, Basis.INTERESTS, Basis.ROLE]))
)
def test_every_basis_has_words_and_the_texts_stand_in_them(sought: Basis, offered: Basis) -> None:
    reason = Reason(to=A, seek="the seek", offer="the offer", share=1.0, seek_from=sought, offer_from=offered)
    to_first, to_second = reasons_in_words(structs.replace(ADA_BOB, reasons=[reason]))
    assert "“the seek”" in to_first
    assert "“the offer”" in to_first
    assert ("You named no seek" in to_first) == (sought is not Basis.SEEKS)
    assert to_second == ""


def test_what_was_not_stated_is_told_apart() -> None:
    sentences = set()
    for sought, offered in itertools.product(Basis, [Basis.OFFERS, Basis.INTERESTS, Basis.ROLE]):
        reason = Reason(to=A, seek="x", offer="y", share=1.0, seek_from=sought, offer_from=offered)
        sentences.add(reasons_in_words(structs.replace(ADA_BOB, reasons=[reason]))[0])
    assert len(sentences) == 12


def test_an_offer_that_answers_two_seeks_is_told_once() -> None:
    maps = Reason(to=A, seek="old maps", offer="charts", share=0.6)
    reasons = [maps, structs.replace(maps, seek="tea", offer="cook"), structs.replace(maps, seek="sea maps", share=0.2)]
    assert reasons_in_words(structs.replace(ADA_BOB, reasons=reasons), second_name="Bob")[0] == (
        "You asked for “old maps” and “sea maps”; Bob offers “charts”. You asked for “tea”; Bob offers “cook”."
    )


def test_what_was_stated_and_what_was_not_are_told_apart_though_one_offer_answers_both() -> None:
    stated = Reason(to=A, seek="maps", offer="charts", share=0.6)
    unstated = structs.replace(stated, seek="tea", seek_from=Basis.INTERESTS)
    assert reasons_in_words(structs.replace(ADA_BOB, reasons=[stated, unstated]))[0] == (
        "You asked for “maps”; they offer “charts”. You named no seek, but you are interested in “tea”; they offer “charts”."
    )
