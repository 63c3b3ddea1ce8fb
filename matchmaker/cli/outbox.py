"""`matchmaker outbox`: what waits, was sent or held, the development mailbox, letting held mail go; and `matchmaker bounce`."""

import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import click

from matchmaker.cli.database import data_option, database, settings_of
from matchmaker.cli.progress import out
from matchmaker.mail import folder
from matchmaker.mail.bounces import BYTES_READ_MAX, Comeback
from matchmaker.model.counting import counted
from matchmaker.services.address import mailbox
from matchmaker.services.take_back import take_back
from matchmaker.settings import Settings
from matchmaker.store import messages
from matchmaker.store import outbox as outboxes
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction

LETTERS_SHOWN = 20


@click.command()
@data_option
@click.option(
    "--release", is_flag=True, help="Let mail go that a copy of a database holds: from now on this one sends it."
)
@click.option("--letters", "shown", default=LETTERS_SHOWN, show_default=True, help="How many letters to list.")
def outbox(data: Path | None, release: bool, shown: int) -> None:
    """Say how many messages wait, were sent, or are held, and list the letters of the development mailbox."""
    with database(settings_of(data)) as settings:
        released, states = asyncio.run(_looked_at(settings, release=release))
    if release:
        out.print(f"{counted(released, 'message is', 'messages are')} let go.")
    out.print(" · ".join(f"{states[state]:,} {state}" for state in sorted(states)) or "No messages.")
    if settings.mail == "folder":
        _list(mailbox(settings), shown)


@click.command()
@data_option
def bounce(data: Path | None) -> None:
    """Take a message that came back from standard input: after a bounce or a complaint its reader is written to no more.

    Let your mail server pipe what comes to the bounce address into this command.
    """
    content = sys.stdin.buffer.read(BYTES_READ_MAX)
    with database(settings_of(data)) as settings:
        comeback, acted = asyncio.run(_taken_back(settings, content))
    out.print(f"{comeback.kind.value}{' (hard)' if comeback.hard else ''}: {'acted on' if acted else 'nothing to do'}.")


async def _taken_back(settings: Settings, content: bytes) -> tuple[Comeback, bool]:
    pool = await open_pool(settings.database_url or "")
    try:
        return await take_back(pool, content, at=datetime.now(UTC))
    finally:
        await pool.close()


async def _looked_at(settings: Settings, *, release: bool) -> tuple[int, Counter[str]]:
    """How many messages were released, and how many are in each state, of all associations."""
    pool = await open_pool(settings.database_url or "")
    try:
        async with untenanted_transaction(pool) as connection:
            associations = await outboxes.associations(connection)
        released, states = 0, Counter[str]()
        for association_id in associations:
            async with tenant_transaction(pool, association_id) as connection:
                if release:
                    await outboxes.settle(connection)
                    released += await outboxes.release(connection, datetime.now(UTC))
                states.update(await messages.count(connection))
        return released, states
    finally:
        await pool.close()


def _list(mailbox: Path, shown: int) -> None:
    files = folder.letters(mailbox)
    out.print(f"{counted(len(files), 'letter', 'letters')} in {mailbox}" + (":" if files and shown else "."))
    for file in files[: max(shown, 0)]:
        letter = message_from_bytes(file.read_bytes(), policy=default)
        out.print(f"  {letter['Date']}  {letter['To']}  {letter['Subject']}  {file.name}")
