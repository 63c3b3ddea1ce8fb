"""The sender: from whom an association's letters come, and when they may leave."""

from litestar import Router, get, put
from litestar.params import JSONBody

from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.sender import Sender, SenderInput
from matchmaker.services import send_from
from matchmaker.store import senders


@get(
    operation_id="get_sender",
    summary="Get the sender",
    response_description="The sender.",
    scope=Scope.EVENTS_READ,
    whole_association=True,
    problems=(404,),
)
async def get_sender(connection: Connection) -> Sender:
    """Gets from whom your letters come. Until you set that, it is this server's address, under your name."""
    return existing(await senders.get(connection))


@put(
    operation_id="set_sender",
    summary="Set the sender",
    response_description="The sender.",
    scope=Scope.EVENTS_WRITE,
    whole_association=True,
)
async def set_sender(connection: Connection, at: At, data: JSONBody[SenderInput]) -> Sender:
    """Sets from whom your letters come, in which language, and in which hours of the reader's day they may leave.

    For DKIM name the domain, the selector and the key; whoever runs this server keeps the key itself. Letters that are to be
    signed wait until the key is there. Until whoever runs this server has verified your address, `verified_at` is null, and
    letters come from the server's address, under your name, with yours for replies. Another address is verified anew.
    """
    return await send_from.replace(connection, data, at=at)


router = Router("/v1/sender", tags=["messages"], route_handlers=[get_sender, set_sender])
