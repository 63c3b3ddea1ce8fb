"""Commands for whoever runs Matchmaker: the database, associations, keys, the contract, and what is wrong here."""

import asyncio
import shutil
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from msgspec import json

from matchmaker import tokens
from matchmaker.api.secret import cursor_secret
from matchmaker.cli.database import data_option, database, settings_of
from matchmaker.cli.mail import mail_findings, mail_options
from matchmaker.cli.progress import out
from matchmaker.cli.start import link_of
from matchmaker.errors import Invalid, MatchmakerError, NotFound
from matchmaker.model.association import KeyInput, Scope
from matchmaker.model.ids import AssociationId, EventId, KeyId
from matchmaker.model.organiser import Role
from matchmaker.model.policy import Model
from matchmaker.model.text import LINE_CHARS_MAX, clean_line
from matchmaker.services import invite, keys
from matchmaker.settings import Settings
from matchmaker.store import associations, migrate, senders
from matchmaker.store import keys as stored_keys
from matchmaker.store.connection import Connection
from matchmaker.store.pool import open_pool, server_version
from matchmaker.store.tenant import tenant_transaction

KEYS_SHOWN_MAX = 200
DISK_BYTES_LEAST = 500_000_000
CONTRACT = Path("openapi/openapi.json")

association_option = click.option("--association", "association_id", required=True, help="The association's id.")


@click.command("migrate")
@data_option
def migrate_command(data: Path | None) -> None:
    """Bring the database up to date; safe to run at any time and from several places."""
    with database(settings_of(data)) as settings:
        waiting = asyncio.run(migrate.pending(settings.database_url or ""))
    if waiting:
        raise Invalid(
            f"{len(waiting)} migrations wait: {', '.join(waiting)}.",
            cure="Set MATCHMAKER_OWNER_DATABASE_URL to the owner's address and run this again.",
        )
    click.echo("The database is up to date.")


@click.group()
def association() -> None:
    """Associations: the tenants; each sees its own data only."""


@association.command("create")
@click.argument("name")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def association_create(name: str, data: Path | None, as_json: bool) -> None:
    """Make an association called NAME."""
    name = clean_line(name)
    if not 1 <= len(name) <= LINE_CHARS_MAX:
        raise Invalid(f"A name has 1 to {LINE_CHARS_MAX} characters.")
    association_id = AssociationId(str(uuid.uuid4()))

    async def create(connection: Connection) -> Any:
        return await associations.add(connection, association_id, name, _now())

    made = _in_association(data, association_id, create, new=True)
    _say(made, f"{made.id}  {made.name}", as_json)


@association.command("verify-sender")
@association_option
@data_option
def association_verify_sender(association_id: str, data: Path | None) -> None:
    """Let an association's letters come from its own address: you know that it is theirs, and `doctor --mail` is content."""

    async def verify(connection: Connection) -> Any:
        return await senders.verify(connection, _now())

    address = _in_association(data, AssociationId(association_id), verify)
    if address is None:
        raise NotFound("The association has no sender.", cure="It sets one with PUT /v1/sender.")
    click.echo(f"Letters come from {address} from now on.")


@association.command("comeback-secret")
@association_option
@data_option
def association_comeback_secret(association_id: str, data: Path | None) -> None:
    """Print the secret with which an association's mail provider signs what it reports to /v1/comebacks."""

    async def find(connection: Connection) -> Any:
        return await associations.get(connection)

    if _in_association(data, AssociationId(association_id), find) is None:
        raise NotFound("There is no such association.")
    click.echo(tokens.comeback_secret(cursor_secret(settings_of(data)), association_id).decode())


