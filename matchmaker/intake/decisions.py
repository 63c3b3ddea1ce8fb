"""Files of decisions → answers: speed dating's columns, or a programme's mentor decisions as tags (CSV, or a ZIP of one)."""

import csv
import io
import zipfile
from ast import literal_eval
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from matchmaker.intake.table import Unusable
from matchmaker.model.learning import Answered, DecisionFile, Described
from matchmaker.model.text import text_hash

BYTES_MAX = 200_000_000
MENTEE_GROUPS = 10
FACTS = ("goal", "field_cd", "go_out")
# What is said of a meeting, or of the other side, is no interest of the one who says it.
NOT_INTERESTS = {
    "iid", "pid", "wave", "event", "round", "order", "match", "dec", "dec_o", "like", "like_o", "met", "int_corr", *FACTS,
}  # fmt: skip
MENTEE = ("mentee_major", "mentee_help_topics", "mentee_experitse")
MENTOR = ("mentor_major", "mentor_help_topics", "mentor_experitse")

Row = Mapping[str, str]


def read(data: bytes) -> DecisionFile:
    """The answers in a file of decisions. Raises `Unusable` where it holds none."""
    reader = csv.DictReader(io.StringIO(_text(data), newline=""), restval="")
    header = [name.strip() for name in reader.fieldnames or []]
    reader.fieldnames = header
    if {"iid", "pid", "dec", "dec_o"} <= set(header) and {"wave", "event"} & set(header):
        shape = partial(_dated, interests=[name for name in header if name not in NOT_INTERESTS])
    elif {*MENTEE, *MENTOR, "final_match"} <= set(header):
        shape = partial(_mentored)
    else:
        raise Unusable(
            "not_decisions",
            f"These are no columns of decisions: {', '.join(header)[:300] or 'none'}.",
            cure="Send iid, pid, wave (or event), dec, dec_o and interests; or a mentor programme's tags with final_match.",
        )
    return _file(reader, shape)


def _text(data: bytes) -> str:
    """The text of a CSV file, or of the one CSV file in a ZIP archive."""
    if data.startswith(b"PK\x03\x04"):
        data = _unpacked(data)
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable("not_utf8", f"The file is not UTF-8: see line {line}.", cure="Save it as CSV (UTF-8).") from None


def _unpacked(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(inside) == 1 and inside[0].file_size <= BYTES_MAX:
                return archive.read(inside[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        pass
    raise Unusable("not_one_csv", "The archive does not hold one CSV file.", cure="Send the CSV file by itself.")


def _file(reader: Iterator[Row], shape: Callable[[Row], Any]) -> DecisionFile:
    answers: list[Answered] = []
    people: dict[str, Described] = {}
    left_out: list[int] = []
    met: Counter[tuple[str, str]] = Counter()
    seen: set[tuple[str, str, str]] = set()
    try:
        for line, row in enumerate(reader, start=2):
            try:
                event, taker, giver, order, rest, described = shape(row)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                left_out.append(line)
                continue
            if (event, taker, giver) in seen or taker == giver:
                left_out.append(line)
                continue
            seen.add((event, taker, giver))
            met[event, taker] += 1
            answers.append(Answered(event=event, taker=taker, giver=giver, order=order or met[event, taker], **rest))
            people.update({taker: people.get(taker, Described()), giver: people.get(giver, Described()), **described})
    except csv.Error as error:
        raise Unusable(
            "broken", f"The file cannot be read on: {error}.", cure="Mend the quotes after the last line."
        ) from None
    if not answers:
        raise Unusable(
            "no_rows", "No line holds a decision that can be used.", cure="See the columns and their values."
        )
    return DecisionFile(answers=answers, people=people, left_out=left_out)


def _dated(row: Row, interests: list[str]) -> tuple[Any, ...]:
    """Speed dating: each row is one side's decision at an event. Raises `ValueError` on what is no number."""
    event, taker, giver = (row.get("wave") or row["event"]).strip(), row["iid"].strip(), row["pid"].strip()
    if not (event and taker and giver):
        raise ValueError
    rest = {
        "yes": _yes(row["dec"]),
        "useful": _scaled(row.get("like") or ""),
        "acquainted": (row.get("met") or "").strip() == "1",
    }
    described = Described(
        ratings=[float(row[name] or 5) for name in interests],
        facts=[f"{name}={row[name]}" for name in FACTS if row.get(name)],
    )
    return event, taker, giver, int(float(row.get("order") or 0)), rest, {taker: described}


def _mentored(row: Row) -> tuple[Any, ...]:
    """Mentor decisions: people are known by their tags alone, so mentees fall into groups by these, which stand for events."""
    mentee, mentor = ("|".join(row[name] for name in names) for names in (MENTEE, MENTOR))
    seeker, expert = ([_tags(row[name]) for name in names] for names in (MENTEE, MENTOR))
    described = {
        f"mentee {mentee}": Described(facts=seeker[0] + seeker[2], seeks=seeker[1]),
        f"mentor {mentor}": Described(facts=expert[0] + expert[2], offers=expert[1]),
    }
    group = str(text_hash(mentee)[0] % MENTEE_GROUPS)
    return group, *described, 0, {"yes": _yes(row["final_match"])}, described


def _yes(cell: str) -> bool:
    return bool(("0", "1").index(cell.strip().removesuffix(".0")))


def _scaled(cell: str) -> float | None:
    """A rating of 1 to 10 in [0, 1]; None where there is none."""
    return min(max((float(cell) - 1) / 9, 0.0), 1.0) if cell.strip() else None


def _tags(cell: str) -> list[str]:
    found = literal_eval(cell or "[]")
    if not isinstance(found, list):
        raise ValueError
    return [str(one) for one in found]
