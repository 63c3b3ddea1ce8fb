"""A workbook's archive, judged by its directory before anything in it is unpacked."""

import io
import zipfile

from matchmaker.intake.sheet import FileForm
from matchmaker.intake.table import Unusable

MEMBERS_MAX = 200
BYTES_MAX = 100_000_000
RATIO_MAX = 100
RATIO_BYTES_LEAST = 1_000_000  # below, a high ratio is only a short file of blanks
ENTRY_BEGINS = b"PK\x01\x02"
ZIP_BEGINS = b"PK\x03\x04"
OLE_BEGINS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")  # the part of an old workbook's frame in which a locked new one lies
_NOT_ONE = "Save it as an Excel workbook (.xlsx), or as CSV (UTF-8)."


def form_of(data: bytes) -> FileForm:
    """What a file is by how it begins; only of an archive, by what is in it. Raises `Unusable` for an archive of another kind."""
    if data.startswith(OLE_BEGINS):
        if LOCKED in data:
            raise _locked()
        return FileForm.XLS
    if not data.startswith(ZIP_BEGINS):
        return FileForm.CSV
    names = {member.filename for member in _members(data)}
    if "xl/workbook.xml" in names:
        return FileForm.XLSX
    if {"content.xml", "mimetype"} <= names:
        return FileForm.ODS
    raise Unusable("not_a_workbook", "This is an archive, and no workbook that can be read.", cure=_NOT_ONE)


def check_archive(data: bytes) -> None:
    """Raises `Unusable` for an archive that could swell, or that holds more than cells: macros, links to other files."""
    members = _members(data)
    if len(members) > MEMBERS_MAX:
        raise _refused(f"It holds {len(members):,} parts, and {MEMBERS_MAX} are the most.")
    raw = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if raw > BYTES_MAX:
        raise _refused(f"Unpacked it would have {raw:,} bytes, and {BYTES_MAX:,} are the most.")
    if any(_swells(member.file_size, member.compress_size) for member in members) or _swells(raw, packed):
        raise _refused(f"It is packed more than {RATIO_MAX} to one, as no list of people is.")
    for member in members:
        name = member.filename.lower()
        if member.flag_bits & 1:
            raise _locked()
        if name.endswith("vbaproject.bin") or name.startswith("basic/"):
            raise Unusable("workbook_macros", "The workbook holds macros.", cure="Save it as .xlsx, without macros.")
        if name.startswith("xl/externallinks/"):
            cure = "Copy the sheet and paste it as values into a new workbook."
            raise Unusable("workbook_links", "The workbook takes values from other workbooks.", cure=cure)


def _swells(raw: int, packed: int) -> bool:
    return raw > RATIO_BYTES_LEAST and raw > RATIO_MAX * max(packed, 1)


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    """The directory, which is not read where it is so long that to read it takes seconds."""
    if (entries := data.count(ENTRY_BEGINS)) > 2 * MEMBERS_MAX:  # it may hold an archive of its own
        raise _refused(f"It holds {entries:,} parts, and {MEMBERS_MAX} are the most.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError):
        raise Unusable("workbook_broken", "The workbook is cut short or broken.", cure="Save it again.") from None


def _locked() -> Unusable:
    return Unusable("workbook_locked", "The workbook has a password.", cure="Save it without one.")


def _refused(message: str) -> Unusable:
    return Unusable(
        "workbook_too_large", message, cure="Copy the sheet of attendees into a new workbook, or save it as CSV."
    )
