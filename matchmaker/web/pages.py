"""Pages: a template, the words of a language, and the headers that keep a page to itself."""

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
STATIC = {"page.css": "text/css", "charts.css": "text/css", "mark.svg": "image/svg+xml"}
CACHED = {"Cache-Control": "public, max-age=3600"}


def page(
    name: str, language: str, /, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any
) -> Response[str]:
    """The page `name` in a language, with what its template shows."""
    text = environment().get_template(f"{name}.html").render(t=phrases(language), language=language, **values)
    return Response(text, status_code=status, media_type=HTML, headers={**HEADERS, **(headers or {})})


@cache
def environment() -> Environment:
    """The templates. All that is put into them is escaped, and what they lack is an error, never an empty place."""
    return Environment(
        loader=PackageLoader("matchmaker.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@get("/static/{name:str}")
async def get_file(name: FromPath[str]) -> Response[bytes]:
    """A file that pages load: it stands with us, so nothing loads from elsewhere."""
    if name not in STATIC:
        raise NotFound
    content = resources.files("matchmaker.web").joinpath("static", name).read_bytes()
    return Response(content, media_type=STATIC[name], headers={**HEADERS, **CACHED})
