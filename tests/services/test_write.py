"""A letter says what is true when it is sent, to its one reader, and shows no contact before two yeses."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec import json, structs

from matchmaker.model import letter as letters
from matchmaker.model.attendee import MeetingPlace
from matchmaker.model.ids import AttendeeId, EventId, MessageId
from matchmaker.model.introduction import Answer, Introduction, ReleaseInput, Standing
from matchmaker.model.link import Link, LinkScope
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.other import Other
from matchmaker.model.pairing import Reason
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.model.promise import PromiseInput
from matchmaker.services import desk, follow_up, introduce, pause, release, respond, write
from matchmaker.store import introductions, links, pairings
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER

BASE = "https://events.example.org/"
ABOUT_TWO = sorted(write.OF_TWO, key=lambda kind: kind.value)
ABOUT_ONE = sorted(write.OF_ONE, key=lambda kind: kind.value)
ADDRESSES = ("ada@example.org", "bob@example.org")


@pytest.fixture
async def one(connection: Connection, event_id: EventId) -> Introduction:
    """Ada and Bob, who can be written to, with reasons in both directions, offered."""
    people = [
        await factories.attendee(
            connection, event_id, name.title(), email=f"{name}@example.org", role="Baker", organisation="Bread Ltd"
        )
        for name in ("ada", "bob")
    ]
    first, second = sorted(one.id for one in people)
    run = await factories.drafted_run(connection, event_id)
    reasons = [
        Reason(to=first, seek="an oven", offer="ovens by the hour", share=1.0),
        Reason(to=second, seek="a recipe", offer="old recipes", share=1.0),
    ]
    await pairings.add_all(connection, run.id, [factories.pairing(first, second, reasons=reasons)])
    await release.release(connection, event_id, run.id, ReleaseInput(), at=AT)
    (offered,) = await introductions.find(connection, event_id, limit=2)
    return offered


def message(kind: LetterKind, to: AttendeeId, one: Introduction, **facts: Any) -> Message:
    return Message(
        id=MessageId("m"),
        event_id=one.event_id,
        attendee_id=to,
        introduction_id=one.id if kind in write.OF_TWO else None,
        letter=kind,
        edition="1",
        facts=facts,
        mail_id="<m@example.org>",
        asked_for=False,
        claim=1,
        tries=1,
        repeats=0,
        deadline=None,
    )


async def written(
    connection: Connection, kind: LetterKind, one: Introduction, *, to: AttendeeId | None = None, **facts: Any
) -> Any:
    given = message(kind, to or one.first_id, one, **facts)
    return await write.write(connection, given, base_url=BASE, language="en", at=LATER)


async def answered(connection: Connection, one: Introduction, *answers: Answer) -> Introduction:
    for who, given in zip((one.first_id, one.second_id), answers, strict=False):
        one = await respond.answer(connection, one.id, who, given, at=LATER)
    return one


async def opened(connection: Connection, url: str, scope: LinkScope) -> Link:
    path, token = url.removeprefix(BASE).split("/")
    assert path == desk.PATHS[scope]
    found = await links.open(connection, token, scope, LATER)
    assert found is not None
    return found


async def test_an_offer_says_who_what_each_gets_and_until_when(connection: Connection, one: Introduction) -> None:
    letter = await written(connection, LetterKind.OFFERED, one)
    mine = await connection.fetchval(
        "select name from contact join attendee using (association_id, person_id) where attendee.id = $1", one.first_id
    )
    other = ({"Ada", "Bob"} - {mine}).pop()
    assert letter.other == Other(name=other, role="Baker", organisation="Bread Ltd")
    assert letter.you_get == f"You asked for “an oven”; {other} offers “ovens by the hour”."
    assert letter.they_get == f"{other} asked for “a recipe”; you offer “old recipes”."
    assert (len(letter.questions), letter.expires_at) == (2, one.expires_at)
    link = await opened(connection, letter.page_url, LinkScope.INTRODUCTION)
    assert (link.attendee_id, link.introduction_id) == (one.first_id, one.id)


async def test_a_letter_is_written_in_the_language_asked_for_else_the_readers(
    connection: Connection, one: Introduction
) -> None:
    await connection.execute("update attendee set languages = array['sv', 'de-CH'] where id = $1", one.first_id)
    given = message(LetterKind.OFFERED, one.first_id, one)
    for language, begins in ((None, "Sie suchen"), ("fr", "Vous cherchez"), ("sv", "You asked for")):
        letter = await write.write(connection, given, base_url=BASE, language=language, at=LATER)
        assert isinstance(letter, letters.Offered)
        assert letter.you_get.startswith(begins)


BEFORE: Sequence[tuple[Answer, ...]] = (
    (),
    (Answer.YES,),
    (Answer.NO,),
    (Answer.NO, Answer.YES),
    (Answer.YES, Answer.NO),
)


@pytest.mark.parametrize("answers", BEFORE)
@pytest.mark.parametrize("kind", ABOUT_TWO)
async def test_no_letter_has_a_contact_before_two_yeses(
    connection: Connection, one: Introduction, kind: LetterKind, answers: tuple[Answer, ...]
) -> None:
    await answered(connection, one, *answers)
    for reader in (one.first_id, one.second_id):
        text = json.encode(await written(connection, kind, one, to=reader)).decode()
        assert [address for address in ADDRESSES if address in text] == []


async def test_after_two_yeses_each_has_the_others_address(connection: Connection, one: Introduction) -> None:
    await answered(connection, one, Answer.YES, Answer.YES)
    found = [await written(connection, LetterKind.INTRODUCED, one, to=to) for to in (one.first_id, one.second_id)]
    assert sorted(letter.contact.email for letter in found) == list(ADDRESSES)
    assert all(letter.contact.email.startswith(letter.other.name.lower()) for letter in found)


@pytest.mark.parametrize(
    ("quiet", "host_name", "begins"),
    [
        ((False, False), "Ines", ("either_begins", "either_begins")),
        ((True, False), "Ines", ("other_begins", "you_begin")),
        ((False, True), None, ("you_begin", "other_begins")),
        ((True, True), "Ines", ("host_begins", "host_begins")),
        ((True, True), None, ("organiser_begins", "organiser_begins")),
    ],
)
async def test_who_is_in_quiet_mode_never_has_to_begin(
    connection: Connection, one: Introduction, quiet: tuple[bool, bool], host_name: str | None, begins: tuple[str, str]
) -> None:
    sides = (one.first_id, one.second_id)
    for side, is_quiet in zip(sides, quiet, strict=True):
        await connection.execute("update attendee set quiet = $2 where id = $1", side, is_quiet)
    await connection.execute("update event set quiet_place = 'The library', host_name = $1", host_name)
    offers = [await written(connection, LetterKind.OFFERED, one, to=side) for side in sides]
    assert tuple(offer.quiet for offer in offers) == quiet
    await answered(connection, one, Answer.YES, Answer.YES)
    found = [await written(connection, LetterKind.INTRODUCED, one, to=side) for side in sides]
    assert tuple(letter.begins.value for letter in found) == begins
    named = (30, "The library", host_name) if any(quiet) else (15, None, None)
    assert [(letter.minutes, letter.place, letter.host_name) for letter in found] == [named, named]


async def test_where_one_likes_to_meet_is_told_after_two_yeses(connection: Connection, one: Introduction) -> None:
    await connection.execute("update attendee set meets_at = '{walk,call}' where id = $1", one.second_id)
    before = await introduce.seen(connection, one, one.first_id, at=LATER)
    assert (before.likes, before.place, before.begins) == ([], None, letters.Begins.EITHER)
    await answered(connection, one, Answer.YES, Answer.YES)
    letter = await written(connection, LetterKind.INTRODUCED, one)
    assert letter.likes == [MeetingPlace.WALK, MeetingPlace.CALL]


async def test_what_is_no_longer_true_is_not_written(connection: Connection, one: Introduction) -> None:
    """An offer or a reminder to who answered, or of which the other has said no; questions already answered."""
    await answered(connection, one, Answer.YES)
    for kind in (LetterKind.OFFERED, LetterKind.REMINDER):
        assert await written(connection, kind, one) is None
        assert await written(connection, kind, one, to=one.second_id) is not None
    await respond.answer(connection, one.id, one.first_id, Answer.NO, at=LATER)
    for kind in ABOUT_TWO:
        assert await written(connection, kind, one, to=one.second_id) is None


async def test_letters_after_the_meeting(connection: Connection, one: Introduction) -> None:
    await answered(connection, one, Answer.YES, Answer.YES)
    asked = await written(connection, LetterKind.DID_YOU_MEET, one)
    assert isinstance(asked, letters.DidYouMeet)
    assert await written(connection, LetterKind.RECONNECT, one) is None
    await follow_up.say(connection, one.id, one.first_id, met=True, useful=5, at=LATER)
    assert await written(connection, LetterKind.DID_YOU_MEET, one) is None
    thanks = await written(connection, LetterKind.THANKS, one)
    assert thanks.contact.email in ADDRESSES
    made = await follow_up.promise(
        connection, one.id, PromiseInput(attendee_id=one.first_id, words="To bring bread."), at=LATER
    )
    promised = await written(connection, LetterKind.PROMISE, one)
    assert (promised.promise, promised.due_on) == ("To bring bread.", made.due_at.date())
    assert await written(connection, LetterKind.PROMISE, one, to=one.second_id) is None
    again = await written(connection, LetterKind.RECONNECT, one)
    assert (again.promise, again.introduced_on) == ("To bring bread.", LATER.date())
    await follow_up.close(connection, one.id, made.id, kept=True, at=LATER)
    assert await written(connection, LetterKind.PROMISE, one) is None


async def test_letters_about_oneself_have_their_own_links(connection: Connection, one: Introduction) -> None:
    facts: dict[str, Any] = {"scope": "programme", "until": (LATER + timedelta(days=30)).isoformat()}
    expected = {
        LetterKind.INVITED: LinkScope.VERIFY,
        LetterKind.VERIFY: LinkScope.VERIFY,
        LetterKind.LINK: LinkScope.ME,
        LetterKind.PAUSED: LinkScope.EXITS,
        LetterKind.GOODBYE: LinkScope.EXITS,
        LetterKind.WITHDRAWN: LinkScope.ME,
        LetterKind.SAY_MORE: LinkScope.VERIFY,
    }
    assert set(expected) == set(ABOUT_ONE) - {LetterKind.NOTE}  # which has no link but the exits
    for kind, scope in expected.items():
        letter = await written(connection, kind, one, **facts)
        assert (await opened(connection, letter.page_url, scope)).attendee_id == one.first_id
        assert letters.kind_of(letter) == kind.value


async def test_a_fresh_link_lasts_ten_minutes(connection: Connection, one: Introduction) -> None:
    letter = await written(connection, LetterKind.LINK, one)
    assert letter.expires_at == LATER + timedelta(minutes=10)
    token = letter.page_url.rpartition("/")[2]
    assert await links.open(connection, token, LinkScope.ME, letter.expires_at) is None


@pytest.mark.parametrize("kind", [*ABOUT_ONE, *ABOUT_TWO])
async def test_who_has_paused_gets_only_the_way_back(
    connection: Connection, one: Introduction, kind: LetterKind
) -> None:
    await answered(connection, one, Answer.YES, Answer.YES)
    await pause.pause(connection, one.event_id, one.first_id, PauseScope.EVERYTHING, cause=PauseCause.SILENT, at=LATER)
    letter = await written(connection, kind, one, scope="everything")
    assert (letter is not None) == (kind in write.TO_PAUSED)


async def test_a_page_shows_what_letters_show(connection: Connection, one: Introduction) -> None:
    half = await answered(connection, one, Answer.YES)
    waiting = await introduce.seen(connection, half, one.first_id, language="en", at=LATER)
    asked = await introduce.seen(connection, half, one.second_id, language="en", at=LATER)
    assert (waiting.standing, asked.standing) == (Standing.WAITING, Standing.OPEN)
    assert (waiting.contact, asked.contact) == (None, None)
    done = await respond.answer(connection, one.id, one.second_id, Answer.YES, at=LATER)
    shown = await introduce.seen(connection, done, one.first_id, language="en", at=LATER)
    assert shown.contact is not None
    assert structs.asdict(shown)["standing"] is Standing.INTRODUCED


async def test_the_exits_are_in_every_letter(connection: Connection, one: Introduction) -> None:
    url = await write.exits_url(connection, one.first_id, base_url=BASE, at=LATER)
    assert (await opened(connection, url, LinkScope.EXITS)).attendee_id == one.first_id
    feed = await desk.link_url(
        connection, LinkScope.FEED, one.first_id, base_url=BASE, expires_at=AT + timedelta(days=1), at=AT
    )
    assert feed.endswith(".ics")


async def test_letters_of_other_kinds_are_not_written_here(connection: Connection, one: Introduction) -> None:
    assert await written(connection, LetterKind.AGENDA, one) is None
