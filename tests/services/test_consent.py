"""Whatever people, organisers and the clock do, in any order: no contact before two yeses, no letter after a no or a pause.

What each person said is kept beside the programme, in the plainest way, and every letter and page is held against that.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from itertools import combinations
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import json

from matchmaker.model.digest import PARTS_MAX, joins
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.introduction import (
    REVEALED,
    AlreadyAnswered,
    Answer,
    Introduction,
    IntroductionOver,
    NotIntroduced,
    ReleaseInput,
)
from matchmaker.model.letter import Digest
from matchmaker.model.message import LetterKind, Message, Waiting
from matchmaker.model.pause import PauseScope
from matchmaker.model.window import Departure
from matchmaker.services import follow_up, gather, introduce, pause, release, remind, respond, write
from matchmaker.services.choose import LEASE
from matchmaker.services.gather import Leaving
from matchmaker.store import digests, embedded, introductions, outbox, pairings, pauses
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
STEPS = 25
DUE_MAX = 1_000

T = TypeVar("T")


class Consent(RuleBasedStateMachine):
    """Four people at an event, each with an address that stands nowhere else."""

    dsn = ""
    digests = 0  # in all examples

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.at = AT
        self.said: dict[tuple[IntroductionId, AttendeeId], Answer] = {}
        self.paused: set[AttendeeId] = set()
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

    # What may happen

    @precondition(lambda self: self.offered >= 3)
    @rule()
    def another_event_begins(self) -> None:
        """Pairs are asked once at an event, so that there would soon be nobody left to ask."""
        self.do(self._gather())
        self.do(self._release(PAIRS[:4], 7))

    @initialize(pairs=st.sets(st.sampled_from(PAIRS), min_size=2, max_size=5), days=st.integers(2, 20))
    def organiser_has_released(self, pairs: set[tuple[int, int]], days: int) -> None:
        """First of all, since hypothesis leaves out some rules of each example."""
        self.do(self._release(sorted(pairs), days))

    @rule(pairs=st.sets(st.sampled_from(PAIRS), min_size=2, max_size=5), days=st.integers(2, 20))
    def organiser_releases(self, pairs: set[tuple[int, int]], days: int) -> None:
        self.do(self._release(sorted(pairs), days))

    async def _release(self, pairs: list[tuple[int, int]], days: int) -> None:
        run = await factories.drafted_run(self.connection, self.event_id, at=self.at)
        given = [
            factories.pairing(self.people[one], self.people[other], rank=rank)
            for rank, (one, other) in enumerate(pairs, start=1)
        ]
        await pairings.add_all(self.connection, run.id, given)
        asked = ReleaseInput(answer_days=days)
        self.offered += (await release.release(self.connection, self.event_id, run.id, asked, at=self.at)).offered

    @rule(
        which=st.integers(0, 3), second=st.booleans(), given=st.sampled_from([Answer.NO, *Answer]), post=st.booleans()
    )
    def somebody_answers(self, which: int, second: bool, given: Answer, post: bool) -> None:
        self.do(self._answer(which, second, given))
        if post:
            self.do(self._deliver())

    async def _answer(self, which: int, second: bool, given: Answer) -> None:
        if one := await self._latest(which):
            who = one.second_id if second else one.first_id
            try:
                await respond.answer(self.connection, one.id, who, given, at=self.at)
            except (AlreadyAnswered, IntroductionOver):
                return
            if given is not Answer.OTHER_TIME:
                self.said[one.id, who] = given

    @rule(which=st.integers(0, 5), regret=st.sampled_from([None, *PauseScope]))
    def both_say_yes(self, which: int, regret: PauseScope | None) -> None:
        """And one of them may pause in the next moment, before any letter has left."""
        for second in (False, True):
            self.do(self._answer(which, second, Answer.YES))
        one = self.do(self._latest(which))
        if one is not None and regret is not None:
            self._pause(one.second_id, regret)

    @precondition(lambda self: len(self.paused & set(self.people)) < 2)
    @rule(who=st.sampled_from(PEOPLE), scope=st.sampled_from(PauseScope))
    def somebody_pauses(self, who: int, scope: PauseScope) -> None:
        self._pause(self.people[who], scope)

    def _pause(self, who: AttendeeId, scope: PauseScope) -> None:
        self.do(pause.pause(self.connection, self.event_id, who, scope, at=self.at))
        self.paused.add(who)

    @precondition(lambda self: self.paused & set(self.people))
    @rule()
    def everybody_comes_back(self) -> None:
        for who in self.people:
            self.do(pause.come_back(self.connection, self.event_id, who, at=self.at))
        self.paused -= set(self.people)

    @rule(which=st.integers(0, 5), second=st.booleans(), met=st.booleans())
    def somebody_says_whether_they_met(self, which: int, second: bool, met: bool) -> None:
        self.do(self._say(which, second, met))

    async def _say(self, which: int, second: bool, met: bool) -> None:
        if one := await self._latest(which):
            who = one.second_id if second else one.first_id
            try:
                await follow_up.say(self.connection, one.id, who, met=met, useful=4 if met else None, at=self.at)
            except NotIntroduced:
                assert self._yeses(one.id, one.first_id, one.second_id) < 2

    @rule(hours=st.sampled_from([1, 1, 12, 24, 24, 24 * 4, 24 * 15, 24 * 80]), post=st.booleans())
    def time_passes(self, hours: int, post: bool) -> None:
        self.at += timedelta(hours=hours)
        self.do(self._sweep())
        if post:
            self.do(self._deliver())

    async def _sweep(self) -> None:
        await remind.sweep(self.connection, at=self.at)
        held = [who for who in self.addresses if await pauses.of_attendee(self.connection, who, self.at) is not None]
        self.paused = set(held)  # a round's pause ends by itself, and silence begins one

    @rule()
    def the_post_goes(self) -> None:
        self.do(self._deliver())

    async def _deliver(self) -> None:
        """All that is due leaves, whatever the hour; each reader's letters as one where they may."""
        together: dict[str, list[Waiting]] = {}
        for one in await outbox.due(self.connection, self.at, limit=DUE_MAX):
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
        assert told is None or message.attendee_id not in self.paused
        type(self).digests += isinstance(told, Digest)

    async def _check_letter(self, message: Message) -> list[AttendeeId]:
        """Whose addresses it shows."""
        letter = await write.write(self.connection, message, base_url="https://example.org", at=self.at)
        if letter is None:
            return []
        self.letters += 1
        reader = message.attendee_id
        assert reader not in self.paused or message.letter in LOUD
        one = message.introduction_id and await introductions.get(self.connection, message.introduction_id)
        shown = self._addresses_in(letter)
        if not one:
            assert shown == []
            return []
        other = one.second_id if reader == one.first_id else one.first_id
        if message.letter in ASKING:
            assert (one.id, reader) not in self.said
            assert self.said.get((one.id, other)) is not Answer.NO
        assert shown == [] or shown == [other]
        assert shown == [] or self._yeses(one.id, reader, other) == 2
        return shown

    @invariant()
    def pages_show_a_contact_after_two_yeses_and_never_before(self) -> None:
        self.do(self._check_pages())

    async def _check_pages(self) -> None:
        for one in await self._introductions():
            yeses = self._yeses(one.id, one.first_id, one.second_id)
            assert (one.state in REVEALED) == (yeses == 2)
            for reader in (one.first_id, one.second_id):
                seen = await introduce.seen(self.connection, one, reader, at=self.at)
                assert bool(self._addresses_in((seen.other, seen.contact, seen.you_get))) == (yeses == 2)

    def _addresses_in(self, shown: Any) -> list[AttendeeId]:
        text = json.encode(shown).decode()
        return [who for who, address in self.addresses.items() if address in text]

    def _yeses(self, introduction_id: IntroductionId, *people: AttendeeId) -> int:
        return sum(self.said.get((introduction_id, who)) is Answer.YES for who in people)

    async def _latest(self, which: int) -> Introduction | None:
        """One of the introductions, counted from the latest: by people's places, as ids are others each time."""
        found = sorted(
            await self._introductions(),
            key=lambda one: (one.offered_at, self.people.index(one.first_id), self.people.index(one.second_id)),
        )
        return found[-1 - which % len(found)] if found else None

    async def _introductions(self) -> list[Introduction]:
        return await introductions.find(self.connection, self.event_id, limit=100)


@pytest.mark.parametrize("examples", [40, pytest.param(400, marks=pytest.mark.full)])
def test_consent_holds_whatever_happens_in_whatever_order(database: embedded.Server, examples: int) -> None:
    """A thousand steps, ten thousand with `-m full`."""

    class Here(Consent):
        dsn = database.dsn(embedded.APP)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Here.digests > examples