@association.command("invite")
@association_option
@data_option
@click.option("--label", default="command line", show_default=True, help="For whom.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.OWNER.value, show_default=True)
def association_invite(association_id: str, data: Path | None, label: str, role: str) -> None:
    """Print a one-time link with which somebody may sign in to an association's pages."""

    async def make(connection: Connection) -> Any:
        wanted = clean_line(label)[:LINE_CHARS_MAX] or "command line"
        return await invite.invite(connection, Role(role), label=wanted, at=_now())

    click.echo(link_of(settings_of(data), _in_association(data, AssociationId(association_id), make)))


@click.group()
def key() -> None:
    """Keys of REST clients."""


@key.command("create")
@association_option
@data_option
@click.option("--label", default="command line", show_default=True, help="What it is for.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([scope.value for scope in Scope]), help="[default: all]"
)
@click.option("--event", "event_id", help="Restrict the key to one event.")
@click.option("--expires", type=click.DateTime(), help="When it ends (UTC).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def key_create(
    association_id: str,
    data: Path | None,
    label: str,
    scopes: tuple[str, ...],
    event_id: str | None,
    expires: datetime | None,
    as_json: bool,
) -> None:
    """Make a key and print it; it is shown this once."""
    wanted = KeyInput(
        label=clean_line(label)[:LINE_CHARS_MAX],
        scopes=[Scope(scope) for scope in scopes] or list(Scope),
        event_id=None if event_id is None else EventId(_uuid(event_id, "event")),
        expires_at=None if expires is None else expires.replace(tzinfo=UTC),
    )

    async def create(connection: Connection) -> Any:
        return await keys.create(connection, AssociationId(association_id), wanted, _now())

    made = _in_association(data, AssociationId(association_id), create)
    _say(made, made.text, as_json)


@key.command("list")
@association_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def key_list(association_id: str, data: Path | None, as_json: bool) -> None:
    """List keys, the latest first."""

    async def find(connection: Connection) -> Any:
        return await stored_keys.find(connection, limit=KEYS_SHOWN_MAX)

    found = _in_association(data, AssociationId(association_id), find)
    lines = (
        f"{one.id}  …{one.last_four}  {one.label}  {'revoked' if one.revoked_at else ' '.join(s.value for s in one.scopes)}"
        for one in found
    )
    _say(found, "\n".join(lines) or "There are none.", as_json)


@key.command("revoke")
@click.argument("key_id")
@association_option
@data_option
def key_revoke(key_id: str, association_id: str, data: Path | None) -> None:
    """Revoke the key KEY_ID; the next request with it is refused."""

    revoked_id = KeyId(_uuid(key_id, "key"))

    async def revoke(connection: Connection) -> Any:
        found = await stored_keys.revoke(connection, revoked_id, _now())
        if found is None:
            raise NotFound("There is no such key.")
        return found

    _in_association(data, AssociationId(association_id), revoke)
    click.echo("Revoked.")


@click.command()
@click.option("--check", is_flag=True, help=f"Compare with {CONTRACT} instead of writing it.")
def openapi(check: bool) -> None:
    """Write the contract of the API to openapi/openapi.json."""
    from matchmaker.api import contract
    from matchmaker.app import create_app

    document = contract.encoded(create_app(Settings()))
    if not check:
        CONTRACT.parent.mkdir(exist_ok=True)
        CONTRACT.write_bytes(document)
        click.echo(f"{CONTRACT}: {len(document):,} bytes.")
    elif not CONTRACT.exists() or CONTRACT.read_bytes() != document:
        raise Invalid(
            f"{CONTRACT} is not what the code says.", cure="Run `matchmaker openapi`, and look at the difference."
        )
    else:
        click.echo(f"{CONTRACT} is what the code says.")


@click.command()
@data_option
@mail_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(data: Path | None, as_json: bool, mail: str | None, **asked: Any) -> None:
    """Look at the database, its roles and migrations, the model and the disk, and say what to do; or, with --mail, at what DNS
    says of the domain that letters are from."""
    if mail is not None:
        findings = mail_findings(mail, **asked)
    else:
        settings = settings_of(data)
        findings = {"disk": _tried(lambda: _disk(settings)), "model": _tried(_model)}
        findings |= {"database": _tried(lambda: _database(settings))}
    if as_json:
        click.echo(json.format(json.encode(findings), indent=2))
    else:
        for name, (good, said) in findings.items():
            out.print(f"{'good' if good else 'BAD ':4}  {name:9} {said}", soft_wrap=True)
    if not all(good for good, _ in findings.values()):
        raise SystemExit(2)


def _disk(settings: Settings) -> str:
    place = next(folder for folder in (settings.data.absolute(), *settings.data.absolute().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < DISK_BYTES_LEAST:
        raise Invalid(
            f"only {free // 1_000_000:,} MB free for {settings.data}", cure="Make room, or choose another --data."
        )
    return f"{free // 1_000_000_000:,} GB free for {settings.data}"


def _model() -> str:
    from matchmaker.matching.vectors import vectors_of

    vectors = vectors_of(["hello"], Model.USEM3, memory={}, progress=lambda stage, share: None)
    return f"reads text into {vectors.shape[1]} numbers"


def _database(settings: Settings) -> str:
    with database(settings, migrated=False) as opened:
        return asyncio.run(_database_state(opened))


async def _database_state(settings: Settings) -> str:
    pool = await open_pool(settings.database_url or "")
    try:
        async with tenant_transaction(pool, AssociationId(str(uuid.uuid4()))) as connection:
            version = await server_version(connection)
    finally:
        await pool.close()
    waiting = await migrate.pending(settings.database_url or "")
    if waiting:
        raise Invalid(f"PostgreSQL {version}, but {len(waiting)} migrations wait", cure="Run `matchmaker migrate`.")
    return f"PostgreSQL {version}, row-level security binds our role, all migrations applied"


def _tried(look: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, look()
    except MatchmakerError as error:
        return False, f"{error.detail} {error.cure or ''}".strip()
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"


def _in_association(
    data: Path | None,
    association_id: AssociationId,
    work: Callable[[Connection], Awaitable[Any]],
    *,
    new: bool = False,
) -> Any:
    """Do `work` in a transaction of the association. Raises `NotFound` for one that is none, unless it is `new`."""
    association_id = AssociationId(_uuid(association_id, "association"))

    async def connected(settings: Settings) -> Any:
        pool = await open_pool(settings.database_url or "")
        try:
            async with tenant_transaction(pool, association_id) as connection:
                if not new and await associations.get(connection) is None:
                    raise NotFound(
                        "There is no such association.", cure="Make one with `matchmaker association create NAME`."
                    )
                return await work(connection)
        finally:
            await pool.close()

    with database(settings_of(data)) as settings:
        return asyncio.run(connected(settings))


def _uuid(text: str, what: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Invalid(f"{text!r} is no id; the id of the {what} is wanted.") from None


def _say(value: Any, words: str, as_json: bool) -> None:
    click.echo(json.format(json.encode(value), indent=2).decode() if as_json else words)


def _now() -> datetime:
    return datetime.now(UTC)
