"""One's own pages: a link that works once, a session, and all one may see and change there."""

import asyncio
import json
import re

import httpx
import pytest
from litestar import Litestar

from matchmaker.model.door import Door
from matchmaker.model.link import LinkScope
from matchmaker.services import forget, join
from matchmaker.store import check_ins, doors, exclusions, feedback, programmes, wishes
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import PRESSED, Page, visiting
from tests.web.test_feed import seat
from tests.web.world import World

FILLED = {
    "name": "Ada Other",
    "organisation": "New & Co",
    "role": "",
    "seeks": "Bookkeeping <b>for</b> clubs\r\nA second thing",
    "offers": "",
    "interests": "Bees",
    "quota": "5",
    "minutes": "90",
    "languages": "de",
    "opted_in": "yes",
    "version": "1",
}


@pytest.fixture
async def at_home(world: World, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """Ada in her own pages."""
    path = f"/m/{await world.link(world.ada, LinkScope.ME, minutes=10)}"
    assert (await world.press(visitor, path, "enter")).headers["location"].endswith("/me")
    return visitor


async def test_a_link_opens_ones_pages_once(world: World, app: Litestar, at_home: httpx.AsyncClient) -> None:
    token = await world.link(world.ada, LinkScope.ME, minutes=10)
    async with visiting(app) as other:
        await other.get(f"/m/{token}")
        entered = await world.press(other, f"/m/{token}", "enter")
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-page=")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=1800"):
            assert part in cookie
        assert (await other.get("/me")).status_code == 200
        assert (await other.get(f"/m/{token}")).status_code == 410
        assert (await other.post(f"/m/{token}", data={"choice": "enter"}, headers=PRESSED)).status_code == 410
    assert await world.rows("select count(*) from page_session") == [(2,)]


async def test_of_many_presses_at_once_one_enters(world: World, app: Litestar) -> None:
    path = f"/m/{await world.link(world.ada, LinkScope.ME, minutes=10)}"
    async with visiting(app) as browser:
        seal = Page((await browser.get(path)).text).fields["form"]
        world.clock.go(seconds=20)
        sent = [browser.post(path, data={"form": seal, "choice": "enter"}, headers=PRESSED) for _ in range(20)]
        answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [303] + [410] * 19
    assert await world.rows("select count(*) from page_session") == [(1,)]


async def test_a_session_ends_by_itself_and_by_hand(world: World, at_home: httpx.AsyncClient) -> None:
    assert (await at_home.get("/me")).status_code == 200
    left = await world.press(at_home, "/me", "end")
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert (await at_home.get("/me")).status_code == 403
    assert await world.rows("select count(*) from page_session") == [(0,)]
    path = f"/m/{await world.link(world.ada, LinkScope.ME, minutes=10)}"
    await world.press(at_home, path, "enter")
    world.clock.go(minutes=31)
    for address in ("/me", "/me/pause", "/me/data.json", f"/me/introductions/{world.introduction_id}"):
        answer = await at_home.get(address)
        assert (answer.status_code, Page(answer.text).title) == (403, "Your visit has ended")


@pytest.mark.parametrize("cookie", ["", "x", "é", "0" * 65, "z" * 65])
async def test_a_made_up_cookie_opens_nothing(world: World, app: Litestar, cookie: str) -> None:
    async with visiting(app) as browser:
        answer = await browser.get("/me", headers=[(b"Cookie", f"__Host-page={cookie}".encode())])
    assert answer.status_code == 403


async def test_a_session_of_anothers_form_or_site_changes_nothing(
    world: World, app: Litestar, at_home: httpx.AsyncClient
) -> None:
    async with visiting(app) as bob:
        await world.press(bob, f"/m/{await world.link(world.bob, LinkScope.ME, minutes=10)}", "enter")
        foreign = Page((await bob.get("/me")).text).fields["form"]
    own = Page((await at_home.get("/me")).text).fields["form"]
    world.clock.go(seconds=20)
    before = await world.content()
    asked = {**FILLED, "choice": "save"}
    assert (await at_home.post("/me", data={**asked, "form": foreign}, headers=PRESSED)).status_code == 422
    assert (await at_home.post("/me", data=asked, headers=PRESSED)).status_code == 422
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await at_home.post("/me", data={**asked, "form": own}, headers={**PRESSED, **headers})
        assert answer.status_code == 403
    plain = json.dumps({**asked, "form": own})
    answer = await at_home.post("/me", content=plain, headers={**PRESSED, "content-type": "text/plain"})
    assert answer.status_code == 422
    assert await world.content() == before


