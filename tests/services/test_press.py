"""The press makes whole files beside the event loop, holds little memory, and leaves no child behind."""

import asyncio
import re
import resource
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from matchmaker.export import prints
from matchmaker.export.paper import BadgeSheet, Paper
from matchmaker.export.pdf import Print
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import Format
from matchmaker.services import press as press_
from matchmaker.services.press import Press, PrintFailed, PrintTookTooLong
from tests.export.people import ADA_BOB, SLOTS, WHO, A, proposal
from tests.export.test_prints import pages, rounds


@pytest.fixture
def press() -> Any:
    press = Press()
    yield press
    press.stop()


def badges() -> list[Print]:
    return prints.badges(
        WHO, dict.fromkeys(WHO, "ABCDEFGHJKMNPQRS"), event="Day", sheet=BadgeSheet.A4_2X5, language="en"
    )


async def test_a_print_is_made_and_the_event_loop_stays_free(press: Press) -> None:
    making, turns = asyncio.ensure_future(press.pdf(badges() * 3)), 0
    while not making.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert pages(making.result()) == 3
    assert turns > 5


async def test_what_cannot_be_set_fails_and_the_next_is_made(press: Press) -> None:
    bad = prints.board_report(
        prints.BoardReport(title="Day", subtitle=None, figures=[], charts=[("Chart", b"<svg")]),
        paper=Paper.A4,
        language="en",
    )
    with pytest.raises(PrintFailed):
        await press.pdf([bad])
    assert pages(await press.pdf(badges())) == 1


async def test_whoever_waits_too_long_is_told_so_and_the_child_is_ended(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_, "PRINT_SECONDS_MAX", 0.05)
    with pytest.raises(PrintTookTooLong):
        await press.pdf(badges() * 200)
    assert press._child is None


async def test_a_child_that_printed_much_is_ended_and_one_that_printed_little_is_kept(press: Press) -> None:
    await press.pdf(badges())
    kept = press._child
    assert kept is not None
    await press.pdf(badges())
    assert press._child is kept
    (one,) = badges()
    await press.pdf([structs.replace(one, data=one.data + b" " * press_.BYTES_BEFORE_A_REST)])
    assert press._child is None


async def test_the_child_writes_no_file(press: Press, tmp_path: Path) -> None:
    await press.pdf(badges())
    assert press._child is not None
    assert resource.prlimit(press._child.pid or 0, resource.RLIMIT_FSIZE) == (0, 0)


@pytest.mark.full
async def test_five_thousand_pairings_take_ten_seconds_and_300_megabytes() -> None:
    press = Watched()
    ids = [AttendeeId(f"{number:08d}") for number in range(2_500)]
    who = dict.fromkeys(ids, WHO[A])
    pairings = [
        structs.replace(
            ADA_BOB, rank=4 * n + r, first=ids[n], second=ids[1_250 + (n + r) % 1_250], round=r, table=n + 1
        )
        for n in range(1_250)
        for r in range(1, 5)
    ]
    days = prints.agenda_pages(
        proposal(Format.ROUNDS, pairings=pairings), who, **{**rounds(), "slots": SLOTS, "tables": []}
    )
    before = time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert pages(await press.pdf(days)) >= 1_250
    press.stop()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert time.process_time() + used.ru_utime - before < 10
    assert len(press.peaks) > 2
    assert max(press.peaks) < 300_000_000


class Watched(Press):
    """A press that notes the most memory each of its children held."""

    def __init__(self) -> None:
        super().__init__()
        self.peaks: list[int] = []

    async def _rest(self) -> None:
        assert self._child is not None
        status = Path(f"/proc/{self._child.pid}/status").read_text()
        self.peaks += [int(kilobytes) * 1_024 for kilobytes in re.findall(r"VmHWM:\s+(\d+) kB", status)]
        await super()._rest()
