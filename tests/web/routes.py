"""The paths of the organisers' pages, filled with ids: for tests that walk over all that there are."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from litestar.handlers import HTTPRouteHandler

from matchmaker.web.organiser.handlers import HANDLERS

NOBODY = "00000000-0000-4000-8000-000000000000"
OUTSIDE = {one.handler_name for one in HANDLERS if one.opt.get("outside")}


def handlers(method: str) -> list[HTTPRouteHandler]:
    """Every page behind the gate that takes the method."""
    return [one for one in HANDLERS if method in one.http_methods and one.handler_name not in OUTSIDE]


def filled(handler: HTTPRouteHandler, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Its paths, with each of the values of each parameter; a parameter that has none names nobody."""
    for path in sorted(handler.paths):
        names = [part[1:-5] for part in path.split("/") if part.startswith("{")]
        for chosen in itertools.product(*(values.get(name, [NOBODY]) for name in names)):
            yield path.replace(":str", "").format(**dict(zip(names, chosen, strict=True)))
