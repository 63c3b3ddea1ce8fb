"""Goal kinds are read from what people write, in sixteen languages, and by where they write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.kinds import kind_of, kinds_of
from matchmaker.model.goal import COMPLEMENT, GoalKind
from tests.worlds import steady

SOUGHT = {
    "we are hiring two welders": GoalKind.HIRE,
    "between jobs, looking for a role": GoalKind.BE_HIRED,
    "Looking for a mentor in finance": GoalKind.FIND_MENTOR,
    "how do others handle late payers?": GoalKind.LEARN,
    "raising a seed round": GoalKind.RAISE,
    "we invest in health start-ups": GoalKind.INVEST,
    "a joint bid with a partner": GoalKind.PARTNER,
    "Suche Mentor mit Erfahrung": GoalKind.FIND_MENTOR,
    "Wir stellen ein: Koch": GoalKind.HIRE,
    "Busco trabajo de soldador": GoalKind.BE_HIRED,
    "nous recrutons une infirmière": GoalKind.HIRE,
    "cerco lavoro in cucina": GoalKind.BE_HIRED,
    "procuro emprego": GoalKind.BE_HIRED,
    "ik zoek werk": GoalKind.BE_HIRED,
    "szukam pracy": GoalKind.BE_HIRED,
    "iş arıyorum": GoalKind.BE_HIRED,
    "ищу работу": GoalKind.BE_HIRED,
    "أبحث عن عمل": GoalKind.BE_HIRED,
    "我在找工作": GoalKind.BE_HIRED,
    "誠徵廚師": GoalKind.HIRE,
    "仕事を探しています": GoalKind.BE_HIRED,
    "일자리를 찾습니다": GoalKind.BE_HIRED,
    "รับสมัครพ่อครัว": GoalKind.HIRE,
}


@pytest.mark.parametrize("text", SOUGHT)
def test_a_seek_suggests_its_kind(text: str) -> None:
    assert kind_of(text, sought=True) is SOUGHT[text]


@pytest.mark.parametrize(
    ("text", "sought", "offered"),
    [
        ("mentoring", GoalKind.FIND_MENTOR, GoalKind.MENTOR),
        ("a training course", GoalKind.LEARN, GoalKind.TEACH),
        ("second-hand lathes", GoalKind.BUY, GoalKind.SELL),
        ("a loan", GoalKind.RAISE, GoalKind.INVEST),
        ("a scrub nurse", GoalKind.HIRE, GoalKind.BE_HIRED),
    ],
)
def test_one_word_is_a_wish_among_seeks_and_a_gift_among_offers(text: str, sought: GoalKind, offered: GoalKind) -> None:
    assert (kind_of(text, sought=True), kind_of(text, sought=False)) == (sought, offered)
    assert COMPLEMENT[sought] is offered


def test_what_suggests_nothing_has_no_kind() -> None:
    assert kinds_of("quartz and fjords", sought=True) == {}
    assert kind_of("a training course", sought=True, least=0.9) is None


def test_complements_are_mutual() -> None:
    assert all(COMPLEMENT[COMPLEMENT[kind]] is kind for kind in GoalKind)


@given(st.lists(st.sampled_from([*SOUGHT, "quartz", "?", "mentor", "course"]), max_size=4).map(" ".join), st.booleans())
@steady
def test_confidences_fall_and_add_up_to_at_most_one(text: str, sought: bool) -> None:
    found = list(kinds_of(text, sought=sought).values())
    assert found == sorted(found, reverse=True)
    assert sum(found) <= 1.05
    assert all(confidence > 0 for confidence in found)
