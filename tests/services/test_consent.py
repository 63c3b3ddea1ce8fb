"""Whatever people, organisers and the clock do, in any order: no contact before two yeses, no letter after a no or a pause.

What each person said is kept beside the programme, in the plainest way, and every letter and page is held against that.
"""

from collections import Counter
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from matchmaker.model.appointment import NotAgreed, NotProposed, TimePassed
from matchmaker.model.completeness import Lack
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import (
    AlreadyAnswered,
    Answer,
    Introduction,
    IntroductionOver,
    NotIntroduced,
    ReleaseInput,
)
from matchmaker.model.message import LetterKind
from matchmaker.model.pause import PauseScope
from matchmaker.model.run import Format
from matchmaker.services import agree, chase, follow_up, look_back, mail_out, pause, release, respond
from matchmaker.services.look_back import Said, Words
from matchmaker.store import embedded, introductions, pairings, placements
from tests import factories
from tests.services.consent import PAIRS, PEOPLE, World

STEPS = 25
TABLES = [[(0, 1), (2, 3)], [(0, 2), (1, 3)], [(0, 3), (1, 2)]]
NEW = {
    LetterKind.TIME_PROPOSED,
    LetterKind.MEETING,
    LetterKind.AFTER_ROUNDS,
    LetterKind.NOTE,
}


class Act(Enum):
    PROPOSE = "propose"
    AGREE = "agree"
    CALL_OFF = "call_off"


class Consent(World):
    """What may happen."""

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
        self.do(self._note_pause(who))
        made = self.do(pause.pause(self.connection, self.event_id, who, scope, at=self.at))
        found = self.do(introductions.find(self.connection, self.event_id, attendee_id=who, limit=100))
        self._note_rest(who, made.ends_at, {one.id for one in found})
        self.paused.add(who)
        if scope is PauseScope.EVERYTHING:
            self.mute.add(who)

    @precondition(lambda self: self.paused & set(self.people))
    @rule()
    def everybody_comes_back(self) -> None:
        for who in self.people:
            self.do(pause.come_back(self.connection, self.event_id, who, at=self.at))
        self.paused -= set(self.people)
        self.mute -= set(self.people)

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

    @rule(
        which=st.integers(0, 5),
        second=st.booleans(),
        act=st.sampled_from([Act.PROPOSE, *Act]),
        days=st.sampled_from([1, 3, 20]),
        agrees=st.booleans(),
        post=st.booleans(),
        regret=st.sampled_from([None, None, None, *PauseScope]),
    )
    def somebody_speaks_of_a_time(
        self, which: int, second: bool, act: Act, days: int, agrees: bool, post: bool, regret: PauseScope | None
    ) -> None:
        """Of two who were introduced, if there are any; the other may agree, or whoever spoke may pause."""
        one = self.do(self._latest(which, introduced=True))
        if one is None:
            return
        who, other = (one.second_id, one.first_id) if second else (one.first_id, one.second_id)
        self.do(self._speak(one, who, act, self.at + timedelta(days=days)))
        if post:
            self.do(self._deliver())
        if regret is not None and not agrees:
            self._pause(who, regret)
        if agrees:
            self.do(self._speak(one, other, Act.AGREE, self.at))

    async def _speak(self, one: Introduction, who: AttendeeId, act: Act, starts_at: datetime) -> None:
        by, proposed_at = self.proposed.get(one.id, (None, self.at))
        try:
            if act is Act.PROPOSE:
                await agree.propose(self.connection, one.id, who, starts_at, minutes=20, at=self.at)
                self.proposed[one.id] = who, starts_at
            elif act is Act.AGREE:
                await agree.agree(self.connection, one.id, who, proposed_at, self.at)
                self.agreed[one.id] = self.proposed.pop(one.id)[1]
                assert by not in (None, who)
            else:
                await agree.call_off(self.connection, one.id, who, self.at)
                del self.agreed[one.id]
                self.proposed.pop(one.id, None)
        except NotIntroduced:
            assert self._yeses(one.id, one.first_id, one.second_id) < 2
        except NotProposed:
            assert by in (None, who)
        except NotAgreed:
            assert one.id not in self.agreed
        except TimePassed:
            assert (proposed_at if act is Act.AGREE else self.agreed[one.id]) <= self.at

    @precondition(lambda self: not self.sat)
    @rule(pairs=st.sampled_from(TABLES), post=st.booleans())
    def they_sit_in_a_round(self, pairs: list[tuple[int, int]], post: bool) -> None:
        """Which begins in an hour, and is over after another."""
        self.do(self._seat(pairs))
        self.sat = True
        for hours in (0, 3):
            self.at += timedelta(hours=hours)
            self.do(self._sweep())
            if post:
                self.do(self._deliver())

    async def _seat(self, pairs: list[tuple[int, int]]) -> None:
        run = await factories.drafted_run(self.connection, self.event_id, at=self.at, format=Format.ROUNDS)
        given = [
            factories.pairing(self.people[one], self.people[other], rank=table, round=1, table=table)
            for table, (one, other) in enumerate(pairs, start=1)
        ]
        await pairings.add_all(self.connection, run.id, given)
        hours = self.at + timedelta(hours=1), self.at + timedelta(hours=2)
        at_tables = [(self.people[one], table) for table, pair in enumerate(pairs, start=1) for one in pair]
        await placements.add_round(self.connection, run.id, 1, at_tables, hours=hours)
        await release.release(self.connection, self.event_id, run.id, ReleaseInput(), at=self.at)

    @rule(words=st.lists(st.sampled_from([Words.STAY, *Words]), min_size=4, max_size=4))
    def everybody_looks_back(self, words: list[Words]) -> None:
        for who, word in zip(self.people, words, strict=True):
            self.do(self._look_back(who, word))

    async def _look_back(self, who: AttendeeId, words: Words) -> None:
        """Of all with whom they sat."""
        company = (await look_back.still_open(self.connection, self.event_id, who, self.at)).company
        said = [Said(other_id=one.other_id, words=words, useful=3) for one in company]
        await look_back.answer(self.connection, self.event_id, who, said, at=self.at)
        for one in company:
            if one.introduction_id is not None and words is not Words.MET:
                self.said[one.introduction_id, who] = Answer.YES if words is Words.STAY else Answer.NO

    @rule(says_more=st.booleans())
    def organiser_writes(self, says_more: bool) -> None:
        if says_more:
            self.do(chase.remind(self.connection, self.event_id, Lack.EITHER, at=self.at))
        else:
            self.do(mail_out.mail_out(self.connection, self.event_id, factories.note(), at=self.at))

    @rule(hours=st.sampled_from([1, 1, 12, 24, 24, 24 * 4, 24 * 15, 24 * 80]), post=st.booleans())
    def time_passes(self, hours: int, post: bool) -> None:
        self.at += timedelta(hours=hours)
        self.do(self._sweep())
        if post:
            self.do(self._deliver())

    @rule()
    def the_post_goes(self) -> None:
        self.do(self._deliver())


@pytest.mark.parametrize("examples", [25, pytest.param(400, marks=pytest.mark.full)])
def test_consent_holds_whatever_happens_in_whatever_order(database: embedded.Server, examples: int) -> None:
    """Six hundred steps, ten thousand with `-m full`; and each new letter was written on the way."""

    class Here(Consent):
        dsn = database.dsn(embedded.APP)
        kinds: ClassVar[Counter[LetterKind]] = Counter()

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
    assert Here.kinds.keys() >= NEW
