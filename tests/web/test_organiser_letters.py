"""The words of letters on pages: changed, taken back, looked at with real data, and sent to oneself."""

import asyncio
import html
import re
from typing import Any

import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker.model.ids import AssociationId
from matchmaker.model.letter_text import LetterLanguage
from matchmaker.model.message import LetterKind
from matchmaker.model.privacy import Privacy
from matchmaker.services import reword, write
from matchmaker.services.address import post_of
from matchmaker.services.deliver import deliver_some
from matchmaker.settings import Settings
from matchmaker.store import privacies
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.letters import GROUPS
from tests import factories
from tests.services import introduced
from tests.web.browser import Clock, Page
from tests.web.organiser import EMAIL, Desk, signed_in
from tests.web.world import World

OFFERED = "/association/letters/offered/en"
TEXTAREA = re.compile(r'<textarea id="(\w+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)


async def filled(desk: Desk, path: str = OFFERED) -> dict[str, str]:
    """The form of a letter as it is shown."""
    text = (await desk.get(path)).text
    return {"version": Page(text).fields["version"]} | {
        key: html.unescape(words) for key, words in TEXTAREA.findall(text)
    }


async def said(pool: Pool, association_id: AssociationId, key: str = "subject") -> str:
    """What the offered introduction says in English."""
    async with tenant_transaction(pool, association_id) as connection:
        text = await reword.text(connection, LetterKind.OFFERED, LetterLanguage.ENGLISH)
    return next(one.words for one in text.phrases if one.key == key)


async def letters_due(pool: Pool, association_id: AssociationId) -> list[Any]:
    """Tests that wait: which letter, and for which organiser."""
    async with tenant_transaction(pool, association_id) as connection:
        return [
            (row["letter"], row["organiser"])
            for row in await connection.fetch(
                "select letter, facts ->> 'organiser_id' as organiser from message where facts ? 'test'"
            )
        ]


def test_every_letter_stands_in_one_group() -> None:
    shown = [one for group in GROUPS.values() for one in group]
    assert sorted(shown, key=lambda one: one.value) == sorted(LetterKind, key=lambda one: one.value)


async def test_words_are_changed_and_taken_back(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        form = await filled(desk)
        as_it_came = form["words_subject"]
        answer = await desk.press(OFFERED, **{**form, "words_subject": "Coffee with {other}?", "words_close": ""})
        assert answer.headers["location"].endswith(f"{OFFERED}?said=letter_saved")
        assert await said(pool, association_id) == "Coffee with {other}?"
        page = Page((await desk.get(OFFERED)).text)
        assert f"As it came: “{as_it_came}”" in page.text
        assert "1 phrase in your words" in Page((await desk.get("/association/letters")).text).text
        back = await desk.press(f"{OFFERED}/original", version=page.fields["version"])
        assert back.headers["location"].endswith(f"{OFFERED}?said=letter_as_it_came")
        assert await said(pool, association_id) == as_it_came


@pytest.mark.parametrize("words", ["{contact}", "{other.name}", "{other", "{0}"])
async def test_an_unknown_place_is_told_at_its_field_and_nothing_is_kept(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, words: str
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        form = await filled(desk)
        for path in (OFFERED, f"{OFFERED}/preview"):
            answer = await desk.press(path, **{**form, "words_lead": words, "words_subject": "Fine"})
            assert answer.status_code == 422
            assert 'aria-describedby="words_lead-mistake words_lead-hint" aria-invalid="true"' in answer.text
            assert "Fine" in answer.text
            assert "<iframe" not in answer.text
    assert await said(pool, association_id) == form["words_subject"]


async def test_too_many_letters_are_told_at_their_field(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(OFFERED, **{**await filled(desk), "words_why": "x" * 601})
    assert (answer.status_code, "at most 600 characters" in answer.text) == (422, True)
    assert "<details open>" in answer.text


async def test_of_two_who_change_a_letter_the_second_chooses(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        form = await filled(desk)
        await desk.press(OFFERED, **{**form, "words_subject": "First"})
        answer = await desk.press(OFFERED, **{**form, "words_subject": "Second"})
        page = Page(answer.text)
        assert (answer.status_code, page.title) == (409, "Somebody changed this meanwhile")
        assert await said(pool, association_id) == "First"
        old = await desk.press(f"{OFFERED}/original", version=form["version"])
        assert old.headers["location"].endswith("said=letter_changed_meanwhile")
        assert await said(pool, association_id) == "First"
        await desk.press(OFFERED, **page.fields)
    assert await said(pool, association_id) == "Second"


async def test_of_many_who_change_a_letter_at_once_one_wins(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        form = await filled(desk)
        seal = Page((await desk.get("/account")).text).fields["form"]
        answers = await asyncio.gather(
            *(desk.press(OFFERED, seal=seal, **{**form, "words_subject": f"Number {number}"}) for number in range(8))
        )
    assert sorted(answer.status_code for answer in answers) == [303, *[409] * 7]
    (winner,) = [number for number, answer in enumerate(answers) if answer.status_code == 303]
    assert await said(pool, association_id) == f"Number {winner}"


async def test_a_look_keeps_nothing_and_its_frame_shows_the_same(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        form = await filled(desk)
        answer = await desk.press(f"{OFFERED}/preview", **{**form, "words_lead": "Sit down with <b>{other}</b>."})
        assert answer.status_code == 200
        assert "Sit down with &lt;b&gt;Mara Lindqvist&lt;/b&gt;." in answer.text
        assert await said(pool, association_id, "lead") == form["words_lead"]
        frame = html.unescape(re.findall(r'<iframe[^>]* src="([^"]+)"[^>]* sandbox>', answer.text)[0])
        shown = await desk.get(frame)
        assert (shown.status_code, "Sit down with &lt;b&gt;Mara" in shown.text) == (200, True)
        assert shown.headers["x-frame-options"] == "SAMEORIGIN"
        for other in (frame.replace("Sit", "Lie"), frame.partition("&seal")[0], frame.replace("offered", "reminder")):
            assert (await desk.get(other)).status_code == 403


async def test_more_words_than_an_address_holds_are_shown_as_text(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        form = {key: "ü" * 590 if key.startswith("words_") else value for key, value in (await filled(desk)).items()}
        answer = await desk.press(f"{OFFERED}/preview", **form)
    assert (answer.status_code, "<iframe" in answer.text, "ü" * 590 in answer.text) == (200, False, True)
    assert "has to wait until you save" in answer.text


async def test_a_look_at_a_real_letter_asks_who_is_meant(app: Litestar, world: World, clock: Clock) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await factories.attendee(connection, world.event_id, "Adam Example")
    async with signed_in(app, world.association_id, clock) as desk:
        form = {**await filled(desk), "event": world.event_id}
        several = await desk.press(f"{OFFERED}/preview", **form, person="ad")
        assert (several.status_code, several.text.count('name="attendee"')) == (422, 2)
        chosen = await desk.press(f"{OFFERED}/preview", **form, person="ad", attendee=world.ada)
        assert (chosen.status_code, "Would you like to meet Bob O’Example?" in Page(chosen.text).text) == (200, True)
        assert "bob@example.com" not in chosen.text
        nobody = await desk.press(f"{OFFERED}/preview", **form, person="Zoe")
        assert (nobody.status_code, 'id="person-mistake"' in nobody.text) == (422, True)
        alone = await desk.press(f"{OFFERED}/preview", **form, person="Adam")
        assert "they have none yet" in alone.text
        untrue = await desk.press("/association/letters/introduced/en/preview", **form, person="Ada Example")
        assert (untrue.status_code, "would not be true of them" in untrue.text) == (422, True)


async def test_a_private_event_shows_no_letter_about_two(app: Litestar, world: World, clock: Clock) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await privacies.put(connection, world.event_id, Privacy.PRIVATE)
    async with signed_in(app, world.association_id, clock) as desk:
        form = {"event": world.event_id, "person": "Ada"}
        for path in ("offered/en/preview", "offered/en/test", "agenda/en/preview"):
            answer = await desk.press(f"/association/letters/{path}", **form)
            assert (answer.status_code, "Bob" in answer.text) == (422, False)
            assert "this event is private" in answer.text
        alone = await desk.press("/association/letters/say_more/en/preview", **form)
        assert alone.status_code == 422
        invited = await desk.press("/association/letters/invited/en/preview", **form)
        assert (invited.status_code, "Hello Ada Example," in invited.text) == (200, True)


async def test_a_test_goes_to_who_is_signed_in_and_to_nobody_else(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        one = await introduced.offered(connection, event.id)
        await connection.execute("update message set state = 'dropped', reason = 'left', ended_at = created_at")
        first = await connection.fetchval(
            "select name from attendee join contact using (association_id, person_id) where attendee.id = $1",
            one.first_id,
        )
    async with signed_in(app, association_id, clock) as desk:
        form = {**await filled(desk), "event": event.id, "person": first}
        unsaved = await desk.press(f"{OFFERED}/test", **{**form, "words_subject": "Another"})
        assert (unsaved.status_code, "save your words first" in unsaved.text) == (422, True)
        nobody = await desk.press(f"{OFFERED}/test", **await filled(desk))
        assert (nobody.status_code, "choose an event and an attendee" in nobody.text) == (422, True)
        assert await letters_due(pool, association_id) == []
        answer = await desk.press(f"{OFFERED}/test", **form)
        assert answer.headers["location"].endswith(f"{OFFERED}?said=letter_test_sent")
        assert await letters_due(pool, association_id) == [("offered", desk.organiser_id)]
    assert await delivered(pool, association_id, clock) == [EMAIL]


async def test_a_test_for_who_may_sign_in_no_more_goes_nowhere(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id, "Ada Example", email="ada@example.org")
    async with signed_in(app, association_id, clock) as desk:
        path = "/association/letters/invited/en/test"
        await desk.press(path, **await filled(desk, "/association/letters/invited/en"), event=event.id, person="Ada")
        assert len(await letters_due(pool, association_id)) == 1
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute("delete from organiser")
    assert await delivered(pool, association_id, clock) == []


async def delivered(pool: Pool, association_id: AssociationId, clock: Clock) -> list[str]:
    """To whom all that waits leaves now."""
    sent: list[str] = []

    async def send(composed: Any, before_dot: Any) -> str:
        await before_dot()
        sent.append(composed.message["To"].addresses[0].addr_spec)
        return "250"

    post = structs.replace(post_of(Settings(), write=write.write, exits_url=write.exits_url), send=send)
    await deliver_some(pool, association_id, post, now=clock)
    return sent


async def test_there_is_no_other_letter_and_no_other_language(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        for path in ("nothing/en", "offered/fr", "offered/EN"):
            assert (await desk.get(f"/association/letters/{path}")).status_code == 404
