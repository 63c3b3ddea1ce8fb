"""Two people who were offered an introduction, their links, and what the database holds of it all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from matchmaker.model.ids import AssociationId, AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.link import LinkScope
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.pairing import Pairing, Reason
from matchmaker.services import release
from matchmaker.store import hold_backs, introductions, links, messages, pairings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.browser import PRESSED, Clock, Page

# What looking may count, and what a worker does by itself.
UNWATCHED = {"rate_window", "schema_migrations", "pgqueuer_statistics"}


class World:
    """Ada and Bob at an event; each may get something of the other."""

    def __init__(self, pool: Pool, association_id: AssociationId, clock: Clock) -> None:
        self.pool, self.association_id, self.clock = pool, association_id, clock
        self.event_id = EventId("")
        self.ada, self.bob = AttendeeId(""), AttendeeId("")
        self.introduction_id = IntroductionId("")

    async def build(self) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            self.event_id = (await factories.event(connection, time_zone="Europe/Berlin")).id
            ada = await factories.attendee(
                connection, self.event_id, "Ada Example", email="ada@example.org", role="Chair", languages=["en"],
                seeks=["Bookkeeping <b>for</b> clubs"], offers=["A mentor"],
            )  # fmt: skip
            bob = await factories.attendee(
                connection, self.event_id, "Bob O’Example", email="bob@example.com", organisation="Example & Sons",
                languages=["de"], seeks=["A mentor"], offers=["Bookkeeping for clubs"],
            )  # fmt: skip
            self.ada, self.bob = ada.id, bob.id
            run = await factories.drafted_run(connection, self.event_id)
            await pairings.add_all(connection, run.id, [_pairing(ada.id, bob.id)])
            await release.release(connection, self.event_id, run.id, ReleaseInput(), at=AT)
            (made,) = await introductions.find(connection, self.event_id, limit=2)
            self.introduction_id = made.id

    async def link(self, attendee_id: AttendeeId, scope: LinkScope = LinkScope.INTRODUCTION, **length: float) -> str:
        """The token of a link as a letter holds it."""
        introduction_id = self.introduction_id if scope is LinkScope.INTRODUCTION else None
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return await links.make(
                connection, scope, attendee_id, introduction_id=introduction_id, at=self.clock.at,
                expires_at=self.clock.at + timedelta(**(length or {"days": 30})),
            )  # fmt: skip

    async def afterwards(self) -> None:
        """Ada sat with Dee and with Lin, and chance kept her from Kim, as both agreed to; she has been asked about all three."""
        async with tenant_transaction(self.pool, self.association_id) as connection:
            await connection.execute("update attendee set may_hold_back = true")
            run = await factories.drafted_run(connection, self.event_id)
            for name, role in (("Dee Example", "Treasurer"), ("Lin Example-Example", None), ("Kim Example", "Chair")):
                one = await factories.attendee(connection, self.event_id, name, role=role, may_hold_back=True)
                if name.startswith("Kim"):
                    await hold_backs.add_all(connection, [factories.hold_back(run, self.ada, one.id)])
                    continue
                pair = min(self.ada, one.id), max(self.ada, one.id)
                ends = self.at + timedelta(days=14)
                made = await introductions.offer(connection, self.event_id, run.id, *pair, expires_at=ends, at=self.at)
                await connection.execute("update introduction set sat_together = true where id = $1", made.id)
            asked = MessageInput(letter=LetterKind.HELD_BACK, attendee_id=self.ada, not_before=self.at)
            await messages.add(connection, [asked], self.at)

    async def state(self) -> str:
        (found,) = await self.rows(f"select state from introduction where id = '{self.introduction_id}'")
        return str(found[0])

    async def rows(self, statement: str) -> list[Any]:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return [tuple(row) for row in await connection.fetch(statement)]

    async def letters(self) -> list[tuple[str, str]]:
        """To whom which letters are still to go, in order."""
        names = {self.ada: "ada", self.bob: "bob"}
        rows = await self.rows(
            "select attendee_id, letter from message where state = 'queued' order by letter, attendee_id"
        )
        return sorted((names[row[0]], row[1]) for row in rows)

    async def press(self, browser: httpx.AsyncClient, path: str, choice: str, **fields: str) -> httpx.Response:
        """Reads the page for a while, then presses a button as a person does."""
        seal = Page((await browser.get(path)).text).fields["form"]
        self.clock.go(seconds=20)
        return await browser.post(path, data={"form": seal, "choice": choice, **fields}, headers=PRESSED)

    async def content(self) -> Mapping[str, Any]:
        """All rows of all tables of the association: two contents are equal where nothing was changed."""
        async with tenant_transaction(self.pool, self.association_id) as connection:
            tables = await connection.fetch(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname"
            )
            names = [row["relname"] for row in tables if row["relname"] not in UNWATCHED]
            return {
                name: await connection.fetchval(
                    f"select md5(coalesce(string_agg(one::text, '|' order by one::text), '')) from {name} as one"
                )
                for name in names
            }

    @property
    def at(self) -> datetime:
        return self.clock.at


def _pairing(ada: AttendeeId, bob: AttendeeId) -> Pairing:
    reasons = [
        Reason(to=ada, seek="Bookkeeping for clubs", offer="Bookkeeping for clubs", share=1.0),
        Reason(to=bob, seek="A mentor", offer="A mentor", share=1.0),
    ]
    return factories.pairing(min(ada, bob), max(ada, bob), reasons=reasons)
