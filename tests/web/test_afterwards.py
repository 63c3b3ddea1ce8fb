"""After an event, on one page: with whom to stay in touch, and whether one met whom chance kept one from."""

import httpx
import pytest

from matchmaker.model.ids import AttendeeId
from matchmaker.model.link import LinkScope
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.store import hold_backs, messages
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import PRESSED, Page
from tests.web.world import World


@pytest.fixture
async def sat(world: World) -> World:
    """Ada and Bob sat together, and neither has said anything of it."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update introduction set sat_together = true")
    return world


async def held_back(world: World) -> AttendeeId:
    """Chance keeps Ada from Cleo, both of whom agreed to that, and Ada has been asked about it."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set may_hold_back = true")
        cleo = await factories.attendee(connection, world.event_id, "Cleo <Example>", may_hold_back=True)
        run = await factories.drafted_run(connection, world.event_id)
        await hold_backs.add_all(connection, [factories.hold_back(run, world.ada, cleo.id)])
        asked = MessageInput(letter=LetterKind.HELD_BACK, attendee_id=world.ada, not_before=world.at)
        await messages.add(connection, [asked], world.at)
    return cleo.id


async def test_the_page_asks_of_each_and_shows_no_contact(sat: World, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/a/{await sat.link(sat.ada, LinkScope.AFTERWARDS)}")
    page = Page(answer.text)
    assert page.title.startswith("After ")
    assert "Bob O’Example" in page.text
    assert page.buttons[0] == ("choice", "afterwards")
    assert "For measuring only" not in page.text
    assert "bob@example.com" not in answer.text


async def test_two_yeses_introduce_and_one_waits(sat: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = [f"/a/{await sat.link(one, LinkScope.AFTERWARDS)}" for one in (sat.ada, sat.bob)]
    fields = {f"words-{sat.bob}": "stay", f"useful-{sat.bob}": "4"}
    done = await sat.press(visitor, ada, "afterwards", **fields)
    assert done.headers["location"].endswith("?said=answered")
    waiting = await visitor.get(ada)
    assert "You said yes to" in waiting.text
    assert "bob@example.com" not in waiting.text
    assert await sat.state() == "half_accepted"
    await sat.press(visitor, bob, "afterwards", **{f"words-{sat.ada}": "stay"})
    assert await sat.state() == "met"
    assert ("ada", "introduced") in await sat.letters()
    assert "There is nothing open here" in (await visitor.get(ada)).text


async def test_a_no_changes_nothing_for_the_other(sat: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = [f"/a/{await sat.link(one, LinkScope.AFTERWARDS)}" for one in (sat.ada, sat.bob)]
    before = Page((await visitor.get(bob)).text).text
    await sat.press(visitor, ada, "afterwards", **{f"words-{sat.bob}": "no"})
    assert await sat.state() == "declined"
    assert Page((await visitor.get(bob)).text).text == before


async def test_nothing_chosen_says_so_and_asks_again(sat: World, visitor: httpx.AsyncClient) -> None:
    path = f"/a/{await sat.link(sat.ada, LinkScope.AFTERWARDS)}"
    for fields in ({}, {f"words-{sat.ada}": "stay"}, {f"useful-{sat.bob}": "9"}, {f"words-{sat.bob}": "all"}):
        done = await sat.press(visitor, path, "afterwards", **fields)
        assert done.headers["location"].endswith("?said=chosen_nothing")
    assert await sat.state() == "offered"


async def test_who_was_held_back_is_asked_plainly_and_what_they_say_counts(
    sat: World, visitor: httpx.AsyncClient
) -> None:
    cleo = await held_back(sat)
    path = f"/a/{await sat.link(sat.ada, LinkScope.AFTERWARDS)}"
    answer = await visitor.get(path)
    assert "For measuring only" in answer.text
    assert "Cleo &lt;Example&gt;" in answer.text
    await sat.press(visitor, path, "afterwards", **{f"words-{cleo}": "met"})
    assert await sat.rows("select met, accepted from feedback") == [(True, None)]
    assert "For measuring only" not in (await visitor.get(path)).text


async def test_who_was_not_asked_yet_sees_nothing_of_it(sat: World, visitor: httpx.AsyncClient) -> None:
    await held_back(sat)
    async with tenant_transaction(sat.pool, sat.association_id) as connection:
        await connection.execute("delete from message where letter = 'held_back'")
    answer = await visitor.get(f"/a/{await sat.link(sat.ada, LinkScope.AFTERWARDS)}")
    assert "Cleo" not in answer.text


async def test_a_doubtful_press_is_asked_once_more_with_all_that_was_chosen(
    sat: World, visitor: httpx.AsyncClient
) -> None:
    path = f"/a/{await sat.link(sat.ada, LinkScope.AFTERWARDS)}"
    seal = Page((await visitor.get(path)).text).fields["form"]
    sent = {"form": seal, "choice": "afterwards", f"words-{sat.bob}": "stay"}
    again = Page((await visitor.post(path, data=sent, headers=PRESSED)).text)
    assert again.title == "Please press once more"
    assert await sat.state() == "offered"
    sat.clock.go(seconds=20)
    await visitor.post(path, data={**again.fields, "choice": "afterwards"}, headers=PRESSED)
    assert await sat.state() == "half_accepted"


async def test_ones_own_page_leads_to_it_and_the_introduction_says_that_they_sat_together(
    sat: World, visitor: httpx.AsyncClient
) -> None:
    enter = f"/m/{await sat.link(sat.ada, LinkScope.ME)}"
    await sat.press(visitor, enter, "enter")
    assert "/me/afterwards" in (await visitor.get("/me")).text
    await sat.press(visitor, "/me/afterwards", "afterwards", **{f"words-{sat.bob}": "stay"})
    assert "Back to my page" in (await visitor.get("/me/afterwards")).text
    assert "/me/afterwards" not in (await visitor.get("/me")).text
    shown = Page((await visitor.get(f"/i/{await sat.link(sat.bob)}")).text)
    assert shown.title == "Mit Ada Example in Verbindung bleiben?"
    assert [value for _, value in shown.buttons][:2] == ["yes", "no"]


async def test_the_link_opens_nothing_else(sat: World, visitor: httpx.AsyncClient) -> None:
    token = await sat.link(sat.ada, LinkScope.AFTERWARDS)
    for place in ("i", "x", "m", "v"):
        assert (await visitor.get(f"/{place}/{token}")).status_code == 410
    other = await sat.link(sat.ada)
    assert (await visitor.get(f"/a/{other}")).status_code == 410
    assert (await sat.press(visitor, f"/a/{token}", "page")).headers["location"].endswith("?said=mailed")
    assert ("ada", "link") in await sat.letters()
