"""Open a file of attendees, whatever its name says: a short CSV here, all else in a child with little memory and time."""

import asyncio
import multiprocessing
import os
import resource
from collections.abc import Collection
from multiprocessing.connection import Connection

from msgspec import Struct, msgpack

from matchmaker.intake import csv
from matchmaker.intake.archive import check_archive, form_of
from matchmaker.intake.sheet import FileForm, Sheet
from matchmaker.intake.table import Unusable

SECONDS_MAX = 20
MEMORY_BYTES_MAX = 1_000_000_000
ANSWER_BYTES_MAX = 200_000_000
CSV_BYTES_HERE_MAX = 250_000  # read within some ten milliseconds; threads share one processor with the loop
NICENESS = 10
OPENED_AT_ONCE = 2
LOADED = ["matchmaker.services.open_file", "matchmaker.intake.workbook"]

Gate = asyncio.Semaphore


class Wanted(Struct, frozen=True, kw_only=True):
    """What is sought in a file."""

    sheet: str | None
    rows_max: int
    known: list[str] = []


def new_gate() -> Gate:
    """What lets two files at a time be opened: each may take a processor and a gigabyte for twenty seconds."""
    return asyncio.Semaphore(OPENED_AT_ONCE)


async def open_file(data: bytes, *, sheet: str | None, rows_max: int, gate: Gate, known: Collection[str] = ()) -> Sheet:
    """The cells of a file, of the `sheet` of that name or the first that holds any. Raises `Unusable`.

    Headers that are `known` help to tell the delimiter of a CSV. All is done in a thread or beyond: the event loop has others to
    serve, and a thread that does nothing but read holds it up as well.
    """
    form = await asyncio.to_thread(form_of, data)
    if form is FileForm.CSV and len(data) <= CSV_BYTES_HERE_MAX:
        return await asyncio.to_thread(csv.sheet_of, data, known=known, rows_max=rows_max)
    async with gate:
        return await asyncio.to_thread(_judged, data, form, Wanted(sheet=sheet, rows_max=rows_max, known=list(known)))


def open_now(data: bytes, *, sheet: str | None = None, rows_max: int, known: Collection[str] = ()) -> Sheet:
    """The same at once, for the command line."""
    form = form_of(data)
    if form is FileForm.CSV:
        return csv.sheet_of(data, known=known, rows_max=rows_max)
    return _judged(data, form, Wanted(sheet=sheet, rows_max=rows_max))


def _judged(data: bytes, form: FileForm, wanted: Wanted) -> Sheet:
    if form in (FileForm.XLSX, FileForm.ODS):
        check_archive(data)
    return _in_child(data, form, wanted)


def _in_child(data: bytes, form: FileForm, wanted: Wanted) -> Sheet:
    """A child that an idle process forks, which has all that it takes loaded: to begin one from here would hold up every thread
    until it runs, for as long as a busy machine lets it wait, and then load all of it anew."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, form, wanted), name="matchmaker-workbook", daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send_bytes(data)
        if not ours.poll(SECONDS_MAX):
            raise _too_slow()
        return _answer(ours.recv_bytes(ANSWER_BYTES_MAX))
    except (EOFError, OSError):
        raise _too_large() from None
    finally:
        if child.is_alive():
            child.kill()
        child.join()
        ours.close()


def _answer(data: bytes) -> Sheet:
    kind, said = msgpack.decode(data[:1]), data[1:]
    if kind == 1:
        return msgpack.decode(said, type=Sheet)
    code, detail, cure = msgpack.decode(said, type=tuple[str, str, str])
    raise Unusable(code, detail, cure=cure)


def _serve(pipe: Connection, form: FileForm, wanted: Wanted) -> None:
    """The child: read one file within limits and tell what came of it. It dies of what is too much, and alone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what it says as it dies is no line of a log
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    data = pipe.recv_bytes(ANSWER_BYTES_MAX)
    try:
        found = _read(data, form, wanted)
        answer = msgpack.encode(1) + msgpack.encode(found)
    except MemoryError:
        os._exit(1)
    except Exception as error:  # whatever a crafted file makes of a parser is the file's fault
        answer = msgpack.encode(0) + msgpack.encode(_refusal(error))
    pipe.send_bytes(answer)


def _read(data: bytes, form: FileForm, wanted: Wanted) -> Sheet:
    if form is FileForm.CSV:
        return csv.sheet_of(data, known=wanted.known, rows_max=wanted.rows_max)
    from matchmaker.intake.workbook import sheet_of

    return sheet_of(data, form, wanted=wanted.sheet, rows_max=wanted.rows_max)


def _refusal(error: Exception) -> tuple[str, str, str]:
    if isinstance(error, Unusable):
        return error.code, error.detail, error.cure or ""
    return "workbook_broken", "The file cannot be read.", "Open it, and save it again as .xlsx or as CSV."


def _too_large() -> Unusable:
    return Unusable(
        "workbook_too_large",
        "The file cannot be read: it asks for more memory or time than a list of people needs, or it is broken.",
        cure="Copy the sheet of attendees into a new workbook, or save it as CSV.",
    )


def _too_slow() -> Unusable:
    return Unusable(
        "workbook_too_slow",
        f"The file could not be read within {SECONDS_MAX} seconds.",
        cure="Copy the sheet of attendees into a new workbook, or save it as CSV.",
    )
