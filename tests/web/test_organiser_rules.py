"""Who may meet whom, and what pairs should be like: rules and wishes of the organiser, in an order, on pages of their own."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from litestar import Litestar
from msgspec import structs

from matchmaker.errors import InvalidFields
from matchmaker.matching.group_rules import may_be_paired
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.policy import GroupRule, Model, Policy, Prefer, Preference, Trait
from matchmaker.services import why
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.forms import Form
from matchmaker.web.organiser import dials, estimate, preferences, rules
from tests import factories
from tests.web.browser import Clock, Page
from tests.web.organiser import Desk, signed_in
from tests.web.test_organiser_set_up import BY_HTMX, PATIENCE_SECONDS, an_event, policy_of

BARRED = [GroupRule(sender="board", receiver="press"), GroupRule(sender="press", receiver="board")]
PLAIN = Policy()
WISHES = [Preference(trait=trait, prefer=Prefer.DIFFERENT) for trait in (Trait.SECTOR, Trait.REGION, Trait.LANGUAGE)]
NAMES = some.sampled_from(["*", "board", "Board", "press", "a b"])
RULES = some.lists(some.builds(GroupRule, sender=NAMES, receiver=NAMES, allowed=some.booleans()), max_size=8)
# The fields of a policy that have a page of their own, and what is pressed there to set them.
OWN_PAGES = {
    "group_rules": ("groups", {"first": "board", "second": "press", "what": "apart"}),
    "preferences": ("preferences", {"trait": "sector", "prefer": "different"}),
}


async def pressed(desk: Desk, event_id: EventId, part: str, **fields: Any) -> str:
    """What is pressed on a page as it stands; where one lands."""
    path = f"/events/{event_id}/set-up/{part}"
    fields = {"version": Page((await desk.get(path)).text).fields["version"], **fields}
    answer = await desk.press(path, **fields)
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


async def test_every_field_of_a_policy_is_set_on_a_page(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id, policy=PLAIN)
    by_hand = set(OWN_PAGES)
    async with signed_in(app, association_id, clock) as desk:
        page = (await desk.get(f"/events/{event_id}/set-up/policy")).text
        by_hand |= {dial.name for dial in dials.DIALS if f' name="{dial.name}"' in page}
        for part, fields in OWN_PAGES.values():
            await pressed(desk, event_id, part, **fields)
    assert sorted(by_hand) == sorted(Policy.__struct_fields__)
    after = await policy_of(pool, association_id, event_id)
    assert {name for name in Policy.__struct_fields__ if getattr(after, name) != getattr(PLAIN, name)} == set(OWN_PAGES)


async def test_two_groups_are_kept_apart_both_ways_by_one_sentence(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id, policy=PLAIN)
    async with tenant_transaction(pool, association_id) as connection:
        await factories.attendee(connection, event_id, "Ada", groups=["board"])
        await factories.attendee(connection, event_id, "Bob", groups=["sponsors"])
    async with signed_in(app, association_id, clock) as desk:
        blank = (await desk.get(f"/events/{event_id}/set-up/groups")).text
        assert '<option value="sponsors"></option>' in blank
        assert "There are none: everybody may meet everybody." in blank
        await pressed(desk, event_id, "groups", first="board", second="press", what="apart")
        page = Page((await desk.get(f"/events/{event_id}/set-up/groups")).text)
        assert "“board” and “press” do not meet." in page.text
        assert "Nobody here is in these groups yet: press." in page.text
        assert "board may apart may may" in page.text
        assert "1 rule for groups" in Page((await desk.get(f"/events/{event_id}/set-up")).text).text
    assert (await policy_of(pool, association_id, event_id)).group_rules == BARRED


async def test_an_exception_below_everybody_holds_until_it_is_moved_above(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """Mentors only with mentees, as the page suggests."""
    event_id = await an_event(pool, association_id, policy=PLAIN)
    async with signed_in(app, association_id, clock) as desk:
        await pressed(desk, event_id, "groups", first="Everybody", second="*", what="apart")
        await pressed(desk, event_id, "groups", first="mentors", second="mentees", what="meet")
        found = (await policy_of(pool, association_id, event_id)).group_rules
        assert may_be_paired(found, ["Mentors"], ["mentees"])
        assert not may_be_paired(found, ["mentors"], ["mentors"])
        second = rules.sentences(found)[1].key
        assert await pressed(desk, event_id, "groups", choice="up", item=second) == "groups?said=saved#place-1"
        found = (await policy_of(pool, association_id, event_id)).group_rules
        assert not may_be_paired(found, ["mentors"], ["mentees"])
        await pressed(desk, event_id, "groups", choice="remove", item=rules.sentences(found)[1].key)
    assert [rule.allowed for rule in (await policy_of(pool, association_id, event_id)).group_rules] == [True, True]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"first": "", "second": "press", "what": "apart"}, "name a group, or say “everybody”"),
        ({"first": "board", "second": "x" * 201, "what": "apart"}, "name a group, or say “everybody”"),
        ({"first": "board", "second": "press", "what": "marry"}, "please fill this in"),
    ],
)
async def test_a_rule_that_cannot_be_is_told_at_its_field(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, fields: dict[str, str], words: str
) -> None:
    event_id = await an_event(pool, association_id, policy=PLAIN)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(f"/events/{event_id}/set-up/groups", version="1", **fields)
        assert (answer.status_code, words in Page(answer.text).text) == (422, True)
    assert await policy_of(pool, association_id, event_id) == PLAIN


async def test_of_two_who_change_rules_neither_loses_theirs(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """The later is shown both, and what they send again is put upon what stands."""
    event_id = await an_event(pool, association_id, policy=PLAIN)
    path = f"/events/{event_id}/set-up/groups"
    async with signed_in(app, association_id, clock) as desk:
        await desk.press(path, version="1", first="board", second="press", what="apart")
        mine = {"first": "students", "second": "students", "what": "apart"}
        stale = await desk.press(path, version="1", **mine)
        assert stale.status_code == 409
        assert "“board” and “press” do not meet. People of “students” do not meet each other." in Page(stale.text).text
        await desk.press(path, version=Page(stale.text).fields["version"], **mine)
    assert len((await policy_of(pool, association_id, event_id)).group_rules) == 3


@given(RULES)
def test_sentences_say_every_rule_once_and_in_order(found: list[GroupRule]) -> None:
    said = rules.sentences(found)
    assert rules.rules_in(said) == found
    assert rules.sentences(rules.rules_in(said)) == said


def test_there_is_an_end_to_rules() -> None:
    many = [GroupRule(sender=f"g{number}", receiver="*") for number in range(49)]
    new = rules.sentence_in(Form({"first": ["a"], "second": ["b"], "what": ["apart"]}), [])
    with pytest.raises(InvalidFields):
        rules.with_sentence(many, new)
    assert len(rules.with_sentence(many[1:], new)) == 50


async def test_wishes_are_ranked_by_buttons_and_by_dragging(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id, policy=PLAIN)
    keys = [preferences.key_of(one) for one in WISHES]
    async with signed_in(app, association_id, clock) as desk:
        for one in WISHES:
            await pressed(desk, event_id, "preferences", trait=one.trait.value, prefer="different")
        page = Page((await desk.get(f"/events/{event_id}/set-up/preferences")).text)
        assert "The first wish wins" in page.text
        assert "Of different sectors A pair against it keeps 60 % of its worth." in page.text
        assert await pressed(desk, event_id, "preferences", choice="down", item=keys[0]) == (
            "preferences?said=saved#place-2"
        )
        assert await ranks(pool, association_id, event_id) == {keys[1]: 0.4, keys[0]: 0.2, keys[2]: 0.1}
        await pressed(desk, event_id, "preferences", choice="order", item=[keys[2], keys[0]])
        assert await ranks(pool, association_id, event_id) == {keys[2]: 0.4, keys[0]: 0.2, keys[1]: 0.1}
        await pressed(desk, event_id, "preferences", choice="strength", strength="80")
        await pressed(desk, event_id, "preferences", choice="remove", item=keys[0])
        await pressed(desk, event_id, "preferences", trait="region", prefer="alike")
        assert await ranks(pool, association_id, event_id) == {keys[2]: 0.8, "alike_region": 0.4}
        path = f"/events/{event_id}/set-up/preferences"
        for wrong in ({"trait": "", "prefer": "alike"}, {"choice": "strength", "strength": "101"}):
            assert (await desk.press(path, version="9", **wrong)).status_code == 422


async def ranks(pool: Pool, association_id: AssociationId, event_id: EventId) -> dict[str, float]:
    found = (await policy_of(pool, association_id, event_id)).preferences
    return {preferences.key_of(one): one.weight for one in found}


@given(some.integers(1, 10), some.floats(0.01, 1.0))
def test_a_pair_against_a_wish_loses_more_than_one_against_all_below_it(count: int, first: float) -> None:
    weights = [one.weight for one in preferences.by_halves([WISHES[0]] * count, first)]
    for place, weight in enumerate(weights):
        kept = 1.0
        for below in weights[place + 1 :]:
            kept *= 1 - below
        assert kept > 1 - weight
    assert all(one == 2 * other for one, other in pairwise(weights))


def test_wishes_that_were_weighed_elsewhere_stand_in_the_order_in_which_they_count() -> None:
    weighed = [structs.replace(one, weight=weight) for one, weight in zip(WISHES, (0.1, 0.9, 0.0), strict=True)]
    assert [one.weight for one in preferences.strongest_first(weighed)] == [0.9, 0.1, 0.0]
    assert preferences.first_of([structs.replace(WISHES[0], weight=0.0)]) == preferences.FIRST


async def test_a_rule_and_a_wish_are_tried_before_they_are_saved(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who fit each other, one of the board and one of the press: real arithmetic, as a part and as a page."""
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", PATIENCE_SECONDS)
    monkeypatch.setattr(estimate, "ANSWER_SECONDS_MAX", PATIENCE_SECONDS)
    event_id = await an_event(pool, association_id, policy=structs.replace(PLAIN, model=Model.TFIDF))
    async with tenant_transaction(pool, association_id) as connection:
        await factories.attendee(connection, event_id, "Ada", seeks=["quartz"], offers=["fjord"], groups=["board"])
        await factories.attendee(connection, event_id, "Bob", seeks=["fjord"], offers=["quartz"], groups=["press"])
    home = f"/events/{event_id}/set-up"
    rule = {"first": "board", "second": "press", "what": "apart"}
    async with signed_in(app, association_id, clock) as desk:
        seal = Page((await desk.get(f"{home}/groups")).text).fields["form"]
        asked = {"form": seal, "version": "1", "choice": "estimate"}
        part = await desk.browser.post(f"{home}/groups", data=asked, headers=BY_HTMX)
        assert "With these choices 2 2 0 1" in Page(part.text).text
        page = Page((await desk.press(f"{home}/groups", **{**asked, **rule})).text)
        assert "With these choices 2 0 0 0" in page.text
        assert page.fields["first"] == "board"
        part = await desk.browser.post(f"{home}/groups", data={**asked, "first": "board"}, headers=BY_HTMX)
        assert "Fill in both fields; then it is tried." in part.text
        part = await desk.browser.post(f"{home}/preferences", data=asked, headers=BY_HTMX)
        assert "With these choices 2 2 0 1" in Page(part.text).text
    assert (await policy_of(pool, association_id, event_id)).group_rules == []
