"""People and their contact data, which sits apart from what the matching core reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.errors import Conflict
from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.model.person import Contact
from matchmaker.store.connection import Connection, changed, to_json
from matchmaker.store.violations import refused_as


class EmailTaken(Conflict):
    """Somebody else has that e-mail address."""


REFUSALS = {"contact_email_once": EmailTaken}


class PersonRow(Struct, frozen=True, kw_only=True):
    """A person to be written; `email_key` is the address as it is compared."""

    person_id: PersonId
    name: str
    email: str | None
    email_key: str | None


async def add(connection: Connection, contact: Contact, *, email_key: str | None, at: datetime) -> PersonId:
    """A new person with their contact data. Raises `EmailTaken`."""
    with refused_as(REFUSALS):
        person_id: PersonId = await connection.fetchval(
            """
            with added as (
                insert into person (created_at)
                values ($1)
                returning id
            )
            insert into contact (person_id, name, email, email_key)
            select id, $2, $3, $4
              from added
            returning person_id
            """,
            at,
            contact.name,
            contact.email,
            email_key,
        )
    return person_id


async def get_contact(connection: Connection, person_id: PersonId) -> Contact | None:
    """The contact data of a person."""
    row = await connection.fetchrow("select name, email from contact where person_id = $1", person_id)
    return None if row is None else Contact(**row)


async def find_by_email(connection: Connection, email_key: str) -> PersonId | None:
    """Whose address that is."""
    found: PersonId | None = await connection.fetchval("select person_id from contact where email_key = $1", email_key)
    return found


async def find_by_emails(connection: Connection, email_keys: Sequence[str]) -> Mapping[str, PersonId]:
    """Whose addresses those are, by address."""
    rows = await connection.fetch(
        """
        select email_key, person_id
          from contact
         where email_key = any($1)
         limit cardinality($1::text[])
        """,
        email_keys,
    )
    return {row["email_key"]: row["person_id"] for row in rows}


async def find_attending(
    connection: Connection, event_id: EventId, named: str, *, listed_only: bool = False, limit: int
) -> list[AttendeeId]:
    """The attendees of an event whose name or address that is, case aside; of those who let themselves be listed, or of all."""
    rows = await connection.fetch(
        """
        select attendee.id
          from contact
          join attendee on attendee.person_id = contact.person_id
         where attendee.event_id = $1
           and (lower(contact.name) = lower($2) or contact.email_key = lower($2))
           and (listed or not $4)
         order by attendee.id
         limit $3
        """,
        event_id,
        named,
        limit,
        listed_only,
    )
    return [row["id"] for row in rows]


async def save(connection: Connection, person: PersonRow, at: datetime) -> bool:
    """Whether the contact data differed; then each of the person's attendees is a version newer."""
    return bool(await save_all(connection, [person], at))


async def save_all(connection: Connection, people: Sequence[PersonRow], at: datetime) -> set[PersonId]:
    """Write the contact data of `people`, who exist; gives those whose data differed. Their attendees get a new version."""
    with refused_as(REFUSALS):
        rows = await connection.fetch(
            """
            with given as (
                select person_id, name, email, email_key
                  from json_to_recordset($1::json) as given (person_id uuid, name text, email text, email_key text)
            ),
            changed as (
                update contact
                   set name      = given.name,
                       email     = given.email,
                       email_key = given.email_key
                  from given
                 where contact.person_id = given.person_id
                   and (contact.name, contact.email, contact.email_key)
                       is distinct from (given.name, given.email, given.email_key)
                returning contact.person_id
            ),
            touched as (
                update attendee
                   set version    = version + 1,
                       updated_at = greatest(attendee.updated_at, $2)
                  from changed
                 where attendee.person_id = changed.person_id
            )
            select person_id
              from changed
            """,
            to_json(people),
            at,
        )
    return {row["person_id"] for row in rows}


async def new_ids(connection: Connection, count: int) -> list[str]:
    """So many ids that nobody has yet."""
    rows = await connection.fetch("select gen_random_uuid() as id from generate_series(1, $1)", count)
    return [row["id"] for row in rows]


async def add_all(connection: Connection, people: Sequence[PersonRow], at: datetime) -> None:
    """New people with their contact data, under the ids given."""
    with refused_as(REFUSALS):
        await connection.execute(
            """
            with given as (
                select person_id, name, email, email_key
                  from json_to_recordset($1::json) as given (person_id uuid, name text, email text, email_key text)
            ),
            added as (
                insert into person (id, created_at)
                select person_id, $2
                  from given
                returning id
            )
            insert into contact (person_id, name, email, email_key)
            select given.person_id, given.name, given.email, given.email_key
              from given
              join added on added.id = given.person_id
            """,
            to_json(people),
            at,
        )


async def remove_unless_attending(connection: Connection, person_id: PersonId) -> bool:
    """Whether the person is gone: they are, with their contact data, if they attend no event any more."""
    done = await connection.execute(
        """
        delete from person
         where id = $1
           and not exists (select
                             from attendee
                            where attendee.person_id = person.id
                              and attendee.association_id = person.association_id)
        """,
        person_id,
    )
    return bool(changed(done))
