"""Match the attendees of a file, with no database: the same `propose` as a run, on rows instead of places at an event."""

import hashlib
from collections.abc import Iterable, Sequence

from msgspec import Struct, json, structs

from matchmaker.errors import Invalid
from matchmaker.intake import people
from matchmaker.intake.people import Directory, Resolved, Someone
from matchmaker.intake.table import Table
from matchmaker.matching.fairness import fairness_with
from matchmaker.matching.pipeline import Progress, propose
from matchmaker.matching.questions import answer
from matchmaker.matching.vectors import Memory
from matchmaker.model import snapshot as snapshots
from matchmaker.model.attendee import Attendee, ImportRow, profile_of
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.fairness import Characteristic, Fairness, Treatment
from matchmaker.model.ids import AttendeeId
from matchmaker.model.person import Contact
from matchmaker.model.policy import Policy
from matchmaker.model.programme import Slot
from matchmaker.model.programme import Table as MeetingTable
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import Answer, CoverageQuestion, PairQuestion, Question, RulesQuestion
from matchmaker.services.tell import told

Who = dict[AttendeeId, tuple[Contact, Attendee]]


class FileMatch(Struct, frozen=True, kw_only=True):
    """A proposal with the people it speaks of."""

    proposal: Proposal
    who: Who


def match_file(
    table: Table,
    policy: Policy,
    *,
    seed: int,
    memory: Memory,
    progress: Progress,
    format: Format = Format.INTRODUCTIONS,
    slots: Sequence[Slot] = (),
    tables: Sequence[MeetingTable] = (),
    backend: str | None = None,
) -> FileMatch:
    """What `format` makes of the rows of a table, `slots` and `tables` being the programme. Row order changes nothing;
    `memory` takes the vectors that are new."""
    rows = _by_id([row.attendee for row in table.rows])
    snapshot, counted = _snapshot(rows, format)
    snapshot = structs.replace(snapshot, slots=list(slots), tables=list(tables))
    proposal = propose(snapshot, policy, seed=seed, format=format, memory=memory, progress=progress, backend=backend)
    counted["rows_repeated"] = len(table.rows) - len(rows)
    notes = {**proposal.report.notes, **table.notes, **{code: count for code, count in counted.items() if count}}
    report = structs.replace(proposal.report, notes=dict(sorted(notes.items())), format=format)
    return FileMatch(
        proposal=structs.replace(proposal, report=report),
        who=_who(rows, snapshot),
    )


def fairness_of(matched: FileMatch, by: Characteristic, *, seed: int) -> Fairness:
    """How a match treats the groups of its people; without answers there is no acceptance."""
    pairs = [(one.first, one.second, one.value_to_first, one.value_to_second) for one in matched.proposal.pairings]
    snapshot = Snapshot(attendees=[attendee for _, attendee in matched.who.values()])
    return fairness_with(Treatment(by=by, snapshot=snapshots.encode(snapshot), pairs=pairs, answers=[]), seed=seed)


def told_all(matched: FileMatch) -> FileMatch:
    """The same with what each side of every pairing reads: who the other is, and what they might ask."""
    names = {one: contact.name for one, (contact, _) in matched.who.items()}
    pairings = [told(pairing, names) for pairing in matched.proposal.pairings]
    return structs.replace(matched, proposal=structs.replace(matched.proposal, pairings=pairings))


def snapshot_of(table: Table) -> Snapshot:
    """The people of a table as a run reads them."""
    snapshot, _ = _snapshot(_by_id([row.attendee for row in table.rows]))
    return snapshot


class FileAnswer(Struct, frozen=True, kw_only=True):
    """An answer with the people it speaks of."""

    answer: Answer
    who: Who


def ask_file(
    table: Table,
    policy: Policy,
    names: Sequence[str],
    *,
    seed: int,
    memory: Memory,
    progress: Progress,
    format: Format = Format.INTRODUCTIONS,
    slots: Sequence[Slot] = (),
) -> FileAnswer:
    """Why the two people named are not paired; with no names, what relaxing each rule would give.

    An entry is an external id, an e-mail or a name. Raises `NobodyNamed`.
    """
    rows = _by_id([row.attendee for row in table.rows])
    snapshot, _ = _snapshot(rows, format)
    snapshot = structs.replace(snapshot, slots=list(slots))
    question: Question = RulesQuestion()
    if names:
        first, second = (_named(name, _directory(rows), snapshot) for name in names)
        question = PairQuestion(first=first, second=second)
    found = answer(snapshot, policy, question, seed=seed, format=format, memory=memory, progress=progress)
    return FileAnswer(answer=found, who=_who(rows, snapshot))


