"""The documentation in a real browser: it shows every operation, loads nothing from elsewhere and breaks no policy."""

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from matchmaker.app import create_app
from matchmaker.settings import Settings

CHROMIUM = shutil.which("chromium")
# Without these a browser calls home on its own account; every name but this machine's is unknown to it.
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=60000", "--dump-dom"),
)
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
def seen(address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("chromium")
    log = folder / "net.json"
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder}/user", f"--log-net-log={log}", f"{address}/docs"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return {"dom": done.stdout, "console": done.stderr, "requests": requests_in(log)}


def requests_in(log: Path) -> set[str]:
    """The addresses that pages asked for; what the browser asks on its own account has no origin."""
    deadline = time.monotonic() + 20
    while True:
        try:
            events = json.loads(log.read_text("utf-8"))["events"]
            break
        except (ValueError, FileNotFoundError):
            assert time.monotonic() < deadline, "the browser wrote no log"
            time.sleep(0.2)
    asked = [event["params"] for event in events if "initiator" in event.get("params", {})]
    return {one["url"] for one in asked if one["initiator"] != "not an origin"}


def test_every_operation_is_shown(seen: dict[str, Any]) -> None:
    document = json.loads(Path("openapi/openapi.json").read_text("utf-8"))
    summaries = [
        operation["summary"]
        for path in document["paths"].values()
        for verb, operation in path.items()
        if verb in ("get", "post", "put", "delete")
    ]
    assert len(summaries) > 20
    assert [summary for summary in summaries if summary not in seen["dom"]] == []


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
