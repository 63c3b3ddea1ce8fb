"""The press: prints become PDF in a child process beside the event loop, part by part, so that no print holds much memory.

The child may write no file. It is kept warm while it prints little, and ended once it has printed much, since Typst remembers
what it has set.
"""

import asyncio
import resource
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from matchmaker.errors import Unavailable
from matchmaker.export.joined import joined
from matchmaker.export.pdf import Print
from matchmaker.services.calculate import CalculationFailed, Child, attend, stand_behind

PRINT_SECONDS_MAX = 60
BYTES_BEFORE_A_REST = 300_000
BYTES_EACH = 10_000  # what a print costs beside its data
PICTURE_BYTES = 4  # that cost what one of data does


class PrintTookTooLong(Unavailable):
    """The pages were not made in time, or other prints came first."""

    cure = "Ask again, or take the same rows as XLSX."


class PrintFailed(Exception):
    """A template could not be set: a mistake of ours."""


class Press(Child):
    """Makes PDFs, one part at a time. The child is started with the first one."""

    name = "press"

    def __init__(self) -> None:
        super().__init__()
        self._printed = 0

    @staticmethod
    def work(pipe: Connection) -> None:
        serve(pipe)

    async def pdf(self, prints: Sequence[Print]) -> bytes:
        """All prints as one file. Raises `PrintTookTooLong`, `PrintFailed`, `CalculatorDied`."""
        try:
            async with asyncio.timeout(PRINT_SECONDS_MAX):
                parts = [await self._part(print_) for print_ in prints]
        except TimeoutError:
            raise PrintTookTooLong from None
        except CalculationFailed as error:
            raise PrintFailed(error.detail) from None
        return await asyncio.to_thread(joined, parts)

    async def _part(self, print_: Print) -> bytes:
        made = await self._ask(("print", print_), _hear)
        self._printed += len(print_.data) + BYTES_EACH + sum(map(len, print_.pictures.values())) // PICTURE_BYTES
        if self._printed > BYTES_BEFORE_A_REST:
            await self._rest()
        return made

    async def _rest(self) -> None:
        async with self._lock:
            self.stop()
            self._printed = 0


def serve(pipe: Connection) -> None:
    """The child: print what the pipe brings until the parent is gone."""
    stand_behind()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    attend(pipe, {"print": _printed})


def _printed(print_: Print, pipe: Connection) -> bytes:
    from matchmaker.export.pdf import pdf

    return pdf(print_)


async def _hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> Any:
    """A print tells nothing on the way."""
