"""A whole introduction by e-mail alone: letters are delivered into the development mailbox, read there, and answered."""

import email.policy
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker import tokens
from matchmaker.app import create_app
from matchmaker.model.door import Door
from matchmaker.services import write
from matchmaker.services.address import mailbox, post_of
from matchmaker.services.deliver import deliver_some
from matchmaker.settings import Settings
from matchmaker.store import doors
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import Page, visiting
from tests.web.world import World

HOME = "http://127.0.0.1:8000"


@pytest.fixture
def home_settings(page_settings: Settings, tmp_path: Path) -> Settings:
    return structs.replace(page_settings, base_url=HOME, data=tmp_path)


@pytest.fixture
def home(home_settings: Settings, world: World, pool: Pool) -> Litestar:
    return create_app(home_settings, pool, clock=world.clock)


@pytest.fixture
async def person(home: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(home, **{"Accept-Language": "en"}) as browser:
        yield browser


class Postman:
    """Delivers what is due, and hands over what came."""

    def __init__(self, settings: Settings, world: World) -> None:
        self.settings, self.world = settings, world
        self.post = post_of(settings, write=write.write, exits_url=write.exits_url)

    async def letters(self, to: str, subject: str = "") -> list[EmailMessage]:
        while await deliver_some(self.world.pool, self.world.association_id, self.post, now=lambda: self.world.at):
            pass
        files = sorted(mailbox(self.settings).glob("*.eml"), key=lambda file: file.stat().st_mtime)
        found = [BytesParser(policy=email.policy.default).parsebytes(file.read_bytes()) for file in files]
        return [one for one in found if to in str(one["To"]) and subject in str(one["Subject"])]

    async def link(self, to: str, kind: str) -> str:
        """The address of the latest letter's link of a kind, without what stands before it."""
        text = (await self.letters(to))[-1].get_body(("plain",))
        assert text is not None
        found = re.findall(rf"{HOME}(/{kind}/\S+)", str(text.get_content()))
        assert found, text.get_content()
        return str(found[0])


@pytest.fixture
def postman(home_settings: Settings, world: World) -> Postman:
    return Postman(home_settings, world)


async def test_letters_reach_the_folder_whatever_the_hour(world: World, postman: Postman) -> None:
    world.clock.go(days=5, hours=12)  # a Sunday, two in the morning in Berlin
    assert len(await postman.letters("ada@example.org")) == 1


async def test_two_people_are_introduced_by_their_letters(
    world: World, postman: Postman, person: httpx.AsyncClient
) -> None:
    for one, other in (("ada@example.org", "bob@example.com"), ("bob@example.com", "ada@example.org")):
        (offer,) = await postman.letters(one)
        assert other not in offer.as_string()
        await world.press(person, await postman.link(one, "i"), "yes")
    assert await world.state() == "introduced"
    revealed = (await postman.letters("ada@example.org"))[-1]
    assert "bob@example.com" in revealed.as_string()
    await world.press(person, await postman.link("ada@example.org", "i"), "met")
    assert await world.state() == "met"


async def test_a_letters_own_unsubscribe_button_ends_all_letters(
    world: World, postman: Postman, person: httpx.AsyncClient
) -> None:
    (offer,) = await postman.letters("ada@example.org")
    assert offer["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.findall(r"<(https?://[^>]+)>", str(offer["List-Unsubscribe"]))[0]
    answer = await person.post(address.removeprefix(HOME), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    await world.press(person, await postman.link("bob@example.com", "i"), "yes")
    world.clock.go(days=3)
    assert [str(one["Subject"]) for one in (await postman.letters("ada@example.org"))[1:]] != []
    assert len(await postman.letters("ada@example.org")) == 2  # the offer, and one that says goodbye


async def test_who_signs_up_gets_in_by_letters_alone(world: World, postman: Postman, person: httpx.AsyncClient) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await doors.put(connection, world.event_id, Door.OPEN)
    door = f"/join/{tokens.event_code(world.association_id, world.event_id)}"
    await person.post(door, data={"name": "Cleo", "email": "cleo@example.net", "offers": "Legal advice"})
    await world.press(person, await postman.link("cleo@example.net", "v"), "verify")
    world.clock.go(minutes=20)
    await person.post(f"{door}/link", data={"email": "cleo@example.net"})
    await world.press(person, await postman.link("cleo@example.net", "m"), "enter")
    page = Page((await person.get("/me")).text)
    assert (page.fields["name"], page.fields["opted_in"]) == ("Cleo", "yes")


async def test_letters_are_read_in_the_mailbox(world: World, postman: Postman, person: httpx.AsyncClient) -> None:
    await postman.letters("ada@example.org")
    listed = await person.get("/mailbox")
    addresses = re.findall(r'href="(/mailbox/[^"]+)"', listed.text)
    assert len(addresses) == 2
    for address in addresses:
        shown = await person.get(address)
        assert f'src="{address}/html"' in shown.text
        framed = await person.get(f"{address}/html")
        assert framed.headers["content-security-policy"].startswith("sandbox allow-top-navigation-by-user-activation;")
        assert "script" not in framed.headers["content-security-policy"]
        assert '<base target="_top">' in framed.text
        assert "_blank" not in framed.text
        assert (await person.get(f"{address}/99")).status_code == 404
    for nothing in ("x.eml", "é", "-"):
        assert (await person.get(f"/mailbox/{nothing}")).status_code == 404


@pytest.mark.parametrize("elsewhere", [{"mail": "smtp"}, {"mail": "hold"}, {"base_url": "https://example.org"}])
async def test_the_mailbox_is_at_home_only(
    home_settings: Settings, world: World, postman: Postman, elsewhere: dict[str, str]
) -> None:
    await postman.letters("ada@example.org")
    name = next(mailbox(home_settings).glob("*.eml")).name
    app = create_app(structs.replace(home_settings, **elsewhere), world.pool, clock=world.clock)
    async with visiting(app) as person:
        for address in ("/mailbox", f"/mailbox/{name}", f"/mailbox/{name}/html", f"/mailbox/{name}/0"):
            assert (await person.get(address)).status_code == 404
