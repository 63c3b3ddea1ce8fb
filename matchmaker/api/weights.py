"""Weights: learned from answers, a version each time."""

from litestar import Response, Router, delete, get, post

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, Limit, PathWeights
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.model.association import Scope
from matchmaker.model.learning import WeightsVersion
from matchmaker.services import learn
from matchmaker.store import weights


@post(
    operation_id="create_weights",
    summary="Learn from answers",
    response_description="The version, queued. Follow it where Location says.",
    status_code=202,
    scope=Scope.RUNS_WRITE,
    whole_association=True,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_weights(connection: Connection, at: At) -> Response[WeightsVersion]:
    """Learns from the feedback of all your events, in the background, and makes of it the next version.

    It becomes active only if it foretells the newest event, from the earlier ones, better than without learning. 409 while
    another is being learned.
    """
    queued = await learn.request(connection, at=at)
    reply = created(queued, f"/v1/weights/{queued.id}")
    return Response(queued, status_code=202, headers=reply.headers)


@get(
    operation_id="list_weights",
    summary="List weights",
    response_description="A page of versions.",
    scope=Scope.RUNS_READ,
    whole_association=True,
    gives=("Link",),
)
async def list_weights(
    request: ApiRequest, connection: Connection, limit: Limit = LIMIT, cursor: Cursor = None
) -> Page[WeightsVersion]:
    """Lists what was learned, the newest version first. Where none is active the built-in weights hold."""
    before = position(request, cursor, int)
    found = await weights.find(connection, before=before, limit=limit + 1)
    return page(request, found, limit, lambda one: one.version)


@get(
    "/{weights_id:str}",
    operation_id="get_weights",
    summary="Get weights",
    response_description="The version.",
    scope=Scope.RUNS_READ,
    whole_association=True,
)
async def get_weights(connection: Connection, weights_id: PathWeights) -> WeightsVersion:
    """Gets a version: what it rests on, how well it foretells, and its coefficients by name."""
    return existing(await weights.get(connection, weights_id))


@post(
    "/{weights_id:str}/activation",
    operation_id="activate_weights",
    summary="Use weights",
    response_description="The version, active.",
    status_code=200,
    scope=Scope.RUNS_WRITE,
    whole_association=True,
    gives=("Idempotency-Replayed",),
    problems=(409,),
)
async def activate_weights(connection: Connection, weights_id: PathWeights) -> WeightsVersion:
    """Makes a version active, an earlier one to go back to, in place of the one that is. Runs asked for from now on use it.

    A version that is no better than no learning stays as it is: 409.
    """
    return await learn.activate(connection, weights_id)


@delete(
    "/{weights_id:str}/activation",
    operation_id="deactivate_weights",
    summary="Stop using weights",
    response_description="The built-in weights hold, if it was the one active.",
    scope=Scope.RUNS_WRITE,
    whole_association=True,
)
async def deactivate_weights(connection: Connection, weights_id: PathWeights) -> None:
    """Goes back to the built-in weights. A version that is not active stays so."""
    if existing(await weights.get(connection, weights_id)).active:
        await weights.deactivate(connection)


router = Router(
    "/v1/weights",
    tags=["weights"],
    route_handlers=[create_weights, list_weights, get_weights, activate_weights, deactivate_weights],
)