def cover_file(table: Table, policy: Policy, *, seed: int, memory: Memory, progress: Progress) -> FileAnswer:
    """What the people of a table seek and offer, by topic."""
    rows = _by_id([row.attendee for row in table.rows])
    snapshot, _ = _snapshot(rows)
    found = answer(snapshot, policy, CoverageQuestion(), seed=seed, memory=memory, progress=progress)
    return FileAnswer(answer=found, who=_who(rows, snapshot))


class NobodyNamed(Invalid):
    """The name is nobody's, or more than one person's."""

    cure = "Give the external id, else the e-mail, of one person who takes part."


def _named(name: str, directory: Directory, snapshot: Snapshot) -> AttendeeId:
    coming = {attendee.id for attendee in snapshot.attendees}
    found = [one for one in directory.named(name) if one in coming]
    if len(found) != 1:
        raise NobodyNamed(f"{name!r} names {len(found) or 'none'} of those who take part.")
    return found[0]


def _by_id(rows: list[ImportRow]) -> dict[AttendeeId, ImportRow]:
    """Each row by its external id; else its e-mail, where no external id reads the same; else a name made of its content,
    so that order does not matter: a row repeated to the letter is one person."""
    external_ids = {row.external_id for row in rows}

    def id_of(row: ImportRow) -> str:
        known = row.external_id or (None if row.email in external_ids else row.email)
        return known or "row-" + hashlib.sha256(json.encode(row)).hexdigest()[:12]

    return {AttendeeId(id_of(row)): row for row in rows}


def _snapshot(rows: dict[AttendeeId, ImportRow], format: Format | None = None) -> tuple[Snapshot, dict[str, int]]:
    coming = {id_ for id_, row in rows.items() if _comes(row, format)}
    directory = _directory(rows)
    knows = people.resolve({id_: row.knows for id_, row in rows.items()}, directory)
    avoids = people.resolve({id_: row.avoids for id_, row in rows.items()}, directory)
    wishes, notes = people.wishes_of(rows, directory)
    snapshot = Snapshot(
        attendees=[_attendee(id_, row) for id_, row in rows.items() if id_ in coming],
        exclusions=list(_exclusions(avoids, coming)),
        acquaintances=[
            Acquaintance(first_id=one, second_id=other) for one, other in knows.pairs if {one, other} <= coming
        ],
        wishes=[wish for wish in wishes if {wish.attendee_id, wish.other_id} <= coming],
    )
    return snapshot, {**notes, "knows_unresolved": knows.unresolved, "avoids_unresolved": avoids.unresolved}


def _comes(row: ImportRow, format: Format | None) -> bool:
    """Whether someone is in a run; who wants no introductions is in none of that format."""
    return (
        row.opted_in is not False
        and row.matched is not False
        and (row.introduced is not False or format is not Format.INTRODUCTIONS)
    )


def _directory(rows: dict[AttendeeId, ImportRow]) -> Directory:
    return Directory(
        Someone(id=id_, external_id=row.external_id, email=row.email, name=row.name, organisation=row.organisation)
        for id_, row in rows.items()
    )


def _who(rows: dict[AttendeeId, ImportRow], snapshot: Snapshot) -> Who:
    return {
        attendee.id: (Contact(name=rows[attendee.id].name, email=rows[attendee.id].email), attendee)
        for attendee in snapshot.attendees
    }


def _exclusions(avoids: Resolved, coming: set[AttendeeId]) -> Iterable[Exclusion]:
    for first, second in avoids.pairs:
        if {first, second} <= coming:
            yield Exclusion(attendee_id=first, other_id=second)
    for one, organisation in avoids.organisations:
        if one in coming:
            yield Exclusion(attendee_id=one, organisation=organisation)


def _attendee(id_: AttendeeId, row: ImportRow) -> Attendee:
    return Attendee(
        id=id_,
        profile=profile_of(row),
        organisation=row.organisation,
        role=row.role,
        seniority=row.seniority,
        sector=row.sector,
        region=row.region,
        languages=row.languages,
        groups=row.groups,
        quota=row.quota,
        least=row.least,
        minutes=row.minutes,
        challenge=row.challenge,
        available=row.available,
        needs_accessible=row.needs_accessible,
        quiet=row.quiet or False,
    )
