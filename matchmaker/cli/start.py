"""The one-time link with which somebody gets into the organisers' pages at all: printed here, since nobody is signed in yet."""

import asyncio
import uuid
from datetime import UTC, datetime

import click

from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import OrganiserInput, Role
from matchmaker.services import invite
from matchmaker.settings import Settings
from matchmaker.store import associations, migrate, organisers
from matchmaker.store.connection import Connection
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction

# The association that a database begins with: the same for every server that starts on it, so they ask for it once together.
FIRST = AssociationId(str(uuid.uuid5(uuid.NAMESPACE_URL, "matchmaker:first")))
UNNAMED = "My association"
DEMO = OrganiserInput(name="Demo organiser", email="demo@example.org")


def say_where_to_start(settings: Settings) -> None:
    """Print the link that sets up the first association, until somebody has; not while migrations wait."""
    if not asyncio.run(migrate.pending(settings.database_url or "")):
        link = asyncio.run(_first_link(settings))
        if link is not None:
            click.echo(f"Set up your association in the browser (this link works once): {link}")


async def demo_link(connection: Connection, settings: Settings, at: datetime) -> str:
    """The link that signs in to the demo, by pressing a button."""
    found = await organisers.find(connection, limit=1)
    one = found[0] if found else await organisers.add(connection, DEMO, Role.OWNER, email_key=DEMO.email, at=at)
    token = await invite.invite(connection, Role.OWNER, label="demo", organiser_id=one.id, at=at)
    return link_of(settings, token)


def link_of(settings: Settings, token: str) -> str:
    """The address of an invitation."""
    return f"{settings.base_url}/start/{token}"


async def _first_link(settings: Settings) -> str | None:
    """None where the first association has somebody already."""
    at = datetime.now(UTC)
    pool = await open_pool(settings.database_url or "")
    try:
        async with tenant_transaction(pool, FIRST) as connection:
            if await organisers.find(connection, limit=1):
                return None
            if await associations.get(connection) is None:
                await associations.add(connection, FIRST, UNNAMED, at)
            return link_of(settings, await invite.invite(connection, Role.OWNER, label="first owner", at=at))
    finally:
        await pool.close()
