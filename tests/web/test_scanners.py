"""Mail programmes open every link, some run scripts, some send forms: none of it answers for a person (S10, F55)."""

import itertools
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from matchmaker import tokens
from matchmaker.model.door import Door
from matchmaker.model.link import LinkScope
from matchmaker.services import join
from matchmaker.store import doors, introductions
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import PRESSED, Page, visiting
from tests.web.world import World

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "python-requests/2.32",
    "",
)
CHROME, SAFARI, FIREFOX, OFFICE = AGENTS[:4]
SCRIPTED = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Origin": "null"}
SAFE = ("GET", "HEAD", "OPTIONS")


@pytest.fixture
async def addresses(world: World) -> list[str]:
    """An address of every kind that a letter holds, and the public ones."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await doors.put(connection, world.event_id, Door.OPEN)
        cleo = factories.attendee_input("Cleo", email="cleo@example.org")
        await join.sign_up(connection, world.event_id, cleo, factories.AT)
        new = await connection.fetchval("select attendee_id from sign_up")
        run = await factories.drafted_run(connection, world.event_id)
        pair = min(world.ada, new), max(world.ada, new)
        await introductions.offer(
            connection, world.event_id, run.id, *pair, expires_at=world.at + timedelta(days=9), at=world.at
        )
        await connection.execute("update introduction set sat_together = true where $1 in (first_id, second_id)", new)
    door = f"/join/{tokens.event_code(world.association_id, world.event_id)}"
    return [
        f"/i/{await world.link(world.ada)}",
        f"/i/{await world.link(world.bob)}",
        f"/x/{await world.link(world.ada, LinkScope.EXITS)}",
        f"/m/{await world.link(world.ada, LinkScope.ME)}",
        f"/v/{await world.link(new, LinkScope.VERIFY)}",
        f"/a/{await world.link(world.ada, LinkScope.AFTERWARDS)}",
        *(door, f"{door}/sent", f"{door}/link", f"{door}/code.svg"),
        "/me",
    ]


async def open_all(app: Litestar, world: World, addresses: list[str], times: int) -> int:
    """So many requests that only look, of every method, address and agent in turn."""
    opened = 0
    async with visiting(app) as scanner:
        for method, address, agent in itertools.islice(
            itertools.cycle(itertools.product(SAFE, addresses, AGENTS)), times
        ):
            answer = await scanner.request(method, address, headers={"User-Agent": agent, "Purpose": "prefetch"})
            assert answer.status_code == (403 if address == "/me" and method != "OPTIONS" else answer.status_code)
            assert answer.status_code in (200, 204, 403), address
            opened += 1
            world.clock.go(seconds=0.01)
    return opened


async def test_opening_every_link_in_every_way_changes_nothing(
    app: Litestar, world: World, addresses: list[str]
) -> None:
    before = await world.content()
    assert await open_all(app, world, addresses, times=600) == 600
    assert await world.content() == before
    async with visiting(app) as person:
        await world.press(person, addresses[0], "yes")
    assert await world.content() != before  # so that a change would have been seen


@pytest.mark.full
async def test_ten_thousand_looks_change_nothing(app: Litestar, world: World, addresses: list[str]) -> None:
    before = await world.content()
    assert await open_all(app, world, addresses, times=10_000) == 10_000
    assert await world.content() == before


def forms_of(page: Page) -> list[dict[str, str]]:
    """What a script could send of a page: the form as it is, with its first button, and with each that shows."""
    seal = {"form": page.fields["form"]}
    return [seal, {**seal, "choice": ""}, *({**seal, name: value} for name, value in page.buttons)]


@pytest.mark.parametrize("agent", AGENTS)
async def test_a_form_sent_at_once_changes_nothing(
    app: Litestar, world: World, addresses: list[str], agent: str
) -> None:
    """By a script of the page, or by a programme that reads forms, with any button: nobody reads so fast."""
    before = await world.content()
    async with visiting(app, **{"User-Agent": agent}) as scanner:
        for address in addresses[:6]:
            for headers in ({}, SCRIPTED, PRESSED):
                for sent in forms_of(Page((await scanner.get(address)).text)):
                    answer = await scanner.post(address, data=sent, headers=headers)
                    assert answer.status_code in (200, 422)
    assert await world.content() == before


@pytest.mark.parametrize("agent", [CHROME, FIREFOX])
async def test_a_script_that_waits_changes_nothing_however_often_it_sends(
    app: Litestar, world: World, addresses: list[str], agent: str
) -> None:
    """The browser says that no person pressed; so it is asked once more, for ever."""
    before = await world.content()
    async with visiting(app, **{"User-Agent": agent}) as scanner:
        for address in addresses[:6]:
            page = Page((await scanner.get(address)).text)
            choice = next(value for _, value in page.buttons if value)
            for _ in range(4):
                world.clock.go(minutes=1)
                sent = {"form": page.fields["form"], "choice": choice}
                answer = await scanner.post(address, data=sent, headers=SCRIPTED)
                page = Page(answer.text)
                assert (answer.status_code, page.title) == (200, page.title)
                assert ("choice", choice) in page.buttons
    assert await world.content() == before


@pytest.mark.parametrize("sent", [{}, {"choice": ""}, {"choice": "nonsense"}])
async def test_a_form_without_a_pressed_button_changes_nothing(
    app: Litestar, world: World, addresses: list[str], sent: dict[str, str]
) -> None:
    before = await world.content()
    async with visiting(app, **{"User-Agent": SAFARI}) as scanner:
        for address in addresses[:6]:
            seal = Page((await scanner.get(address)).text).fields["form"]
            world.clock.go(minutes=1)
            answer = await scanner.post(address, data={"form": seal, **sent}, headers=PRESSED)
            assert answer.status_code == 422
            assert "press one of the buttons" in answer.text or "drücken Sie einen der Knöpfe" in answer.text
    assert await world.content() == before


@pytest.mark.parametrize(
    ("agent", "headers", "presses"),
    [
        (CHROME, PRESSED, 1),
        (FIREFOX, PRESSED, 1),
        (SAFARI, SCRIPTED, 1),  # Safari tells the site and not the gesture
        (SAFARI, {}, 2),
        (OFFICE, {}, 2),
        (CHROME, {}, 2),  # plain http, where browsers tell nothing
    ],
)
async def test_a_persons_press_counts_in_every_browser(
    app: Litestar, world: World, agent: str, headers: dict[str, str], presses: int
) -> None:
    address, pressed = f"/i/{await world.link(world.ada)}", 0
    async with visiting(app, **{"User-Agent": agent}) as person:
        page = Page((await person.get(address)).text)
        answer: Any = None
        while answer is None or answer.status_code == 200:
            world.clock.go(seconds=8)
            answer = await person.post(address, data={**page.fields, "choice": "yes"}, headers=headers)
            page, pressed = Page(answer.text), pressed + 1
            assert pressed < 4
    assert (answer.status_code, pressed, await world.state()) == (303, presses, "half_accepted")


async def test_what_was_written_survives_being_asked_once_more(app: Litestar, world: World) -> None:
    async with visiting(app, **{"User-Agent": OFFICE}) as person:
        for attendee_id in (world.ada, world.bob):
            await world.press(person, f"/i/{await world.link(attendee_id)}", "yes")
        address = f"/i/{await world.link(world.ada)}"
        page = Page((await person.get(address)).text)
        world.clock.go(seconds=8)
        sent = {"form": page.fields["form"], "choice": "promise", "words": 'Two "lines"\nand <b>'}
        again = Page((await person.post(address, data=sent)).text)
        assert again.fields["words"] == sent["words"]
        world.clock.go(seconds=8)
        await person.post(address, data={**again.fields, "choice": "promise"})
    assert await world.rows("select words from promise") == [(sent["words"],)]


async def test_a_page_that_stood_open_for_a_day_is_asked_again(world: World, visitor: httpx.AsyncClient) -> None:
    address = f"/i/{await world.link(world.ada)}"
    seal = Page((await visitor.get(address)).text).fields["form"]
    world.clock.go(hours=13)
    answer = await visitor.post(address, data={"form": seal, "choice": "yes"}, headers=PRESSED)
    assert "had been open for long" in answer.text
    assert await world.state() == "offered"


async def test_a_seal_is_good_for_its_own_link_only(world: World, visitor: httpx.AsyncClient) -> None:
    ada, bob = f"/i/{await world.link(world.ada)}", f"/i/{await world.link(world.bob)}"
    seal = Page((await visitor.get(ada)).text).fields["form"]
    world.clock.go(seconds=20)
    seconds, _, mac = seal.partition(".")
    for forged in (f"{int(seconds) - 60}.{mac}", mac, "", ".", "é.é"):
        await visitor.post(ada, data={"form": forged, "choice": "yes"}, headers=PRESSED)
    await visitor.post(bob, data={"form": seal, "choice": "yes"}, headers=PRESSED)
    assert await world.state() == "offered"