async def test_a_profile_is_saved_as_it_was_shown(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute(
            "update attendee set external_id = 'a1', seniority = 'senior' where id = $1", world.ada
        )
    page = Page((await at_home.get("/me")).text)
    assert (page.fields["name"], page.fields["version"]) == ("Ada Example", "1")
    assert (await world.press(at_home, "/me", "save", **FILLED)).headers["location"].endswith("?said=saved")
    assert await world.rows(
        "select name, organisation, role, seeks, offers, interests, quota, minutes, languages, opted_in, external_id,"
        f" seniority from attendee join contact using (person_id) where id = '{world.ada}'"
    ) == [
        ("Ada Other", "New & Co", None, ["Bookkeeping <b>for</b> clubs", "A second thing"], [], ["Bees"], 5, 90, ["de"],
         True, "a1", "senior")
    ]  # fmt: skip
    late = await world.press(at_home, "/me", "save", **FILLED)
    assert late.headers["location"].endswith("?said=changed_meanwhile")


CHOSEN = "select matched, introduced, listed, measured, may_hold_back, quiet, meets_at from attendee"


async def test_choices_are_saved_as_they_are_ticked_and_the_profile_stays(
    world: World, at_home: httpx.AsyncClient
) -> None:
    kept = f"select seeks, offers, role, languages, opted_in from attendee where id = '{world.ada}'"
    profile = await world.rows(kept)
    ticked = {"listed": "yes", "quiet": "yes", "may_hold_back": "yes", "meets_at": "walk", "version": "1"}
    assert (await world.press(at_home, "/me", "choose", **ticked)).headers["location"].endswith("?said=saved")
    own = f"{CHOSEN} where id = '{world.ada}'"
    assert await world.rows(own) == [(False, False, True, False, True, True, ["walk"])]
    assert await world.rows(kept) == profile
    await world.press(at_home, "/me", "save", **{**FILLED, "version": "2"})
    assert await world.rows(own) == [(False, False, True, False, True, True, ["walk"])]
    version = Page((await at_home.get("/me")).text).fields["version"]
    await world.press(at_home, "/me", "choose", meets_at="the moon", version=version)
    assert await world.rows(own) == [(False, False, False, False, False, False, [])]
    assert await world.rows("select chosen_at is not null from attendee order by 1") == [(False,), (True,)]
    late = await world.press(at_home, "/me", "choose", quiet="yes", version="1")
    assert late.headers["location"].endswith("?said=changed_meanwhile")
    assert await world.rows(f"{CHOSEN} where id = '{world.bob}'") == [(True, True, True, True, False, False, [])]


async def test_a_wish_is_stated_shown_and_taken_back_by_oneself_alone(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await wishes.put(connection, world.event_id, factories.wish(world.bob, world.ada), factories.AT)
        (theirs,) = await wishes.find(connection, world.event_id, limit=2)
    assert ("choice", "unwish") not in Page((await at_home.get("/me")).text).buttons
    rows = "select attendee_id, other_id, strength from wish order by strength"
    before = [(world.bob, world.ada, "would_like")]
    for strength, person in (("nonsense", "bob@example.com"), ("must_meet", "Nobody"), ("must_meet", "Ada Example")):
        await world.press(at_home, "/me", "wish", strength=strength, person=person)
    assert await world.rows(rows) == before
    for strength in ("rather_not", "must_meet"):
        said = await world.press(at_home, "/me", "wish", strength=strength, person="bob o’example")
        assert said.headers["location"].endswith("?said=wished")
    assert await world.rows(rows) == [(world.ada, world.bob, "must_meet"), *before]
    page = (await at_home.get("/me")).text
    assert "Bob O’Example: must meet" in page
    data = (await at_home.get("/me/data.json")).json()
    assert data["wishes"] == [{"other": "Bob O’Example", "strength": "must_meet"}]
    await world.press(at_home, "/me", "unwish", wish=theirs.id)
    assert len(await world.rows(rows)) == 2
    own = await world.rows(f"select id from wish where attendee_id = '{world.ada}'")
    await world.press(at_home, "/me", "unwish", wish=own[0][0])
    assert await world.rows(rows) == before


async def test_who_is_not_listed_is_found_by_nobody_but_to_be_kept_apart(
    world: World, at_home: httpx.AsyncClient
) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set listed = false where id = $1", world.bob)
    for choice in ("wish", "know"):
        said = await world.press(at_home, "/me", choice, strength="must_meet", person="bob@example.com")
        assert said.headers["location"].endswith("no_such_person")
    await world.press(at_home, "/me", "keep_apart", person="bob@example.com")
    assert await world.rows("select other_id from exclusion") == [(world.bob,)]
    assert await world.rows("select (select count(*) from wish) + (select count(*) from acquaintance)") == [(0,)]


async def test_keeping_apart_is_answered_alike_whether_there_is_such_a_person(
    world: World, at_home: httpx.AsyncClient
) -> None:
    """One who is not listed, and nobody: the answer, the page and one's own data differ in the word alone that was written."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set listed = false where id = $1", world.bob)
    told = []
    for person in ("bob@example.com", "eve@example.com"):
        answer = await world.press(at_home, "/me", "keep_apart", person=person)
        page, data = Page((await at_home.get("/me")).text), (await at_home.get("/me/data.json")).json()
        told.append((answer.headers["location"], page.text.replace(person, "?"), data["kept_apart"] == [person]))
        (asked,) = await world.rows("select id from exclusion")
        await world.press(at_home, "/me", "remove", exclusion=str(asked[0]))
        assert await world.rows("select count(*) from exclusion") == [(0,)]
    assert told[0] == told[1]
    assert told[0][2]


async def test_a_name_that_was_written_before_it_was_anybodys_is_forgotten_with_them(
    world: World, at_home: httpx.AsyncClient
) -> None:
    await world.press(at_home, "/me", "keep_apart", person="EVE@example.com")
    await world.press(at_home, "/me", "keep_apart", person="Somebody Else")
    async with tenant_transaction(world.pool, world.association_id) as connection:
        eve = await factories.attendee(connection, world.event_id, "Eve", email="eve@example.com")
        await forget.forget(connection, world.event_id, eve.id, factories.AT)
    assert await world.rows("select written from exclusion") == [("Somebody Else",)]


async def test_two_who_keep_apart_from_each_other_each_see_their_own_word(
    world: World, at_home: httpx.AsyncClient
) -> None:
    """Whoever was first: what one asks for shows on one's page, or its lack would tell."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await exclusions.ask(connection, world.event_id, world.bob, "Ada", others=[world.ada], at=factories.AT)
    await world.press(at_home, "/me", "keep_apart", person="bob@example.com")
    assert "bob@example.com" in Page((await at_home.get("/me")).text).text
    assert len(await world.rows("select id from exclusion")) == 2


async def test_a_text_of_several_lines_stays_whole(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update attendee set offers = $1 where id = $2", ["One\nand two", "Three"], world.ada)
    await world.press(at_home, "/me", "save", **{**FILLED, "offers": "One and two\r\nFour"})
    assert await world.rows(f"select offers from attendee where id = '{world.ada}'") == [(["One\nand two", "Four"],)]


async def test_what_is_wrong_in_a_profile_is_named(world: World, at_home: httpx.AsyncClient) -> None:
    before = await world.content()
    wrong = {**FILLED, "name": " ", "quota": "51", "minutes": "-1", "seeks": "\n".join("abcdefghijklm")}
    answer = await world.press(at_home, "/me", "save", **wrong)
    assert answer.status_code == 422
    for field in ("name", "quota", "minutes", "seeks"):
        assert f'id="{field}-mistake"' in answer.text
    assert await world.content() == before


async def test_one_is_kept_apart_and_nobody_is_told(world: World, at_home: httpx.AsyncClient) -> None:
    rows = "select other_id, organisation from exclusion where written <> 'Nobody' order by created_at, organisation nulls first"
    await world.press(at_home, "/me", "keep_apart", person="bob o’example", organisation="Rivals Ltd")
    assert await world.rows(rows) == [(world.bob, None), (None, "Rivals Ltd")]
    page = Page((await at_home.get("/me")).text)
    assert "Rivals Ltd" in page.text
    unknown = await world.press(at_home, "/me", "keep_apart", person="Nobody")
    assert unknown.headers["location"].endswith("kept_apart")
    (first,) = await world.rows("select id from exclusion where organisation is not null")
    await world.press(at_home, "/me", "remove", exclusion=first[0])
    assert await world.rows(rows) == [(world.bob, None)]
    await world.press(at_home, "/me", "know", person="bob@example.com")
    assert await world.rows("select count(*) from acquaintance") == [(1,)]


async def test_anothers_exclusion_is_neither_shown_nor_removed(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        one = await connection.fetchval(
            "insert into exclusion (event_id, attendee_id, other_id, created_at) values ($1, $2, $3, $4) returning id",
            world.event_id, world.bob, world.ada, factories.AT,
        )  # fmt: skip
    assert ("choice", "remove") not in Page((await at_home.get("/me")).text).buttons
    await world.press(at_home, "/me", "remove", exclusion=one)
    assert await world.rows("select count(*) from exclusion") == [(1,)]


async def test_ones_introductions_are_answered_there_too(world: World, at_home: httpx.AsyncClient) -> None:
    page = await at_home.get("/me")
    path = f"/me/introductions/{world.introduction_id}"
    assert f'href="{path}"' in page.text
    await world.press(at_home, path, "yes")
    assert await world.state() == "half_accepted"
    assert "you said yes" in (await at_home.get("/me")).text
    for other in (world.bob, "nonsense"):
        assert (await at_home.get(f"/me/introductions/{other}")).status_code == 404


async def test_one_pauses_and_comes_back(world: World, at_home: httpx.AsyncClient) -> None:
    await world.press(at_home, "/me/pause", "programme", until="2027-01-01")
    assert "You take no part" in (await at_home.get("/me")).text
    await world.press(at_home, "/me/pause", "back")
    assert "You take no part" not in (await at_home.get("/me")).text


async def test_ones_data_are_all_there_and_nothing_of_the_others(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        said = [factories.feedback(world.ada, world.bob, met=True, useful=4, reason="Mine")]
        said.append(factories.feedback(world.bob, world.ada, useful=1, reason="Canary"))
        await feedback.put_all(connection, world.event_id, said, factories.AT)
        await check_ins.check_in(connection, world.event_id, world.ada, factories.LATER)
    answer = await at_home.get("/me/data.json")
    found = answer.json()
    assert found["attendee"]["email"] == "ada@example.org"
    assert [one["reason"] for one in found["feedback"]] == ["Mine"]
    assert found["check_in"]["presence"] == "checked_in"
    (introduction,) = found["introductions"]
    assert introduction["other"] == {"name": "Bob O’Example", "role": None, "organisation": "Example & Sons"}
    assert (introduction["contact"], introduction["standing"]) == (None, "open")
    assert "Canary" not in answer.text
    assert "bob@example.com" not in answer.text


async def test_one_is_forgotten_only_when_one_is_sure(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        second = await factories.event(connection, name="Second")
        await factories.attendee(connection, second.id, "Ada Example", email="ada@example.org")
    assert (await world.press(at_home, "/me", "erase")).status_code == 422
    assert await world.rows("select count(*) from contact") == [(2,)]
    gone = await world.press(at_home, "/me", "erase", sure="yes")
    assert Page(gone.text).title == "All of it is deleted"
    assert await world.rows("select name from contact") == [("Bob O’Example",)]
    assert await world.rows("select count(*) from introduction union all select count(*) from page_session") == [
        (0,),
        (0,),
    ]
    assert (await at_home.get("/me")).status_code == 403


async def test_free_slots_are_ticked_and_rounds_are_listed(world: World, at_home: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await programmes.add_slots(connection, world.event_id, [factories.slot(1), factories.slot(2)])
    await seat(world, released=True)
    page = Page((await at_home.get("/me")).text)
    assert "Talk with Bob O’Example, Table 7" in page.text
    free = f"select available from attendee where id = '{world.ada}'"
    for ticked, stored in (("2", [2]), ("7", [])):
        version = Page((await at_home.get("/me")).text).fields["version"]
        await world.press(at_home, "/me", "save", **{**FILLED, "version": version, "available": ticked})
        assert await world.rows(free) == [(stored,)]


async def test_a_calendar_feed_is_shown_once_and_the_one_before_ends(world: World, at_home: httpx.AsyncClient) -> None:
    await seat(world, released=True)
    addresses = []
    for _ in range(2):
        shown = await world.press(at_home, "/me", "feed")
        addresses += re.findall(r"(/c/\w+\.ics)", shown.text)
    assert [(await at_home.get(address)).status_code for address in addresses] == [410, 200]


@pytest.mark.parametrize(
    ("door", "takes_part", "words"), [(Door.OPEN, True, "You take part"), (Door.WAITING_LIST, False, "waiting list")]
)
async def test_a_verified_address_takes_part_or_waits(
    world: World, visitor: httpx.AsyncClient, door: Door, takes_part: bool, words: str
) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await doors.put(connection, world.event_id, door)
        given = factories.attendee_input("Cleo", email="cleo@example.org")
        await join.sign_up(connection, world.event_id, given, world.at)
        cleo = await connection.fetchval("select attendee_id from sign_up")
    opted_in = f"select opted_in from attendee where id = '{cleo}'"
    path = f"/v/{await world.link(cleo, LinkScope.VERIFY)}"
    assert await world.rows(opted_in) == [(False,)]
    for _ in range(2):
        assert (await visitor.get(path)).status_code == 200
    await world.press(visitor, path, "verify")
    assert words in (await visitor.get(path)).text
    assert await world.rows(opted_in) == [(takes_part,)]
    await world.press(visitor, f"/m/{await world.link(cleo, LinkScope.ME, minutes=10)}", "enter")
    version = Page((await visitor.get("/me")).text).fields["version"]
    await world.press(visitor, "/me", "save", **{**FILLED, "version": version})
    assert await world.rows(opted_in) == [(takes_part,)]  # nobody lets themselves in
