"""The world of the consent model: four people at an event, what each said, kept in the plainest way, and what must hold."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import datetime
from itertools import combinations
from typing import Any, ClassVar, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant
from msgspec import json

from matchmaker.model import letter as letters
from matchmaker.model.digest import PARTS_MAX, joins
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.introduction import REVEALED, Answer, Introduction
from matchmaker.model.message import LetterKind, Message, Unsent, Waiting
from matchmaker.model.window import Departure
from matchmaker.services import gather, guide, introduce, remind, write
from matchmaker.services.choose import LEASE
from matchmaker.services.gather import Leaving
from matchmaker.store import digests, introductions, outbox
from matchmaker.store.connection import Connection
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT

PEOPLE = range(4)
PAIRS = list(combinations(PEOPLE, 2))
ASKING = (LetterKind.OFFERED, LetterKind.REMINDER)
LOUD = frozenset({LetterKind.GOODBYE, LetterKind.PAUSED})
DUE_MAX = 1_000

T = TypeVar("T")
Time = tuple[AttendeeId, datetime]


class World(RuleBasedStateMachine):
    """Four people at an event, each with an address that stands nowhere else."""

    dsn = ""
    digests = 0  # in all examples
    kinds: ClassVar[Counter[LetterKind]] = Counter()  # in all examples

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.at = AT
        self.said: dict[tuple[IntroductionId, AttendeeId], Answer] = {}
        self.proposed: dict[IntroductionId, Time] = {}
        self.agreed: dict[IntroductionId, datetime] = {}
        self.paused: set[AttendeeId] = set()
        self.mute: set[AttendeeId] = set()  # those of them who want no letters at all
        self.looked_at: dict[IntroductionId, tuple[Introduction, datetime]] = {}
        self.letters = 0
        self.do(self._begin())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _begin(self) -> None:
        self.pool = await open_pool(self.dsn, connections_max=1)
        association_id = await new_association(self.pool)
        self.transaction = tenant_transaction(self.pool, association_id)
        self.connection: Connection = await self.transaction.__aenter__()
        self.addresses: dict[AttendeeId, str] = {}
        await self._gather()

    async def _gather(self) -> None:
        """Another event, of four others."""
        self.event_id = (await factories.event(self.connection)).id
        self.offered = 0
        self.sat = False
        emails = [f"canary{len(self.addresses) + n}@example.org" for n in PEOPLE]
        made = [await factories.attendee(self.connection, self.event_id, "Someone", email=email) for email in emails]
        self.people = sorted(one.id for one in made)
        self.addresses |= {one.id: str(one.email) for one in made}

    def teardown(self) -> None:
        self.do(self._end())
        self.runner.close()

    async def _end(self) -> None:
        """Nothing of it is kept, for the tests that look at all associations."""
        await self.transaction.__aexit__(InterruptedError, InterruptedError(), None)
        await self.pool.close()

    async def _sweep(self) -> None:
        await remind.sweep(self.connection, at=self.at)
        rows = await self.connection.fetch(
            """
            select attendee.id, bool_or(scope = 'everything') as mute
              from attendee
              join pause on pause.person_id = attendee.person_id
             where ended_at is null
               and (ends_at is null or ends_at > $1)
             group by attendee.id
            """,
            self.at,
        )
        for who in {row["id"] for row in rows} - self.paused:  # by silence
            await self._note_pause(who)
        self.paused = {row["id"] for row in rows}  # a round's pause ends by itself
        self.mute = {row["id"] for row in rows if row["mute"]}

    async def _note_pause(self, who: AttendeeId) -> None:
        """A pause is a no to all that is open, also where that was a yes."""
        for one in await self._introductions():
            open_ = self.at < one.expires_at and self._yeses(one.id, one.first_id, one.second_id) < 2
            if open_ and who in (one.first_id, one.second_id):
                self.said[one.id, who] = Answer.NO

    def _note_rest(self, who: AttendeeId, until: datetime | None, mine: set[IntroductionId]) -> None:
        """Whoever asks for a pause comes to nothing meanwhile, and what they proposed is not open any more."""
        for each in mine:
            starts_at = self.agreed.get(each)
            if starts_at is not None and self.at < starts_at and (until is None or starts_at < until):
                del self.agreed[each]
                self.proposed.pop(each, None)
            if each in self.proposed and self.proposed[each][0] == who and self.proposed[each][1] > self.at:
                del self.proposed[each]

    async def _deliver(self) -> None:
        """All that is due leaves, whatever the hour; each reader's letters as one where they may."""
        together: dict[str, list[Waiting]] = {}
        due = await outbox.due(self.connection, self.at, limit=DUE_MAX)
        late = {one.id for one in due if one.deadline is not None and one.deadline < self.at}
        await outbox.drop(self.connection, list(late), Unsent.LATE, self.at)
        for one in due:
            if one.id in late:
                continue
            together.setdefault(one.attendee_id if joins(one) else one.id, []).append(one)
        leaving = [
            Leaving(first=first, going=Departure(at=self.at), others=others[: PARTS_MAX - 1])
            for first, *others in together.values()
        ]
        ids = [await gather.bind(self.connection, one, self.at) for one in leaving]
        for message in await outbox.claim(self.connection, ids, [False] * len(ids), self.at + LEASE):
            await self._check_message(message)
            if await outbox.transmit(self.connection, message, until=self.at + LEASE, at=self.at):
                await outbox.end_sent(self.connection, message, self.at)

    # What must hold

    async def _check_message(self, message: Message) -> None:
        """A digest says no more than each of its parts may."""
        if message.letter is not LetterKind.DIGEST:
            await self._check_letter(message)
            return
        allowed: set[AttendeeId] = set()
        for part in await digests.parts(self.connection, message.id, limit=PARTS_MAX):
            allowed |= set(await self._check_letter(part))
        told = await write.write(self.connection, message, base_url="https://example.org", at=self.at)
        assert set(self._addresses_in(told)) == allowed
        assert told is None or message.attendee_id not in self.mute
        type(self).digests += isinstance(told, letters.Digest)

    async def _check_letter(self, message: Message) -> list[AttendeeId]:
        """Whose addresses it shows."""
        letter = await write.write(self.connection, message, base_url="https://example.org", at=self.at)
        if letter is None:
            return []
        self.letters += 1
        reader = message.attendee_id
        type(self).kinds[message.letter] += 1
        assert reader not in self.paused or message.letter in LOUD | guide.LETTERS
        assert reader not in self.mute or message.letter in LOUD
        if isinstance(letter, letters.AfterRounds):
            assert len(letter.others) == await self._not_answered(message)
        one = message.introduction_id and await introductions.get(self.connection, message.introduction_id)
        shown = self._addresses_in(letter)
        if not one:
            assert shown == []
            return []
        other = one.second_id if reader == one.first_id else one.first_id
        if message.letter in ASKING:
            assert (one.id, reader) not in self.said
            assert self.said.get((one.id, other)) is not Answer.NO
        if isinstance(letter, letters.TimeProposed):
            assert self.proposed[one.id] == (other, letter.starts_at)
        if isinstance(letter, letters.Meeting | letters.MeetingChanged):
            assert self.agreed[one.id] == letter.starts_at
        assert shown == [] or shown == [other]
        assert shown == [] or self._yeses(one.id, reader, other) == 2
        return shown

    async def _not_answered(self, message: Message) -> int:
        """How many sat with the reader of whom they have said nothing, whatever these said."""
        reader = message.attendee_id
        return sum(
            one.sat_together
            and reader in (one.first_id, one.second_id)
            and self.at < one.expires_at
            and (one.id, reader) not in self.said
            for one in await introductions.find(self.connection, message.event_id, limit=100)
        )

    @invariant()
    def pages_show_a_contact_after_two_yeses_and_never_before(self) -> None:
        self.do(self._check_pages())

    async def _check_pages(self) -> None:
        """Of all that has changed, or been looked at at another hour."""
        for one in await self._introductions():
            if self.looked_at.get(one.id) == (one, self.at):
                continue
            self.looked_at[one.id] = one, self.at
            yeses = self._yeses(one.id, one.first_id, one.second_id)
            assert (one.state in REVEALED) == (yeses == 2)
            for reader in (one.first_id, one.second_id):
                seen = await introduce.seen(self.connection, one, reader, at=self.at)
                assert bool(self._addresses_in((seen.other, seen.contact, seen.you_get))) == (yeses == 2)

    @invariant()
    def a_time_is_what_two_said_last(self) -> None:
        self.do(self._check_times())

    async def _check_times(self) -> None:
        rows = await self.connection.fetch("select * from appointment")
        agreed = {row["introduction_id"]: row["starts_at"] for row in rows if row["cancelled_at"] is None}
        proposed = {row["introduction_id"]: (row["proposer_id"], row["proposed_starts_at"]) for row in rows}
        assert {one: starts_at for one, starts_at in agreed.items() if starts_at is not None} == self.agreed
        assert {one: made for one, made in proposed.items() if made[0] is not None} == self.proposed

    def _addresses_in(self, shown: Any) -> list[AttendeeId]:
        text = json.encode(shown).decode()
        return [who for who, address in self.addresses.items() if address in text]

    def _yeses(self, introduction_id: IntroductionId, *people: AttendeeId) -> int:
        return sum(self.said.get((introduction_id, who)) is Answer.YES for who in people)

    async def _latest(self, which: int, *, introduced: bool = False) -> Introduction | None:
        """One of the introductions, counted from the latest: by people's places, as ids are others each time.

        Of those who were introduced, if asked for and if there are any.
        """
        all_ = await self._introductions()
        found = sorted(
            [one for one in all_ if introduced and self._yeses(one.id, one.first_id, one.second_id) == 2] or all_,
            key=lambda one: (one.offered_at, self.people.index(one.first_id), self.people.index(one.second_id)),
        )
        return found[-1 - which % len(found)] if found else None

    async def _introductions(self) -> list[Introduction]:
        return await introductions.find(self.connection, self.event_id, limit=100)
