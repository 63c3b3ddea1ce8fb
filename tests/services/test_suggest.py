"""Counts over many profiles say what matters for how they are matched and shown."""

import pytest
from msgspec import structs

from matchmaker.model.profile import Profile
from matchmaker.services import suggest
from tests.worlds import attendee

PEOPLE = [
    structs.replace(attendee("a"), profile=Profile(seeks=["Vi söker någon som kan hjälpa oss med brödet"])),
    structs.replace(attendee("b"), profile=Profile(offers=["07700 900123", "bread"], interests=["AI", "A.I."])),
]


def test_languages_texts_and_tags_are_counted() -> None:
    assert suggest.counts(PEOPLE) == {"languages_by_equal_words": 1, "texts_not_shown": 1, "tags_alike": 1}


def test_a_crowd_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "COUNTED_MAX", 1)
    assert suggest.counts(PEOPLE) == {}
