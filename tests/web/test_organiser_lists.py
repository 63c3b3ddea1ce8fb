"""What an organiser wrote and what became of it, and who is here: lists that go on and miss nobody."""

import re
from html import unescape

import pytest
from litestar import Litestar

from matchmaker.model.completeness import Lack
from matchmaker.model.note import Note, Segment
from matchmaker.model.organiser import Role
from matchmaker.services import mail_out
from matchmaker.store import check_ins
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser import presence
from tests import factories
from tests.factories import AT
from tests.web.organiser import signed_in
from tests.web.test_room import person, text_of
from tests.web.world import World


async def written(world: World, segment: Segment) -> Note:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        given = factories.note(heading="Doors <open>", paragraphs=["Come in."], segment=segment)
        return await mail_out.mail_out(connection, world.event_id, given, at=AT)


async def test_a_note_says_to_whom_it_went_and_what_became_of_it(app: Litestar, world: World) -> None:
    note = await written(world, Segment(attendee_ids=[world.ada, world.bob]))
    everybody = await written(world, Segment())
    some = await written(world, Segment(group="Board", organisation="Sons", lacks=Lack.BOTH))
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute(
            "update message set state = 'failed', claim = 1, reason = 'refused', ended_at = $1 "
            "where attendee_id = $2 and edition = $3",
            AT, world.ada, note.id,
        )  # fmt: skip
    path = f"/events/{world.event_id}/room/notes"
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        page = await desk.get(f"{path}/{note.id}")
        assert "Doors &lt;open&gt;" in page.text
        words = text_of(page)
        assert [word in words for word in ("Only these:", "Ada Example", "Bob O’Example")] == [True] * 3
        figures = re.findall(r"<dt>([\w ]+)</dt><dd>(\d+)</dd>", page.text)
        assert figures == [("Sent", "0"), ("Waiting for their hour", "1"), ("In doubt", "0"), ("Not sent", "1")]
        assert "Everybody at this event" in text_of(await desk.get(f"{path}/{everybody.id}"))
        words = text_of(await desk.get(f"{path}/{some.id}"))
        assert [word in words for word in ("Board", "Sons", "What they seek, and what they offer")] == [True] * 3
        assert (await desk.get(f"{path}/{world.ada}")).status_code == 404


async def test_of_a_private_event_no_letters_fate_is_told(app: Litestar, world: World) -> None:
    note = await written(world, Segment(attendee_ids=[world.ada]))
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update event set privacy = 'private'")
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = text_of(await desk.get(f"/events/{world.event_id}/room/notes/{note.id}"))
        listed = await desk.get(f"/events/{world.event_id}/room/note")
    assert ("Doors" in page, "Not sent" in page, "Ada" in page) == (True, False, False)
    assert f"/room/notes/{note.id}" in listed.text


async def test_who_is_here_is_listed_and_goes_on(app: Litestar, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "ROWS", 1)
    cy = await person(world, "Cy Third")
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await check_ins.check_in(connection, world.event_id, world.ada, AT)
        await check_ins.mark_absent(connection, world.event_id, world.bob, AT)
    home, names = f"/events/{world.event_id}/presence", ("Ada Example", "Bob O’Example", "Cy Third")
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        seen, path = [], home
        while path:
            page = (await desk.get(path)).text
            seen += [name for name in names if f">{name}<" in page]
            path = next((unescape(one) for one in re.findall(r'href="([^"]+after=[^"]+)"', page)), "")
        one_each = {
            which: [name for name in names if f">{name}<" in (await desk.get(f"{home}?which={which}")).text]
            for which in ("checked_in", "absent", "expected")
        }
        assert "Nobody fits." in (await desk.get(f"{home}?q=zed")).text
        begun = (await desk.get(f"{home}?q=CY&which=nonsense&after=nonsense")).text
        figures = (await desk.get(f"/events/{world.event_id}/live")).text
    assert sorted(seen) == sorted(names)
    assert one_each == {"checked_in": [names[0]], "absent": [names[1]], "expected": [names[2]]}
    assert (f"seen={cy}" in begun, f"seen={world.ada}" in begun) == (True, False)
    assert f"{home}?which=absent" in figures
