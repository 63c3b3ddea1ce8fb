"""An association with at least one row in every tenant table, so that a leak would have something to show."""

from msgspec import structs

from matchmaker.intake.table import RowError
from matchmaker.model.action import ActionInput
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.group import Bye, Connector, SetReserve
from matchmaker.model.held_file import HeldFileInput
from matchmaker.model.ids import AssociationId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.link import LinkScope
from matchmaker.model.message import LetterKind
from matchmaker.model.organiser import OrganiserInput, Role, Way
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.model.programme import TableInput
from matchmaker.model.run import Format
from matchmaker.model.sender import Cause
from matchmaker.services import keys
from matchmaker.store import (
    acquaintances,
    actions,
    appointments,
    comebacks,
    decisions,
    doors,
    encounters,
    exclusions,
    feedback,
    groups,
    held_files,
    hold_backs,
    idempotency,
    imports,
    invitations,
    letter_texts,
    links,
    mappings,
    meetings,
    messages,
    notes,
    organiser_sessions,
    organisers,
    page_sessions,
    pairings,
    passkeys,
    pauses,
    placements,
    planned_releases,
    programmes,
    promises,
    recovery_codes,
    replacements,
    reserves,
    senders,
    set_reserves,
    snapshots,
    suppressions,
    vectors,
    weights,
    wishes,
)
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.idempotency import Answer
from matchmaker.store.replacements import Freed
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT, LATER


async def full_association(pool: Pool) -> AssociationId:
    """Committed, with a row everywhere."""
    association_id = await new_association(pool)
    async with tenant_transaction(pool, association_id) as connection:
        await fill(connection, association_id)
    return association_id


async def fill(connection: Connection, association_id: AssociationId) -> None:
    event = await factories.event(connection)
    first, second = await factories.two_attendees(connection, event.id)
    key = (await keys.create(connection, association_id, factories.key_input(), AT)).key
    run = await factories.drafted_run(connection, event.id)
    error = RowError(row=1, line=2, column="", code="x", message="y")
    await exclusions.add(connection, event.id, Exclusion(attendee_id=first, other_id=second), AT)
    await acquaintances.add(connection, event.id, Acquaintance(first_id=first, second_id=second), AT)
    await wishes.put(connection, event.id, factories.wish(first, second), AT)
    await decisions.put(connection, event.id, factories.decision(first, second), AT)
    await encounters.add(connection, event.id, factories.encounter(first, second), AT)
    await feedback.put_all(connection, event.id, [factories.feedback(first, second)], AT)
    await weights.add(connection, AT)
    await programmes.add_slots(connection, event.id, [factories.slot(1)])
    await programmes.add_tables(connection, event.id, [TableInput(number=1)])
    await vectors.add_all(connection, "model", {bytes(32): bytes(8)})
    await snapshots.add(connection, run.id, b"{}")
    await pairings.add_all(connection, run.id, [factories.pairing(first, second)])
    third = (await factories.attendee(connection, event.id, "Cy")).id
    tables = [factories.group([first, second])]
    await groups.add_all(connection, run.id, tables)
    await groups.add_members(connection, run.id, tables)
    await set_reserves.add_all(connection, run.id, [SetReserve(rank=1, attendee_id=third, instead_of=first)])
    await groups.add_byes(connection, run.id, [Bye(attendee_id=first, round=2)])
    await groups.add_asks(connection, run.id, [factories.ask(first, expert_id=second)])
    await groups.add_connectors(connection, run.id, [Connector(first=first, second=second, connector_id=third)])
    await placements.add_round(connection, run.id, 1, [(first, 1), (second, 1)], hours=None)
    await meetings.put_all(
        connection, structs.replace(run, format=Format.ROUNDS), await placements.of_run(connection, run.id, limit=1), AT
    )
    await imports.add(
        connection,
        event.id,
        factories.import_outcome(errors=[error]),
        file_name="a.csv",
        dry_run=False,
        failed_rows=b"name\n",
        at=AT,
    )
    introduction = await factories.introduction(connection, run)
    await actions.add(connection, event.id, ActionInput(attendee_id=first, words="To call."), AT)
    await reserves.add_all(connection, run.id, [factories.reserve(min(second, third), max(second, third))])
    freed = Freed(introduction_id=introduction.id, event_id=event.id, run_id=run.id, attendee_id=first)
    await replacements.decide(connection, freed, AT)
    await hold_backs.add_all(connection, [factories.hold_back(run, first, third)])
    await promises.add(connection, introduction.id, first, "To call.", due_at=LATER, at=AT)
    await appointments.propose(connection, introduction.id, first, AT, LATER, AT)
    await links.make(connection, LinkScope.EXITS, first, expires_at=LATER, at=AT)
    person_id = await connection.fetchval("select person_id from attendee where id = $1", first)
    await pauses.add(
        connection, person_id, PauseScope.PROGRAMME, event_id=event.id, cause=PauseCause.ASKED, ends_at=None, at=AT
    )
    await senders.put(connection, factories.sender(), AT)
    await messages.add(connection, [factories.message(first)], AT)
    await suppressions.add(connection, bytes(32), Cause.REFUSED, AT)
    await comebacks.add(connection, bytes(32), AT)
    await letter_texts.add_all(connection, LetterKind.OFFERED, "en", {"button": "Have a look"}, AT)
    await suppressions.add_bounce(connection, bytes(32), "4.2.2", AT)
    await notes.add(connection, event.id, factories.note(), letters=1, deadline=LATER, at=AT)
    await planned_releases.add(connection, event.id, run.id, ReleaseInput(), due_at=LATER, at=AT)
    await doors.add(connection, event.id, first, AT)
    await page_sessions.add(connection, first, bytes(32), ends_at=LATER, at=AT)
    await _an_organiser(connection)
    answer = Answer(route="POST /v1/events", body_hash=bytes(32), status=201, headers={}, body=b"{}")
    await idempotency.add(connection, key.id, "once", answer, AT)
    await mappings.add(connection, factories.mapping_input(), AT)
    given = HeldFileInput(file_name="a.csv", rows=1, cells=b"name", rules=[])
    await held_files.add(connection, event.id, given, AT)


async def _an_organiser(connection: Connection) -> None:
    """With a session, a passkey, a recovery code, and an invitation that lets in nobody but them."""
    given = OrganiserInput(name="Olga", email="olga@example.org")
    one = await organisers.add(connection, given, Role.OWNER, email_key=given.email, at=AT)
    await organiser_sessions.add(connection, one.id, bytes(32), way=Way.PASSKEY, browser="", ends_at=LATER, at=AT)
    await passkeys.add(
        connection, one.id, credential_id=bytes(16), public_key=bytes(77), sign_count=0, label="Laptop", at=AT
    )
    await recovery_codes.replace(connection, one.id, [bytes(32)], AT)
    await invitations.add(
        connection, bytes(32), label="Olga", role=Role.OWNER, organiser_id=one.id, expires_at=LATER, at=AT
    )
