"""The three exits and the way back, by hand and by a mail programme's own button."""

from datetime import timedelta

import httpx
import pytest

from matchmaker.model.introduction import Answer
from matchmaker.model.link import LinkScope
from matchmaker.services import agree, respond
from matchmaker.store.tenant import tenant_transaction
from tests.services.written import sent
from tests.web.browser import Page
from tests.web.world import World

PAUSES = "select scope, ends_at::date::text, ended_at is null from pause order by began_at, id"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.parametrize(
    ("choice", "fields", "ends"),
    [
        ("round", {}, "2026-12-23"),
        ("programme", {}, None),
        ("programme", {"until": "2027-03-01"}, "2027-02-28"),  # it ends with the night before, in Berlin
        ("everything", {}, None),
    ],
)
async def test_an_exit_takes_effect_at_once(
    world: World, visitor: httpx.AsyncClient, choice: str, fields: dict[str, str], ends: str | None
) -> None:
    path = f"/x/{await world.link(world.ada, LinkScope.EXITS)}"
    assert (await world.press(visitor, path, choice, **fields)).status_code == 303
    assert await world.rows(PAUSES) == [(choice, ends, True)]
    assert [letter for letter in await world.letters() if letter[0] == "ada"] == [("ada", "goodbye")]
    assert ("choice", "back") in Page((await visitor.get(path)).text).buttons


async def test_one_click_brings_back(world: World, visitor: httpx.AsyncClient) -> None:
    path = f"/x/{await world.link(world.ada, LinkScope.EXITS)}"
    await world.press(visitor, path, "everything")
    await world.press(visitor, path, "back")
    assert await world.rows(PAUSES) == [("everything", None, False)]
    assert ("choice", "back") not in Page((await visitor.get(path)).text).buttons


async def test_a_second_exit_takes_the_place_of_the_first(world: World, visitor: httpx.AsyncClient) -> None:
    path = f"/x/{await world.link(world.ada, LinkScope.EXITS)}"
    await world.press(visitor, path, "everything")
    await world.press(visitor, path, "round")
    assert [row[2] for row in await world.rows(PAUSES)] == [False, True]


async def test_a_pause_cannot_end_in_the_past(world: World, visitor: httpx.AsyncClient) -> None:
    path = f"/x/{await world.link(world.ada, LinkScope.EXITS)}"
    answer = await world.press(visitor, path, "programme", until="2020-01-01")
    assert answer.status_code == 422
    assert "still to come" in answer.text
    assert await world.rows(PAUSES) == []


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
async def test_a_mail_programmes_own_button_acts_at_once_and_once(
    world: World, visitor: httpx.AsyncClient, form: str
) -> None:
    path = f"/x/{await world.link(world.ada, LinkScope.EXITS)}"
    for _ in range(2):
        if form == "urlencoded":
            answer = await visitor.post(path, data=ONE_CLICK)
        else:
            answer = await visitor.post(path, files={"List-Unsubscribe": (None, "One-Click")})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert await world.rows(PAUSES) == [("everything", None, True)]
    assert [letter for letter in await world.letters() if letter[0] == "ada"] == [("ada", "goodbye")]


async def test_one_click_opens_no_other_link(world: World, visitor: httpx.AsyncClient) -> None:
    before = await world.content()
    for scope in (LinkScope.INTRODUCTION, LinkScope.ME, LinkScope.VERIFY, LinkScope.FEED):
        token = await world.link(world.ada, scope)
        assert (await visitor.post(f"/x/{token}", data=ONE_CLICK)).status_code == 410
    token = await world.link(world.ada)
    assert (await visitor.post(f"/i/{token}", data=ONE_CLICK)).status_code == 422
    assert {**await world.content(), "link": ""} == {**before, "link": ""}


async def test_who_leaves_is_told_to_nobody(world: World, visitor: httpx.AsyncClient) -> None:
    bob = f"/i/{await world.link(world.bob)}"
    before = Page((await visitor.get(bob)).text).text
    await visitor.post(f"/x/{await world.link(world.ada, LinkScope.EXITS)}", data=ONE_CLICK)
    assert Page((await visitor.get(bob)).text).text == before


@pytest.mark.parametrize(("by_hand", "called_off"), [(True, 1), (False, 0)])
async def test_an_exit_by_hand_calls_off_what_was_agreed_on_and_a_mail_programmes_button_does_not(
    world: World, visitor: httpx.AsyncClient, by_hand: bool, called_off: int
) -> None:
    starts_at = world.at + timedelta(days=9)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        for who in (world.ada, world.bob):
            await respond.answer(connection, world.introduction_id, who, Answer.YES, at=world.at)
        await agree.propose(connection, world.introduction_id, world.ada, starts_at, minutes=20, at=world.at)
        await agree.agree(connection, world.introduction_id, world.bob, starts_at, world.at)
        await sent(connection)
    path = f"/x/{await world.link(world.ada, LinkScope.EXITS)}"
    if by_hand:
        await world.press(visitor, path, "everything")
    else:
        await visitor.post(path, data=ONE_CLICK)
    assert await world.rows("select scope from pause") == [("everything",)]
    assert (await world.letters()).count(("bob", "meeting_cancelled")) == called_off
