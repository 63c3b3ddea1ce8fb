"""What was learned from answers: each version in words, which one is used, and the way back to an earlier one or to none."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import WeightsId
from matchmaker.model.learning import WeightsState, WeightsVersion
from matchmaker.services import learn
from matchmaker.services.learn import LearningUnderWay, NoBetter
from matchmaker.store import weights
from matchmaker.web.organiser.asked import asked_by, number_in
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/association/learned"
ONE = PATH + "/{weights_id:str}"
ROWS = 20
OF_HUNDRED = 100


class Sign(Struct, frozen=True, kw_only=True):
    """A sign that a version goes by: its key for `organiser.learned_sign.<key>`, and whether it speaks for a yes."""

    key: str
    strength: float


@get(PATH, scope=Scope.RUNS_READ)
async def show_learned(visit: Visit) -> Response[str]:
    """Every version, the newest first, and which one runs use."""
    found = await weights.find(visit.connection, before=number_in(asked_by(visit), "before"), limit=ROWS + 1)
    values: dict[str, Any] = {
        "versions": found[:ROWS],
        "next": found[ROWS - 1].version if len(found) > ROWS else None,
        "active": await weights.active(visit.connection),
        "queued": any(one.state is WeightsState.QUEUED for one in found),
        "may_change": visit.may(Scope.RUNS_WRITE),
    }
    return visit.page("learned", here="association", of_hundred=of_hundred, **values)


@get(ONE, scope=Scope.RUNS_READ)
async def show_learned_version(visit: Visit, weights_id: FromPath[str]) -> Response[str]:
    """One version: what it rests on, how well it foretells, and what it goes by."""
    found = await _version(visit, weights_id)
    coefficients = found.learned.coefficients if found.learned else {}
    signs = [Sign(key=key, strength=strength) for key, strength in coefficients.items()]
    return visit.page(
        "learned_version",
        here="association",
        one=found,
        signs=sorted(signs, key=lambda sign: -abs(sign.strength)),
        may_change=visit.may(Scope.RUNS_WRITE),
        of_hundred=of_hundred,
    )


@post(PATH, scope=Scope.RUNS_WRITE)
async def learn_anew(visit: Visit) -> Response[str]:
    """Asks for the next version, in the background; while one is being learned, that is the answer."""
    try:
        await learn.request(visit.connection, at=visit.at)
    except LearningUnderWay:
        return visit.onward(PATH, said="learning_under_way")
    return visit.onward(PATH, said="learning_begun")


@post(ONE + "/use", scope=Scope.RUNS_WRITE)
async def use_learned(visit: Visit, weights_id: FromPath[str]) -> Response[str]:
    """Runs asked for from now on use this version, and no other."""
    found = await _version(visit, weights_id)
    try:
        async with visit.connection.transaction():
            await learn.activate(visit.connection, found.id)
    except NoBetter:
        return visit.onward(PATH, said="learned_no_better")
    return visit.onward(PATH, said="learned_used")


@post(ONE + "/rest", scope=Scope.RUNS_WRITE)
async def rest_learned(visit: Visit, weights_id: FromPath[str]) -> Response[str]:
    """Runs asked for from now on use what came built in, if this version was the one in use."""
    if (await _version(visit, weights_id)).active:
        await weights.deactivate(visit.connection)
    return visit.onward(PATH, said="learned_rests")


def of_hundred(share: float) -> int:
    """A share as people say it: so many of a hundred."""
    return round(share * OF_HUNDRED)


async def _version(visit: OrganiserVisit, weights_id: str) -> WeightsVersion:
    """The version that an address names. Raises `NotFound`."""
    found = await weights.get(visit.connection, WeightsId(weights_id))
    if found is None:
        raise NotFound
    return found


HANDLERS = (show_learned, show_learned_version, learn_anew, use_learned, rest_learned)
