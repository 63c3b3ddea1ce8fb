"""The funnel counts each pair once, as far as it came."""

from typing import Any

import pytest

from matchmaker.model.funnel import Funnel, rounded
from matchmaker.model.ids import EventId
from matchmaker.model.introduction import Answer
from matchmaker.services import follow_up, respond
from matchmaker.store import feedback, funnels
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import LATER
from tests.services.introduced import introduced, offered


def funnel(*numbers: int) -> Funnel:
    names = ("proposed", "offered", "half_accepted", "introduced", "met", "useful")
    counted: dict[str, Any] = dict(zip(names, numbers, strict=True))
    return Funnel(**counted)


async def test_an_event_without_introductions_is_all_zeros(connection: Connection, event_id: EventId) -> None:
    assert await funnels.get(connection, event_id) == funnel(0, 0, 0, 0, 0, 0)


async def test_a_pair_counts_at_each_step_it_reached(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 0, 0, 0, 0)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=LATER)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 1, 0, 0, 0)
    await respond.answer(connection, one.id, one.second_id, Answer.YES, at=LATER)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 1, 1, 0, 0)


@pytest.mark.parametrize(("useful", "counted"), [(2, 0), (3, 1), (5, 1)])
async def test_met_and_useful_follow_what_either_says(
    connection: Connection, event_id: EventId, useful: int, counted: int
) -> None:
    one = await introduced(connection, event_id)
    await follow_up.say(connection, one.id, one.first_id, met=False, useful=None, reason=None, at=LATER)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 1, 1, 0, 0)
    await follow_up.say(connection, one.id, one.second_id, met=True, useful=useful, reason=None, at=LATER)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 1, 1, 1, counted)


async def test_a_no_after_a_yes_counts_as_far_as_it_came(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=LATER)
    await respond.answer(connection, one.id, one.second_id, Answer.NO, at=LATER)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 1, 0, 0, 0)


async def test_a_pair_that_two_runs_proposed_counts_once_and_a_draft_not_at_all(
    connection: Connection, event_id: EventId
) -> None:
    one = await offered(connection, event_id)
    await connection.execute("update introduction set state = 'withdrawn', withdrawn_at = $1", LATER)
    await offered(connection, event_id, (one.first_id, one.second_id))
    await factories.drafted_run(connection, event_id)
    other = await factories.event(connection)
    await offered(connection, other.id)
    assert await funnels.get(connection, event_id) == funnel(1, 1, 0, 0, 0, 0)


async def test_what_others_found_useful_counts_for_nobody_else(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    third = await factories.attendee(connection, event_id, "Cy")
    await follow_up.say(connection, one.id, one.first_id, met=True, useful=None, reason=None, at=LATER)
    said = factories.feedback(third.id, one.first_id, met=True, useful=5)
    await feedback.put_all(connection, event_id, [said], LATER)
    assert (await funnels.get(connection, event_id)).useful == 0


@pytest.mark.parametrize(("number", "told"), [(0, 0), (4, 0), (5, 5), (9, 5), (123, 120)])
def test_in_fives_less_than_five_looks_like_nothing(number: int, told: int) -> None:
    found = rounded(funnel(*[number] * 6))
    assert (found.proposed, found.offered, found.useful, found.rounded) == (told, told, told, True)
