"""One introduction, answered and followed up from its letter's page."""

from datetime import datetime, time, timedelta

import httpx
import pytest

from matchmaker.model.link import LinkScope
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import PRESSED, Page
from tests.web.world import World


async def test_a_letters_link_shows_who_and_why_and_no_contact(world: World, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/i/{await world.link(world.ada)}")
    page = Page(answer.text)
    assert page.title == "Would you like to meet Bob O’Example?"
    for words in ("Example & Sons", "You asked for", "What Bob O’Example may get from you"):
        assert words in page.text
    assert page.buttons[:3] == [("choice", "yes"), ("choice", "no"), ("choice", "other_time")]
    assert "bob@example.com" not in answer.text
    assert "example.com" not in answer.text


async def test_each_reads_their_own_language(world: World, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/i/{await world.link(world.bob)}")
    assert Page(answer.text).title == "Möchten Sie Ada Example kennenlernen?"


async def test_two_yeses_show_the_contacts_and_one_does_not(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    assert (await world.press(visitor, ada, "yes")).status_code == 303
    assert await world.state() == "half_accepted"
    waiting = await visitor.get(ada)
    assert "You said yes to Bob" in waiting.text
    assert "bob@example.com" not in waiting.text
    assert (await world.press(visitor, bob, "yes")).status_code == 303
    assert await world.state() == "introduced"
    assert "bob@example.com" in (await visitor.get(ada)).text
    assert "ada@example.org" in (await visitor.get(bob)).text


async def test_a_no_is_never_told(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    before = Page((await visitor.get(bob)).text).text
    await world.press(visitor, ada, "no")
    assert "Bob O’Example is not told" in (await visitor.get(ada)).text
    assert Page((await visitor.get(bob)).text).text == before
    await world.press(visitor, bob, "yes")
    seen = Page((await visitor.get(bob)).text)
    assert seen.title == "Sie haben zugesagt: Ada Example"
    world.clock.go(days=20)
    assert Page((await visitor.get(bob)).text).title == "Diese Vorstellung ist vorbei"
    assert "ada@example.org" not in (await visitor.get(bob)).text


async def test_another_time_gives_more_of_it_once(world: World, visitor: httpx.AsyncClient) -> None:
    ada = f"/i/{await world.link(world.ada)}"
    await world.press(visitor, ada, "other_time")
    page = Page((await visitor.get(ada)).text)
    assert ("choice", "other_time") not in page.buttons
    assert await world.state() == "offered"
    late = await world.press(visitor, ada, "other_time")
    assert late.headers["location"].endswith("?said=late")


async def test_a_yes_can_be_taken_back(world: World, visitor: httpx.AsyncClient) -> None:
    ada = f"/i/{await world.link(world.ada)}"
    await world.press(visitor, ada, "yes")
    await world.press(visitor, ada, "no")
    assert await world.state() == "declined"


async def test_afterwards_one_says_how_it_went(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    for path in (ada, bob):
        await world.press(visitor, path, "yes")
    await world.press(visitor, ada, "met")
    await world.press(visitor, ada, "rate", useful="4", reason="A <good> talk")
    await world.press(visitor, ada, "promise", words="Send the minutes")
    page = Page((await visitor.get(ada)).text)
    assert page.fields["useful"] == "4"
    assert "A <good> talk" in page.text
    assert "Send the minutes" in page.text
    await world.press(visitor, ada, "kept")
    assert "Well kept" in (await visitor.get(ada)).text
    assert await world.rows("select useful, met, reason from feedback where useful is not null") == [
        (4, True, "A <good> talk")
    ]
    other = (await visitor.get(bob)).text
    for private in ("Send the minutes", "good", "checked"):
        assert private not in other


async def test_nonsense_in_a_follow_up_changes_nothing(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    before = await world.content()
    for choice in ("met", "rate", "promise", "kept"):
        await world.press(visitor, ada, choice, useful="5", words="x")
    assert await world.content() == before
    for path in (ada, bob):
        await world.press(visitor, path, "yes")
    before = await world.content()
    await world.press(visitor, ada, "rate", useful="6", reason=" \u0000 ")
    await world.press(visitor, ada, "promise", words=" ")
    assert await world.content() == before


async def test_a_link_opens_what_it_is_for(world: World, visitor: httpx.AsyncClient) -> None:
    for scope in (LinkScope.ME, LinkScope.EXITS, LinkScope.VERIFY, LinkScope.FEED, LinkScope.AFTERWARDS):
        token = await world.link(world.ada, scope)
        assert (await visitor.get(f"/i/{token}")).status_code == 410
        assert (await visitor.post(f"/i/{token}", data={"choice": "yes"}, headers=PRESSED)).status_code == 410
    old = await world.link(world.ada, hours=1)
    token = await world.link(world.ada)
    world.clock.go(hours=2)
    mistyped = token[:-1] + ("a" if token[-1] != "a" else "b")
    for gone in (old, mistyped):
        answer = await visitor.get(f"/i/{gone}")
        assert (answer.status_code, Page(answer.text).title) == (410, "This link is over")
    for none in ("x", token + "x", "é" * 77, "-" * 77):
        assert (await visitor.get(f"/i/{none}")).status_code == 404
    assert (await visitor.get(f"/i/{token}")).status_code == 200


async def test_a_link_to_ones_page_is_mailed_and_not_shown(world: World, visitor: httpx.AsyncClient) -> None:
    ada = f"/i/{await world.link(world.ada)}"
    answer = await world.press(visitor, ada, "page")
    assert "is on its way" in (await visitor.get(answer.headers["location"])).text
    assert ("ada", "link") in await world.letters()


async def test_after_two_yeses_a_page_says_who_begins_and_where(world: World, visitor: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set quiet = true, meets_at = '{walk}' where id = $1", world.bob)
        await connection.execute("update event set quiet_place = 'The <library>', host_name = 'Ines'")
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    await world.press(visitor, ada, "yes")
    assert [words for words in ("library", "Ines", "walk") if words in (await visitor.get(ada)).text] == []
    await world.press(visitor, bob, "yes")
    page = Page((await visitor.get(ada)).text).text
    for words in ("please write the first line", "The <library>", "Ines is there", "likes to meet: on a walk"):
        assert words in page
    assert "Sie müssen nicht den Anfang machen" in (await visitor.get(bob)).text


async def introduced(world: World, visitor: httpx.AsyncClient) -> tuple[str, str]:
    """The pages of Ada and Bob, who both said yes."""
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    await world.press(visitor, ada, "yes")
    await world.press(visitor, bob, "yes")
    return ada, bob


async def test_two_agree_on_an_hour_of_the_events_time_zone(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = await introduced(world, visitor)
    day = world.at.date() + timedelta(days=9)
    said = await world.press(visitor, ada, "propose", time=f"{day}T10:00")
    assert said.headers["location"].endswith("?said=proposed")
    asked = Page((await visitor.get(bob)).text)
    assert "Ada Example schlägt vor" in asked.text
    assert "10:00 Uhr (Europe/Berlin)" in asked.text
    assert ("choice", "agree") in asked.buttons
    assert ("choice", "agree") not in Page((await visitor.get(ada)).text).buttons
    assert ("ada", "time_proposed") not in await world.letters()
    await world.press(visitor, bob, "agree", proposed=asked.fields["proposed"])
    assert await world.rows("select starts_at at time zone 'Europe/Berlin' from appointment") == [
        (datetime.combine(day, time(10)),)
    ]
    assert {("ada", "meeting"), ("bob", "meeting")} <= set(await world.letters())
    assert "You have agreed on" in (await visitor.get(ada)).text
    feed = await visitor.get(f"/c/{await world.link(world.ada, LinkScope.FEED)}.ics")
    assert "Bob O’Example" in feed.text
    await world.press(visitor, ada, "call_off")
    assert "STATUS:CANCELLED" in (await visitor.get(f"/c/{await world.link(world.ada, LinkScope.FEED)}.ics")).text
    assert "You may agree on another time" in (await visitor.get(ada)).text


async def test_an_hour_that_was_proposed_anew_is_not_agreed_on_unseen(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = await introduced(world, visitor)
    day = world.at.date() + timedelta(days=9)
    await world.press(visitor, ada, "propose", time=f"{day}T10:00")
    before = Page((await visitor.get(bob)).text).fields["proposed"]
    await world.press(visitor, ada, "propose", time=f"{day}T11:00")
    late = await world.press(visitor, bob, "agree", proposed=before)
    assert late.headers["location"].endswith("?said=late")
    assert await world.rows("select starts_at from appointment") == [(None,)]


@pytest.mark.parametrize("given", ["", "tomorrow", "2026-13-01T10:00", "0001-01-01T00:00", "9999-12-31T23:59"])
async def test_what_is_no_hour_to_come_proposes_nothing(world: World, visitor: httpx.AsyncClient, given: str) -> None:
    ada, _ = await introduced(world, visitor)
    answer = await world.press(visitor, ada, "propose", time=given)
    assert answer.status_code == 303
    assert await world.rows("select count(*) from appointment") == [(0,)]
