"""How long an import of 20,000 rows takes over HTTP, and how long the API keeps others waiting meanwhile and during a run.

    python -m tests.bench.measure_import [ROWS]

A second client asks `/livez`, which does no work, every 10 ms: what it waits is the lag of the event loop, with the noise of
the machine, which is measured first. Never timed in CI.
"""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.journeys.processes import Served, house_in

SEEKS = ["funding", "a mentor", "venues", "suppliers", "translators", "interns", "an accountant", "advice on export"]
PLACES = ["Leeds", "Turin", "Ghent", "Lyon", "Cork", "Porto", "Graz", "Malmö", "Brno", "Vigo"]


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder, house_in(Path(folder) / "house") as house:
        house.furnish()
        served = house.serve().until_ready()
        served.client.timeout = httpx.Timeout(600)
        with lag(served, "idle"):
            time.sleep(5)
        event = served.event()
        body = csv(rows)
        with lag(served, f"import of {rows:,} rows, {len(body):,} bytes"):
            began = time.perf_counter()
            answer = served.client.post(f"{event}/imports", content=body, headers={"Content-Type": "text/csv"})
            took = time.perf_counter() - began
        assert answer.status_code == 201, answer.text
        print(f"import: {took:.1f} s, {answer.json()['added']:,} added")
        small = served.event(400)
        with lag(served, "run of 400"):
            began = time.perf_counter()
            run = served.ended(f"{small}/runs/{served.post(f'{small}/runs', {})['id']}")
            took = time.perf_counter() - began
        print(f"run of 400: {took:.1f} s, {run['state']}, {run['report']['pairings']} pairings")
        served.stop()


def csv(rows: int) -> bytes:
    chance = random.Random(1)
    lines = ["external_id,name,email,organisation,seeks,offers"]
    for number in range(rows):
        seek, offer, place = chance.choice(SEEKS), chance.choice(SEEKS), chance.choice(PLACES)
        lines.append(
            f"p{number},Person {number},p{number}@example.org,Works {number % 900},"
            f"I seek {seek} in {place} for project {number},I can help with {offer} near {place}"
        )
    return "\n".join(lines).encode()


@contextmanager
def lag(served: Served, what: str) -> Iterator[None]:
    """Prints what a client that asks for nothing waited during the block."""
    waits: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=served.client.base_url, timeout=60) as client:
            while not over.is_set():
                began = time.perf_counter()
                client.get("/livez")
                waits.append((time.perf_counter() - began) * 1_000)
                time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()
        waits.sort()
        print(f"{what}: /livez waited {waits[len(waits) // 2]:.0f} ms in the middle, {waits[int(len(waits) * 0.99)]:.0f} ms at "
              f"p99, {waits[-1]:.0f} ms at most, of {len(waits):,}")  # fmt: skip


if __name__ == "__main__":
    main()
