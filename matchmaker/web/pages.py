"""Pages: a template, the words of a language, and the headers that keep a page to itself."""

import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response, get
from litestar.params import FromPath

from matchmaker.errors import NotFound
from matchmaker.web.phrases import phrases

HTML = "text/html"
# A page runs no script, so none may run; an address holds a token, so it goes to nobody as a referrer.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
SCRIPT = "text/javascript"
# What pages load: where it stands, and what it is.
STATIC = {
    "page.css": ("page.css", "text/css"),
    "after.css": ("after.css", "text/css"),
    "association.css": ("association.css", "text/css"),
    "charts.css": ("charts.css", "text/css"),
    "mark.svg": ("mark.svg", "image/svg+xml"),
    "organiser.css": ("organiser.css", "text/css"),
    "room.css": ("room.css", "text/css"),
    "run.css": ("run.css", "text/css"),
    "passkey.js": ("passkey.js", SCRIPT),
    "plan.css": ("plan.css", "text/css"),
    "plan.js": ("plan.js", SCRIPT),
    "rank.js": ("rank.js", SCRIPT),
    "set_up.css": ("set_up.css", "text/css"),
    "busy.js": ("busy.js", SCRIPT),
    "htmx.min.js": ("htmx/htmx.min.js", SCRIPT),
}
CACHED = {"Cache-Control": "public, max-age=3600"}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
HASH_CHARS = 12


def page(
    name: str, language: str, /, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any
) -> Response[str]:
    """The page `name` in a language, with what its template shows."""
    text = environment().get_template(f"{name}.html").render(t=phrases(language), language=language, **values)
    return Response(text, status_code=status, media_type=HTML, headers={**HEADERS, **(headers or {})})


@cache
def environment() -> Environment:
    """The templates. All that is put into them is escaped, and what they lack is an error, never an empty place."""
    found = Environment(
        loader=PackageLoader("matchmaker.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["static"] = static
    return found


@cache
def static(name: str) -> str:
    """The address of a file that pages load. It names the content, so that a browser may keep it for ever."""
    stem, _, ending = name.rpartition(".")
    return f"/static/{stem}.{_hash(name)}.{ending}"


@get("/static/{name:str}")
async def get_file(name: FromPath[str]) -> Response[bytes]:
    """A file that pages load: it stands with us, so nothing loads from elsewhere."""
    plain, cached = (name, CACHED) if name in STATIC else (_named(name), FOREVER)
    return Response(_content(plain), media_type=STATIC[plain][1], headers={**HEADERS, **cached})


def _named(address: str) -> str:
    """The file that an address with a hash names, as it is today. Raises `NotFound`."""
    stem, _, ending = address.rpartition(".")
    name = f"{stem.rpartition('.')[0]}.{ending}"
    if name not in STATIC or f"/static/{address}" != static(name):
        raise NotFound
    return name


def _hash(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:HASH_CHARS]


@cache
def _content(name: str) -> bytes:
    return resources.files("matchmaker.web").joinpath("static", *STATIC[name][0].split("/")).read_bytes()
