"""API keys."""

from datetime import datetime
from typing import Annotated

from litestar import Response, Router, delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, structs

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of, context_of
from matchmaker.api.gate import require
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, Limit, PathKey
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created
from matchmaker.model.association import ApiKey, KeyInput, Scope
from matchmaker.services import keys as making
from matchmaker.store import keys
from matchmaker.tokens import API_KEY_PATTERN


class NewKeyReply(ApiKey, frozen=True, kw_only=True):
    """A key just made, with its secret, which is shown this once."""

    key: Annotated[
        str, Meta(max_length=100, pattern=f"^{API_KEY_PATTERN}$", description="Keep it: it is shown this once.")
    ]


@post(
    operation_id="create_key",
    summary="Make an API key",
    response_description="The key, with its secret.",
    scope=Scope.KEYS_WRITE,
    whole_association=True,
    gives=("Location",),
)
async def create_key(
    request: ApiRequest, connection: Connection, at: At, data: JSONBody[KeyInput]
) -> Response[NewKeyReply]:
    """Makes a key with some of the scopes of the key that asks, for the whole association or one event.

    The secret is in the answer and nowhere else. To change keys without a gap, make the new one, then revoke the old.
    """
    for scope in data.scopes:
        require(request, scope)
    context_of(request.scope).has_secret = True
    new = await making.create(connection, association_of(request.scope), data, at)
    return created(NewKeyReply(**structs.asdict(new.key), key=new.text), f"/v1/keys/{new.key.id}")


@get(
    operation_id="list_keys",
    summary="List API keys",
    response_description="A page of keys, without their secrets.",
    scope=Scope.KEYS_READ,
    whole_association=True,
    gives=("Link",),
)
async def list_keys(
    request: ApiRequest, connection: Connection, limit: Limit = LIMIT, cursor: Cursor = None
) -> Page[ApiKey]:
    """Lists the keys of your association, revoked and expired ones too, the latest made first."""
    after = position(request, cursor, tuple[datetime, str])
    found = await keys.find(connection, after=after, limit=limit + 1)
    return page(request, found, limit, lambda key: (key.created_at, key.id))


@delete(
    "/{key_id:str}",
    operation_id="revoke_key",
    summary="Revoke an API key",
    response_description="It opens nothing any more.",
    scope=Scope.KEYS_WRITE,
    whole_association=True,
)
async def revoke_key(connection: Connection, at: At, key_id: PathKey) -> None:
    """Revokes a key: the very next request with it is refused. Revoking it again changes nothing. No If-Match is needed."""
    await making.revoke(connection, key_id, at)


router = Router("/v1/keys", tags=["keys"], route_handlers=[create_key, list_keys, revoke_key])
