"""Who gives is told from who seeks the same, in several languages, and length buys nothing."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from matchmaker.matching import cues
from matchmaker.matching.directed import answers_between, dense
from matchmaker.matching.direction import KINDS, Sides, learned, packed, sides_of, stated
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import encoded
from matchmaker.model.goal import COMPLEMENT, GIVING, GoalKind
from matchmaker.model.policy import Model
from matchmaker.model.weights import BUILTIN


@cache
def sides(*texts: str) -> Sides:
    return sides_of(texts, encoded(texts, memory={}, progress=lambda stage, share: None))


def worth(seek: str, offers: Sequence[str], goal: GoalKind | None = None) -> Floats:
    """What each offer is worth to the seek."""
    found = sides(seek, *offers)
    wants = stated([goal], found.wants[:1])
    values = answers_between(found.seeks[:1], found.offers[1:], wants, found.gives[1:], BUILTIN[Model.USEM3])
    return np.asarray(values[0], np.float32)


@pytest.mark.parametrize(
    ("seek", "goal", "giver", "seeker"),
    [
        (
            "We need a bookkeeper for our bakery",
            GoalKind.HIRE,
            "Bookkeeper with ten years in food businesses, available from March",
            "Our bakery is also looking for a bookkeeper",
        ),
        (
            "Suche eine Mentorin für meine erste Führungsrolle",
            GoalKind.FIND_MENTOR,
            "Mentorin für Menschen in ihrer ersten Führungsrolle, seit zwölf Jahren",
            "Frisch in der Führungsrolle, suche ebenfalls eine Mentorin",
        ),
    ],
)
def test_who_gives_is_worth_more_than_who_seeks_the_same(seek: str, goal: GoalKind, giver: str, seeker: str) -> None:
    given, sought = worth(seek, [giver, seeker], goal).tolist()
    assert given > sought


def test_values_lie_between_nothing_and_everything() -> None:
    texts = ["", "?", "quartz", "We need a bookkeeper", "bookkeeper " * 300]
    for seek in texts:
        values = worth(seek, texts)
        assert ((values >= 0) & (values <= 1)).all()


def test_a_bare_tag_takes_no_side() -> None:
    assert (sides("quartz", "a much longer text that says at length what it is about").gives[0] == 1).all()


def test_a_text_that_was_not_encoded_says_nothing() -> None:
    assert not dense(sides_of(["fjord"], np.zeros((1, 1024), np.float32)).seeks).any()


def test_what_a_seek_wants_adds_up_to_one_and_is_certain_where_stated() -> None:
    wants = sides("We need a bookkeeper", "Raising a seed round", "Hello").wants
    assert wants.sum(axis=1).tolist() == [1, 1, 1]
    assert stated([GoalKind.HIRE, None, None], wants)[0].tolist() == [kind is GoalKind.HIRE for kind in KINDS]


def test_nobody_is_nothing() -> None:
    assert sides_of([], np.empty((0, 1024), np.float32)).gives.shape == (0, 14)


def test_boasts_do_not_buy_value() -> None:
    """On average over wrong offers; what is said beside the point draws a text away from it."""
    seek = "How do other clinics cut waiting times without hiring?"
    wrong = [
        "Our clinic also struggles with waiting times, keen to hear ideas",
        "Hospital caterer, meals for wards and canteens",
        "Waiting staff for weddings and banquets",
        "Clinic seeking tips on how to cut waiting times",
    ]
    boast = ", award-winning, 20 years of proven excellence, trusted by hundreds of happy clients, a true leader in the field"
    plain, padded = worth(seek, wrong), worth(seek, [text + boast for text in wrong])
    assert padded.mean() <= plain.mean()


def test_every_kind_complements_one_that_complements_it() -> None:
    for kind in GoalKind:
        assert COMPLEMENT[COMPLEMENT[kind]] is kind
    assert {COMPLEMENT[kind] for kind in GIVING}.isdisjoint(GIVING)


def test_a_cue_counts_in_its_language_and_twice_at_most() -> None:
    wish = cues.classes().index("wish")
    texts = ["looking for a seat", "Ich suche, wirklich: ich suche, suche", "想找合作方", "abc", "needy"]
    assert cues.counts(texts)[:, wish].tolist() == [1, 2, 2, 0, 0]


def test_what_was_learned_is_packed_and_read_again_to_the_same_bytes() -> None:
    assert packed(learned()) == packed(learned())
    assert str(learned().version) == "direction-3"


def test_being_brief_brings_no_two_texts_together() -> None:
    """Before the direction that all brief texts share was taken off, these stood at .85 and more."""
    tags = ["quartz", "welding", "night shifts", "mentoring", "tax law"]
    found = sides(*tags)
    value = answers_between(found.seeks, found.offers, found.wants, found.gives, BUILTIN[Model.USEM3])
    others = ~np.eye(len(tags), dtype=bool)
    assert value[others].max() < 0.4
    assert value.diagonal().min() > 0.95
