"""How long the API keeps others waiting while twenty files that mean harm arrive at once.

    python -m tests.bench.measure_uploads

Every other one is a workbook; the rest are CSV, or say so. A second client asks `/livez`, which does no work, every 10 ms, as in
`measure_import`. Every file must be answered within the time that a file may take, and with no error of ours. Never timed in CI.
"""

import asyncio
import os
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import httpx

from tests.bench.measure_import import lag
from tests.books import bombs, heavy
from tests.journeys.processes import house_in

AT_ONCE = 20
NICENESS = 15
CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, house_in(Path(folder) / "house") as house:
        house.furnish()
        served = house.serve().until_ready()
        event = served.event()
        with lag(served, "idle"):
            time.sleep(8)
        with lag(served, f"{AT_ONCE} files at once"):
            sender = get_context("spawn").Process(
                target=send, args=(str(served.client.base_url), dict(served.client.headers), f"{event}/imports/preview")
            )
            sender.start()
            sender.join()
        assert sender.exitcode == 0
        served.stop()


def send(address: str, headers: dict[str, str], path: str) -> None:
    """Sends all files at once, in a process of its own and behind all others, as if from another machine: nobody but the server
    keeps the other client waiting."""
    os.nice(NICENESS)
    asyncio.run(sent(address, headers, path))


async def sent(address: str, headers: dict[str, str], path: str) -> None:
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=300) as client:

        async def one(name: str, body: bytes) -> None:
            began = time.perf_counter()
            kind = XLSX_TYPE if body.startswith(b"PK") else CSV_TYPE
            answer = await client.post(path, content=body, headers={"Content-Type": kind})
            print(f"  {name}: {answer.status_code} after {time.perf_counter() - began:.1f} s, {len(body):,} bytes")
            assert answer.status_code in (200, 422), answer.text

        files = [*heavy().items(), *bombs().items()][:AT_ONCE]
        await asyncio.gather(*(one(name, body) for name, body in files))


if __name__ == "__main__":
    main()
