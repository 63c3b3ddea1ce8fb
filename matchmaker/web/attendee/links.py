"""Links of letters: what the token in an address opens, for whom."""

from datetime import datetime

from matchmaker import tokens
from matchmaker.model.ids import AssociationId
from matchmaker.model.link import Link, LinkScope
from matchmaker.store import links
from matchmaker.store.connection import Connection
from matchmaker.web.trouble import LinkOver, LinkUnknown


def association_in(token: str) -> AssociationId:
    """The association that a token names. Raises `LinkUnknown`."""
    shown = tokens.read_link(token)
    if shown is None:
        raise LinkUnknown
    return AssociationId(shown.association_id)


async def opened(connection: Connection, token: str, scope: LinkScope, at: datetime) -> Link:
    """What the token opens, which changes nothing. Raises `LinkOver`, also for a token that never was: nobody learns which."""
    link = await links.open(connection, token, scope, at)
    if link is None:
        raise LinkOver
    return link
