"""Nouns with dull defaults, for tests that care about one field; `add` functions also store them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from matchmaker.intake.table import Row, Table
from matchmaker.matching.learning import FEATURES
from matchmaker.model.association import KeyInput, Scope
from matchmaker.model.attendee import AttendeeInput, AttendeeReply, ImportRow
from matchmaker.model.attendee_import import ImportOutcome
from matchmaker.model.event import Event, EventInput
from matchmaker.model.feedback import FeedbackInput
from matchmaker.model.group import Group, GroupKind, Route, RoutedAsk
from matchmaker.model.hold_back import HoldBack
from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.model.introduction import Introduction
from matchmaker.model.learning import LearningFigures, Taught
from matchmaker.model.mapping import Field, MappingInput, Rule
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.note import NoteInput
from matchmaker.model.pairing import Pairing, Reason, Reserve, Unmatched
from matchmaker.model.policy import Policy
from matchmaker.model.programme import SlotInput
from matchmaker.model.run import MatchRun, Report, RunInput
from matchmaker.model.sender import SenderInput
from matchmaker.model.weights import Learned
from matchmaker.model.wish import Decision, Encounter, EncounterKind, Strength, Verdict, Wish
from matchmaker.services import enrol
from matchmaker.store import events, introductions, pairings, runs
from matchmaker.store.connection import Connection

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
HASH = "0" * 64


def association_id() -> AssociationId:
    return AssociationId(str(uuid.uuid4()))


def event_input(**fields: Any) -> EventInput:
    return structs.replace(EventInput(name="Annual conference"), **fields)


async def event(connection: Connection, **fields: Any) -> Event:
    return await events.add(connection, event_input(**fields), AT)


def key_input(**fields: Any) -> KeyInput:
    return structs.replace(KeyInput(label="key", scopes=list(Scope)), **fields)


def attendee_input(name: str = "Ada Example", **fields: Any) -> AttendeeInput:
    return structs.replace(AttendeeInput(name=name), **fields)


async def attendee(
    connection: Connection, event_id: EventId, name: str = "Ada Example", **fields: Any
) -> AttendeeReply:
    return await enrol.create(connection, event_id, attendee_input(name, **fields), AT)


async def two_attendees(connection: Connection, event_id: EventId) -> tuple[AttendeeId, AttendeeId]:
    """Two of them, the lower id first."""
    one, other = await attendee(connection, event_id, "Ada"), await attendee(connection, event_id, "Bob")
    return min(one.id, other.id), max(one.id, other.id)


def import_row(name: str = "Ada Example", **fields: Any) -> ImportRow:
    return structs.replace(ImportRow(name=name), **fields)


def table(*attendees: ImportRow) -> Table:
    """A file of good rows, the first on line 2."""
    rows = [
        Row(row=number, line=number + 1, attendee=one, cells=[one.name])
        for number, one in enumerate(attendees, start=1)
    ]
    return Table(rows=rows, errors=[], notes={}, header=["name"], failed=[])


def wish(attendee_id: AttendeeId, other_id: AttendeeId, strength: Strength = Strength.WOULD_LIKE) -> Wish:
    return Wish(attendee_id=attendee_id, other_id=other_id, strength=strength)


def decision(first_id: AttendeeId, second_id: AttendeeId, verdict: Verdict = Verdict.PINNED) -> Decision:
    return Decision(first_id=first_id, second_id=second_id, verdict=verdict)


def encounter(first_id: AttendeeId, second_id: AttendeeId, kind: EncounterKind = EncounterKind.MET) -> Encounter:
    return Encounter(first_id=first_id, second_id=second_id, kind=kind)


def feedback(attendee_id: AttendeeId, other_id: AttendeeId, **said: Any) -> FeedbackInput:
    """That it was accepted, unless said otherwise."""
    return FeedbackInput(attendee_id=attendee_id, other_id=other_id, **(said or {"accepted": True}))


def taught(**fields: Any) -> Taught:
    """Weights that rest on forty answers and beat what needs no learning."""
    learned = Learned(
        answers=40,
        prior_yes=0.5,
        prior_useful=0.5,
        intercept=0.0,
        coefficients={**dict.fromkeys(FEATURES, 0.0), "giver_wanted": 1.0, "taker_willing": 1.0},
    )
    figures = LearningFigures(answers=40, events=2, auc=0.7, auc_unsupervised=0.6)
    return structs.replace(Taught(learned=learned, figures=figures), **fields)


def slot(number: int, **fields: Any) -> SlotInput:
    """Twenty minutes, half an hour after the slot before."""
    starts_at = AT + timedelta(minutes=30 * number)
    plain = SlotInput(number=number, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=20))
    return structs.replace(plain, **fields)


def group(members: list[AttendeeId], **fields: Any) -> Group:
    """The first table of the first round, unless said otherwise."""
    plain = Group(kind=GroupKind.TABLE, number=1, members=members, mutual_value=50.0, value_least=40.0, round=1)
    return structs.replace(plain, **fields)


def ask(attendee_id: AttendeeId, **fields: Any) -> RoutedAsk:
    plain = RoutedAsk(attendee_id=attendee_id, seek="a mentor", route=Route.QUEUE)
    return structs.replace(plain, **fields)


def hold_back(run: MatchRun, one: AttendeeId, other: AttendeeId, *, held_back: bool = True) -> HoldBack:
    return HoldBack(
        event_id=run.event_id,
        run_id=run.id,
        first_id=min(one, other),
        second_id=max(one, other),
        share=0.2,
        held_back=held_back,
        drawn_at=AT,
    )


def pairing(first: AttendeeId, second: AttendeeId, *, rank: int = 1, **fields: Any) -> Pairing:
    reason = Reason(to=first, seek="a mentor", offer="mentoring", share=1.0)
    plain = Pairing(
        rank=rank,
        first=first,
        second=second,
        mutual_value=50.0,
        value_to_first=60.0,
        value_to_second=40.0,
        reasons=[reason],
    )
    return structs.replace(plain, **fields)


def reserve(first: AttendeeId, second: AttendeeId, *, rank: int = 1, **fields: Any) -> Reserve:
    """Two who may have one introduction each, unless said otherwise."""
    return structs.replace(Reserve(pairing=pairing(first, second, rank=rank), first_quota=1, second_quota=1), **fields)


def unmatched(attendee_id: AttendeeId) -> Unmatched:
    return Unmatched(id=attendee_id, code="no-words", reason="They said nothing that could be matched.")


def report(**fields: Any) -> Report:
    plain = Report(
        people=2,
        pairings=1,
        coverage=1.0,
        one_way_share=0.0,
        load_gini=0.0,
        mutual_value_mean=50.0,
        mutual_value_least=50.0,
        objective=50.0,
        upper_bound=50.0,
        versions={"matchmaker": "0"},
        seed=1,
        input_hash=HASH,
    )
    return structs.replace(plain, **fields)


async def run(connection: Connection, event_id: EventId, *, at: datetime = AT, **fields: Any) -> MatchRun:
    """A queued run."""
    found = await runs.add(connection, event_id, RunInput(**fields), policy=Policy(), at=at)
    assert found is not None
    return found


async def drafted_run(connection: Connection, event_id: EventId, *, at: datetime = AT, **fields: Any) -> MatchRun:
    queued = await run(connection, event_id, at=at, **fields)
    assert await runs.start(connection, queued.id, at) is not None
    found = await runs.draft(
        connection, queued.id, report=report(), unmatched=[], input_hash=HASH, output_hash=HASH, at=at
    )
    assert found is not None
    return found


async def introduction(connection: Connection, run: MatchRun, *, at: datetime = AT) -> Introduction:
    """Offered, of the one pairing of a run for ten days."""
    (found,) = await introductions.offer_all(connection, run, expires_at=at + timedelta(days=10), at=at)
    return found


async def offered_pair(connection: Connection, event_id: EventId) -> Introduction:
    """Offered, with two people and a run of its own."""
    first, second = await two_attendees(connection, event_id)
    run = await drafted_run(connection, event_id)
    await pairings.add_all(connection, run.id, [pairing(first, second)])
    return await introduction(connection, run)


async def half_accepted(
    connection: Connection, run: MatchRun, first: AttendeeId, second: AttendeeId, *, at: datetime = AT
) -> Introduction:
    """Of two who need be no pairing of the run; the second has said yes."""
    introduction_id = await connection.fetchval(
        """
        insert into introduction (event_id, run_id, first_id, second_id, state, offered_at, expires_at, second_accepted_at)
        values ($1, $2, $3, $4, 'half_accepted', $5, $6, $5)
        returning id
        """,
        run.event_id,
        run.id,
        first,
        second,
        at,
        at + timedelta(days=10),
    )
    found = await introductions.get(connection, introduction_id)
    assert found is not None
    return found


def note(**fields: Any) -> NoteInput:
    return structs.replace(NoteInput(heading="Doors open at noon", paragraphs=["Come when you like."]), **fields)


def message(attendee_id: AttendeeId, **fields: Any) -> MessageInput:
    """An offer that may leave at once, unless said otherwise."""
    plain = MessageInput(letter=LetterKind.OFFERED, attendee_id=attendee_id, not_before=AT)
    return structs.replace(plain, **fields)


def sender(**fields: Any) -> SenderInput:
    plain = SenderInput(name="Association of Examples", address="events@example.org")
    return structs.replace(plain, **fields)


def mapping_input(**fields: Any) -> MappingInput:
    plain = MappingInput(name="Our form", rules=[Rule(field=Field.NAME, column="Your name")])
    return structs.replace(plain, **fields)


def import_outcome(**fields: Any) -> ImportOutcome:
    plain = ImportOutcome(added=1, changed=0, unchanged=0, failed=0, acquaintances=0, exclusions=0, errors=[])
    return structs.replace(plain, **fields)
