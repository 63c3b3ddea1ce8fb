"""Real `matchmaker` processes on a data directory, found again in /proc by a mark in their environment, and killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from matchmaker.model.association import KeyInput, Scope
from matchmaker.model.ids import AssociationId
from matchmaker.services import keys
from matchmaker.store import associations, embedded, migrate
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction

DEADLINE_SECONDS = 90
ENDED = ("drafted", "failed", "cancelled")


class House:
    """A data directory, an association with a key in it, and every process that uses it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data.with_suffix(".log")
        self.mark = f"HOUSE_MARK={uuid.uuid4()}"
        self.association_id = AssociationId(str(uuid.uuid4()))
        self.key = ""
        self._started: list[subprocess.Popen[bytes]] = []

    def furnish(self) -> None:
        """Make the database, the association and the key."""
        with embedded.start(self.data) as server:
            asyncio.run(self._furnish(server))

    async def _furnish(self, server: embedded.Server) -> None:
        await migrate.migrate(server.dsn(embedded.OWNER))
        pool = await open_pool(server.dsn(embedded.APP))
        at = datetime.now(UTC)
        async with tenant_transaction(pool, self.association_id) as connection:
            await associations.add(connection, self.association_id, "Association of Examples", at)
            made = await keys.create(connection, self.association_id, KeyInput(label="key", scopes=list(Scope)), at)
        await pool.close()
        self.key = made.text

    def run(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """`matchmaker WORDS --data …`, begun."""
        name, _, value = self.mark.partition("=")
        environment = {word: value for word, value in os.environ.items() if word != "DATABASE_URL"}
        environment |= {name: value, "MATCHMAKER_RATE_REQUESTS": "1000000", "MATCHMAKER_LOG_LEVEL": "warning", **more}
        command = [sys.executable, "-m", "matchmaker", *words, "--data", str(self.data)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        self._started.append(process)
        return process

    def said(self) -> str:
        """What all of them said."""
        return self.log.read_text()

    def serve(self, *words: str) -> "Served":
        port = free_port()
        return Served(self, self.run("serve", "--port", str(port), *words), f"http://127.0.0.1:{port}")

    def processes(self) -> dict[int, str]:
        """Everything alive that belongs to this house, with its command: ours by their mark, PostgreSQL's by its folder."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                ours = self.mark.encode() in folder.joinpath("environ").read_bytes()
                if ours or Path(os.readlink(folder / "cwd")).is_relative_to(self.data):
                    words = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if words:  # the dead that nobody has buried yet have none
                        found[int(folder.name)] = words
        return found

    def workers(self) -> list[int]:
        return [pid for pid, words in self.processes().items() if " work " in words]

    def children(self) -> list[int]:
        """The calculating children."""
        return [pid for pid, words in self.processes().items() if "spawn_main" in words]

    def postmaster(self) -> int:
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])

    def demolish(self) -> None:
        """End what a failed test left."""
        for process in self._started:
            process.kill()
            process.wait()
        with suppress(ProcessLookupError):
            for pid in (*self.workers(), *self.children()):
                os.kill(pid, signal.SIGKILL)


class Served:
    """A running `matchmaker serve` and a client of it."""

    def __init__(self, house: House, process: subprocess.Popen[bytes], url: str) -> None:
        self.house, self.process = house, process
        headers = {"Authorization": f"Bearer {house.key}"} if house.key else {}
        self.client = httpx.Client(base_url=url, headers=headers, timeout=DEADLINE_SECONDS)

    def until_ready(self) -> "Served":
        wait_for(self._is_ready)
        return self

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.house.said()
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def post(self, path: str, body: Any) -> dict[str, Any]:
        return self._good(self.client.post(path, json=body))

    def get(self, path: str) -> dict[str, Any]:
        return self._good(self.client.get(path))

    def _good(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def event(self, people: int = 0) -> str:
        """The address of a new event with so many people, whose words are new."""
        path = f"/v1/events/{self.post('/v1/events', {'name': 'Conference'})['id']}"
        if people:
            done = self.post(f"{path}/imports", [person(path, number) for number in range(people)])
            assert done["added"] == people
        return path

    def ended(self, run: str) -> dict[str, Any]:
        """The run, once it is over."""
        wait_for(lambda: self.get(run)["state"] in ENDED)
        return self.get(run)

    def stop(self, *, signal_: int = signal.SIGTERM) -> int:
        """The exit code, once it has ended."""
        self.process.send_signal(signal_)
        return self.process.wait(DEADLINE_SECONDS)


def person(event: str, number: int) -> dict[str, Any]:
    """One of a circle: each seeks what the one before offers and what the one after does."""
    name = event[-12:]
    return {
        "name": f"Person {number}",
        "external_id": str(number),
        "seeks": [f"someone who knows subject {number - number % 2} of {name}"],
        "offers": [f"I know subject {number - number % 2} of {name} well"],
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(there: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> Any:
    """What `there` gives, once it gives something."""
    until = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < until, f"waited {seconds} s in vain"
        time.sleep(0.05)
    return found


@contextmanager
def house_in(data: Path) -> Iterator[House]:
    house = House(data)
    try:
        yield house
    finally:
        house.demolish()
