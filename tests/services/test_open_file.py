"""Files are opened by what they hold; one that means harm is refused in words, and only the child that read it dies."""

import asyncio
import multiprocessing
import resource
import time

import pytest

from matchmaker.intake.sheet import FileForm
from matchmaker.intake.table import Unusable
from matchmaker.services import open_file as opening
from matchmaker.services.open_file import CSV_BYTES_HERE_MAX, SECONDS_MAX, new_gate, open_file, open_now
from tests.books import ROWS, bombs, directory, workbook

BOMBS = bombs()
READABLE = {"a header alone", "none of our columns"}  # of these the reading says what is wrong, not the opening


def test_a_workbook_is_read_by_a_child_as_it_stands() -> None:
    sheet = open_now(workbook(), rows_max=10)
    assert (sheet.form, sheet.header) == (FileForm.XLSX, ROWS[0])
    assert [record.cells for record in sheet.records] == ROWS[1:]


def test_csv_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_in_child", None)
    assert open_now(b"name\nAda\n", rows_max=10).records[0].cells == ["Ada"]


@pytest.mark.parametrize("name", sorted(BOMBS.keys() - READABLE))
def test_a_bomb_is_refused_with_a_cure_and_leaves_nothing_behind(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unusable) as refused:
        open_now(BOMBS[name], rows_max=20_000)
    assert refused.value.cure
    assert time.monotonic() - began < SECONDS_MAX
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB
    assert not [child for child in multiprocessing.active_children() if child.name == "matchmaker-workbook"]
    assert capfd.readouterr() == ("", "")


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SECONDS_MAX", 0)
    with pytest.raises(Unusable) as refused:
        open_now(workbook(), rows_max=10)
    assert refused.value.code == "workbook_too_slow"
    assert not [child for child in multiprocessing.active_children() if child.name == "matchmaker-workbook"]


async def test_the_loop_serves_others_while_a_workbook_is_read() -> None:
    opened = asyncio.create_task(open_file(workbook(), sheet=None, rows_max=10, gate=new_gate()))
    turns = 0
    while not opened.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert len((await opened).records) == 1
    assert turns > 1  # were the loop held up, it would turn no more before the file is read


async def test_a_long_csv_is_read_by_a_child_by_the_same_rules() -> None:
    """A thread of ours that reads for seconds would hold up the loop, which shares its processor with it."""
    rows = ["wer|is;x,y", *("Ada;a" for _ in range(CSV_BYTES_HERE_MAX // 6))]
    sheet = await open_file(
        "\n".join(rows).encode(), sheet=None, rows_max=len(rows), gate=new_gate(), known=["wer|is", "x,y"]
    )
    assert (sheet.form, sheet.header, len(sheet.records)) == (FileForm.CSV, ["wer|is", "x,y"], len(rows) - 1)
    assert sheet.records[-1].cells == ["Ada", "a"]


def test_a_directory_of_a_hundred_thousand_parts_is_not_read() -> None:
    began = time.monotonic()
    with pytest.raises(Unusable) as refused:
        open_now(directory(100_000), rows_max=10)
    assert (refused.value.code, "100,000 parts" in refused.value.detail) == ("workbook_too_large", True)
    assert time.monotonic() - began < 0.5


async def test_a_csv_of_more_rows_than_may_be_is_refused_by_the_child_too() -> None:
    with pytest.raises(Unusable) as refused:
        await open_file(b"name\n" + b"a\n" * CSV_BYTES_HERE_MAX, sheet=None, rows_max=10, gate=new_gate())
    assert refused.value.code == "too_many_rows"
