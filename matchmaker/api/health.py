"""Whether this server is alive, and whether it is ready."""

from asyncio import timeout
from typing import Annotated

from litestar import Response, Router, get
from litestar.datastructures import State
from msgspec import Meta, Struct

from matchmaker.errors import Unavailable
from matchmaker.store import migrate

ANSWER_SECONDS_MAX = 1.5


class Health(Struct, frozen=True, kw_only=True):
    """How the server is."""

    status: Annotated[str, Meta(pattern="^ok$", max_length=2)]


@get(
    "/livez",
    operation_id="get_liveness",
    summary="Whether the server is alive",
    response_description="It is.",
    public=True,
)
async def get_liveness() -> Response[Health]:
    """Answers as long as the process does; asks nothing else."""
    return Response(Health(status="ok"))


@get(
    "/readyz",
    operation_id="get_readiness",
    summary="Whether the server is ready",
    response_description="It is.",
    public=True,
    problems=(503,),
)
async def get_readiness(state: State) -> Response[Health]:
    """Answers 200 when the database answers and has the schema of this version, else 503."""
    async with timeout(ANSWER_SECONDS_MAX):
        if await migrate.pending(state.settings.database_url):
            raise Unavailable
    return Response(Health(status="ok"))


router = Router("/", tags=["health"], route_handlers=[get_liveness, get_readiness])
