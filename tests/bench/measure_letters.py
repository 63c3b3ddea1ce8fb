"""Letters a second over a real socket, on a line each and on lines that are kept: `python -m tests.bench.measure_letters`."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from matchmaker.mail import samples
from matchmaker.mail.compose import compose
from matchmaker.mail.smtp import Lines, send
from tests.mail.post_office import opened

LETTERS = 400
AT_ONCE = 4


async def _before_dot() -> None:
    return


async def _measured(name: str, one: Callable[[], Awaitable[str]]) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(LETTERS // AT_ONCE):
        await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    print(
        f"{name}: {LETTERS / seconds:,.0f} letters a second, {1000 * used / LETTERS:.2f} processor ms each (both ends)"
    )


async def _run() -> None:
    letter = compose(samples.letters()[2], samples.envelope())
    async with opened() as office:
        lines = Lines(office.server())
        await _measured("a line each", lambda: send(office.server(), letter, before_dot=_before_dot))
        made = office.lines
        await _measured("lines kept", lambda: lines.send(letter, before_dot=_before_dot))
        print(f"lines: {made} and {office.lines - made}")


if __name__ == "__main__":
    asyncio.run(_run())
