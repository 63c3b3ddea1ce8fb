"""The reference in a browser, and a page for every kind of problem. All from our own files: nothing loads from elsewhere."""

from html import escape
from importlib import resources

import msgspec
from litestar import Response, Router, get
from litestar.datastructures import State
from litestar.params import FromPath

from matchmaker.api.problem_kinds import KINDS, Kind
from matchmaker.errors import NotFound

STATIC = {
    "page.css": ("docs", "text/css"),
    "start.js": ("docs", "text/javascript"),
    "swagger-ui.css": ("swagger", "text/css"),
    "swagger-ui-bundle.js": ("swagger", "text/javascript"),
}
CACHED = {"Cache-Control": "public, max-age=3600"}
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


@get("/docs", public=True, include_in_schema=False)
async def show_docs() -> Response[str]:
    """The reference."""
    return _html(
        "Matchmaker API",
        '<div id="reference"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>',
        head='<link rel="stylesheet" href="/docs/swagger-ui.css">',
        kind="wide",
    )


@get("/docs/{name:str}", public=True, include_in_schema=False)
async def get_static_file(name: FromPath[str]) -> Response[bytes]:
    """A file of the reference."""
    if name not in STATIC:
        raise NotFound
    folder, media_type = STATIC[name]
    content = resources.files("matchmaker.api").joinpath("static", folder, name).read_bytes()
    return Response(content, media_type=media_type, headers=CACHED)


@get("/v1/openapi.json", public=True, include_in_schema=False)
async def get_openapi(state: State) -> Response[bytes]:
    """The description of this API."""
    return Response(state.openapi, media_type=OPENAPI, headers={"Cache-Control": "no-cache"})


@get("/problems", public=True, include_in_schema=False)
async def list_problems() -> Response[str]:
    """Every kind of problem."""
    items = "".join(
        f'<dt><a href="/problems/{kind.slug}">{escape(kind.title)}</a></dt><dd>{kind.status}</dd>'
        for kind in KINDS.values()
    )
    return _html("Problems", f"<h1>What can go wrong</h1><dl>{items}</dl>")


@get("/problems/{slug:str}", public=True, include_in_schema=False)
async def show_problem(slug: FromPath[str], state: State) -> Response[str]:
    """One kind of problem: cause, cure and an example."""
    if slug not in KINDS:
        raise NotFound
    kind = KINDS[slug]
    example = escape(_example(kind, state.settings.base_url))
    return _html(
        kind.title,
        f"<h1>{escape(kind.title)}</h1><dl><dt>Status</dt><dd>{kind.status}</dd>"
        f"<dt>Cause</dt><dd>{escape(kind.cause)}</dd><dt>Cure</dt><dd>{escape(kind.cure)}</dd>"
        f'<dt>Example</dt><dd><pre>{example}</pre></dd></dl><p><a href="/problems">All problems</a></p>',
    )


def _example(kind: Kind, base_url: str) -> str:
    problem = {
        "type": f"{base_url}/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.detail or kind.cause,
        "instance": "urn:uuid:0b0e7a52-5b0e-4c39-9d3c-0a6f0a3c5c11",
    }
    return msgspec.json.format(msgspec.json.encode(problem)).decode()


def _html(title: str, body: str, *, head: str = "", kind: str = "narrow") -> Response[str]:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}'
        f'<link rel="stylesheet" href="/docs/page.css"></head><body class="{kind}">{body}</body></html>'
    )
    return Response(page, media_type=HTML, headers=CACHED)


router = Router("/", route_handlers=[show_docs, get_static_file, get_openapi, list_problems, show_problem])
