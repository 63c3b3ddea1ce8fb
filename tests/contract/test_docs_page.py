"""The documentation in a real browser: it shows every operation, loads nothing from elsewhere and breaks no policy."""

import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from matchmaker.app import create_app
from matchmaker.settings import Settings

CHROMIUM = shutil.which("chromium")
# Without these a browser calls home on its own account.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server; its pool is never opened, since these pages ask no database."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings = Settings(data=tmp_path_factory.mktemp("docs"), port=port, base_url=f"http://127.0.0.1:{port}")
        config = uvicorn.Config(create_app(settings), lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield settings.base_url
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def seen(address: str) -> Iterator[dict[str, Any]]:
    """What the page holds once nothing is added any more, what it asked for, and what the console said."""
    requests: list[str] = []
    console: list[str] = []
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 20_000})  # what is out of sight is not drawn
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: console.append(message.text))
        page.goto(f"{address}/docs")
        page.locator(".opblock").nth(len(summaries()) - 1).wait_for(timeout=30_000)
        yield {"dom": page.content(), "console": "\n".join(console), "requests": requests}


def summaries() -> list[str]:
    """What each operation of the contract is called."""
    document = json.loads(Path("openapi/openapi.json").read_text("utf-8"))
    return [
        operation["summary"]
        for path in document["paths"].values()
        for verb, operation in path.items()
        if verb in ("get", "post", "put", "delete")
    ]


def test_every_operation_is_shown(seen: dict[str, Any]) -> None:
    assert len(summaries()) > 20
    assert [summary for summary in summaries() if summary not in seen["dom"]] == []


def test_nothing_is_loaded_from_elsewhere(seen: dict[str, Any], address: str) -> None:
    assert any(url.endswith(".js") for url in seen["requests"])
    assert {url for url in seen["requests"] if not url.startswith(address)} == set()


def test_no_policy_is_broken(seen: dict[str, Any]) -> None:
    assert "Content Security Policy" not in seen["console"]
    assert "Refused to" not in seen["console"]


def test_our_own_style_leaves_the_references_elements_alone() -> None:
    """Its badges are white letters in a `pre`, which would stand on our near-white."""
    style = Path("matchmaker/api/static/docs/page.css").read_text("utf-8")
    selectors = re.findall(r"^([^{}]+?) \{", style, re.MULTILINE)
    assert [one for one in selectors if not one.startswith(("body", ".narrow "))] == []
