"""The pages as a real server gives them to a real browser."""

import asyncio
import shutil
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from msgspec import structs
from playwright.async_api import Browser, Page, async_playwright

from matchmaker.app import create_app
from matchmaker.settings import Settings
from tests.web.browser import Clock

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = next(iter(Path("node_modules/axe-core").glob("axe.min.js")), None)


@contextmanager
def served(settings: Settings, clock: Clock, host: str = "127.0.0.1") -> Iterator[str]:
    """A server with a pool of its own; where it is."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        local = structs.replace(settings, port=port, base_url=f"http://{host}:{port}")
        app = create_app(local, clock=clock)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield local.base_url
        finally:
            server.should_exit = True
            thread.join()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_of(browser: Browser, **settings: Any) -> AsyncIterator[Page]:
    """A page of a fresh profile, which fails where the browser refuses something or a script breaks."""
    context = await browser.new_context(**{"locale": "en-GB", **settings})
    page, said = await context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"{request.url} {request.failure}"))
    try:
        yield page
        await asyncio.sleep(0)
        wrong = [one for one in said if "status of 4" not in one and "ERR_ABORTED" not in one]
        assert not wrong, wrong
    finally:
        await context.close()
