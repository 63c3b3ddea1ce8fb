"""The desk at which one letter is written, and its links.

They are made here, since a token stands in one letter and nowhere else.
"""

from datetime import datetime, timedelta

from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.link import LinkScope
from matchmaker.model.message import Message
from matchmaker.store import events, links
from matchmaker.store.connection import Connection

ROUNDS_DAYS = 3  # from the evening before until the day is over
AFTER_DAYS = 400  # an introduction's page stays until long after the reconnect
PATHS = {
    LinkScope.INTRODUCTION: "i",
    LinkScope.ME: "m",
    LinkScope.EXITS: "x",
    LinkScope.VERIFY: "v",
    LinkScope.FEED: "c",
    LinkScope.AFTERWARDS: "a",
}


class Desk:
    """Where one letter is written: its message, the hour, the language, and the address that its links begin with."""

    def __init__(
        self, connection: Connection, message: Message, *, base_url: str, language: str | None, at: datetime
    ) -> None:
        self.connection, self.message, self.at, self.language = connection, message, at, language
        self.base_url = base_url.rstrip("/")

    async def url(self, scope: LinkScope, life: timedelta) -> str:
        if self.message.test_language is not None:
            return dead_url(scope, self.base_url)
        return await link_url(
            self.connection,
            scope,
            self.message.attendee_id,
            introduction_id=self.message.introduction_id if scope is LinkScope.INTRODUCTION else None,
            base_url=self.base_url,
            expires_at=self.at + life,
            at=self.at,
        )

    async def page_url(self) -> str:
        """The page of the message's introduction; the reader's own where that is gone."""
        if self.message.introduction_id is None:
            return await self.url(LinkScope.ME, timedelta(days=ROUNDS_DAYS))
        return await self.url(LinkScope.INTRODUCTION, timedelta(days=AFTER_DAYS))

    async def event(self) -> Event:
        found = await events.get(self.connection, self.message.event_id)
        if found is None:
            raise LookupError("a message outlived its event")
        return found


def dead_url(scope: LinkScope, base_url: str) -> str:
    """An address that looks like a link of ours and opens nothing: who looks at another's letter must not act for them."""
    return f"{base_url.rstrip('/')}/{PATHS[scope]}/sample"


async def link_url(
    connection: Connection,
    scope: LinkScope,
    attendee_id: AttendeeId,
    *,
    introduction_id: IntroductionId | None = None,
    base_url: str,
    expires_at: datetime,
    at: datetime,
) -> str:
    """The address of a new link."""
    token = await links.make(
        connection, scope, attendee_id, introduction_id=introduction_id, expires_at=expires_at, at=at
    )
    return f"{base_url.rstrip('/')}/{PATHS[scope]}/{token}{'.ics' if scope is LinkScope.FEED else ''}"
