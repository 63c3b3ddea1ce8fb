"""Sign in: a proof becomes a session. What fails, fails alike: wrong address, wrong password, wrong code, code taken already."""

import hashlib
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from matchmaker import tokens
from matchmaker.errors import FieldError, Forbidden, InvalidFields
from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import SESSION_LENGTH, Organiser, OrganiserSession, Way
from matchmaker.services import prove
from matchmaker.services.enrol import email_key
from matchmaker.services.strangers import block_of
from matchmaker.store import limits, organiser_sessions, organisers, passkeys, recovery_codes
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import association_of, tenant_transaction, untenanted_transaction

WINDOW = timedelta(minutes=15)
TRIES_ADDRESS_MAX = 10
TRIES_NETWORK_MAX = 50
NONCE_BYTES = 16


class NotProven(Forbidden):
    """That did not prove who it is."""


class Entered(Struct, frozen=True, kw_only=True):
    """Who is there, by which session, of which association; forms are bound to the session's hash."""

    association_id: AssociationId
    organiser: Organiser
    session: OrganiserSession
    secret_hash: bytes


async def entered(pool: Pool, token: str, at: datetime) -> Entered | None:
    """Whose session a cookie's token is, which counts as being there; None when it is over."""
    shown = tokens.read_session(token)
    if shown is None:
        return None
    association_id = AssociationId(shown[0])
    async with tenant_transaction(pool, association_id) as connection:
        session = await organiser_sessions.get(connection, shown[1], at)
        organiser = None if session is None else await organisers.get(connection, session.organiser_id)
        if session is None or organiser is None:
            return None
        await organiser_sessions.note_seen(connection, session.id, at)
    return Entered(association_id=association_id, organiser=organiser, session=session, secret_hash=shown[1])


async def begin(connection: Connection, organiser_id: OrganiserId, way: Way, *, browser: str, at: datetime) -> str:
    """The token of a new session."""
    token = tokens.new_session(await association_of(connection))
    await organiser_sessions.remove_before(connection, at)
    await organiser_sessions.add(
        connection,
        organiser_id,
        tokens.hash_of(token),
        way=way,
        browser=browser[:200],
        ends_at=at + SESSION_LENGTH,
        at=at,
    )
    return token


async def must_prove(connection: Connection, entered: Entered, at: datetime) -> bool:
    """Whether somebody has to prove once more who they are, before they change who can sign in.

    A session may be stolen, so one that is not fresh does not do. Who has no way to prove it yet is setting the first.
    """
    if entered.session.is_fresh(at):
        return False
    return entered.organiser.has_password or bool(await passkeys.find(connection, entered.organiser.id, limit=1))


async def by_password(
    connection: Connection, email: str, password: str, code: str, *, secret: bytes, at: datetime
) -> tuple[OrganiserId, Way]:
    """Who that is, by a password and the code of an authenticator, or one for recovery. Raises `NotProven`."""
    locks = await organisers.locks_of(connection, email_key(email) or "")
    knows = await prove.fits(None if locks is None else locks.password_hash, password)
    if locks is None or not knows:
        raise NotProven
    totp = prove.totp_secret(secret, locks.totp_nonce)
    step = prove.step_of(totp, code, at, after=locks.totp_step)
    if step is not None and await organisers.take_step(connection, locks, step):
        return locks.organiser_id, Way.PASSWORD
    if await recovery_codes.use(connection, locks.organiser_id, prove.recovery_hash(code), at):
        return locks.organiser_id, Way.RECOVERY
    raise NotProven


async def set_password(
    connection: Connection, organiser: Organiser, password: str, code: str, *, nonce: bytes, secret: bytes, at: datetime
) -> list[str]:
    """Sets a password and an authenticator, once a code shows that it works; gives new recovery codes, shown this once.

    Raises `InvalidFields`.
    """
    problems = []
    weakness = prove.weakness(password, organiser.email, organiser.name)
    if weakness is not None:
        problems.append(FieldError("/password", f"password_{weakness}", ""))
    step = prove.step_of(prove.totp_secret(secret, nonce), code, at, after=None)
    if step is None:
        problems.append(FieldError("/code", "code_wrong", ""))
    if problems or step is None:
        raise InvalidFields(problems)
    await organisers.set_password(
        connection, organiser.id, password_hash=await prove.hashed(password), totp_nonce=nonce, totp_step=step
    )
    codes = prove.new_recovery_codes()
    await recovery_codes.replace(connection, organiser.id, [prove.recovery_hash(one) for one in codes], at)
    return codes


async def count(pool: Pool, association_id: str, email: str, host: str, at: datetime) -> timedelta | None:
    """Counts a try by the address that was typed and by the network it came from; how long to wait where it is one too many.

    The quarter of an hour is counted under its end: windows that began minutes ago are swept away.
    """
    seconds = WINDOW.total_seconds()
    end = datetime.fromtimestamp((at.timestamp() // seconds + 1) * seconds, UTC)
    address = hashlib.sha256(f"{association_id}\x00{email_key(email)}".encode()).hexdigest()
    async with untenanted_transaction(pool) as connection:
        by_network = await limits.count(connection, f"sign-in:{block_of(host)}", end)
        by_address = await limits.count(connection, f"sign-in:{address}", end) if email else 0
    return end - at if by_address > TRIES_ADDRESS_MAX or by_network > TRIES_NETWORK_MAX else None


async def is_first_use(pool: Pool, challenge: str, until: datetime) -> bool:
    """Whether a challenge comes back for the first time; it is remembered `until` it is worth nothing any more."""
    digest = hashlib.sha256(challenge.encode()).hexdigest()
    async with untenanted_transaction(pool) as connection:
        return await limits.count(connection, f"challenge:{digest}", until) == 1
