"""`matchmaker match FILE`: pairings, tables or sets from a CSV or a workbook, with no database."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec import json, structs

from matchmaker.cli.choices import check_read, chosen, existing, policy_of, programme_of
from matchmaker.cli.files import columns_said, read_usable
from matchmaker.cli.memory import kept_in, remembering
from matchmaker.cli.progress import stages
from matchmaker.cli.summary import say_fairness, say_rows, say_summary, show
from matchmaker.cli.why import names_asked, say_answer
from matchmaker.errors import Invalid
from matchmaker.export.agenda import agenda_sheet
from matchmaker.export.csv import by_attendee_sheet, pairings_sheet, rounds_sheet, sheet_csv
from matchmaker.export.joined import joined
from matchmaker.export.json import by_attendee_json, proposal_json
from matchmaker.export.paper import Paper
from matchmaker.export.pdf import pdf
from matchmaker.export.prints import agenda_pages
from matchmaker.export.seats import sets_by_attendee_sheet, sets_sheet, tables_sheet
from matchmaker.export.sheet import Sheet
from matchmaker.export.xlsx import xlsx
from matchmaker.intake.programme import Programme
from matchmaker.intake.table import Table
from matchmaker.model.fairness import Characteristic
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format
from matchmaker.model.text import INT4_MAX
from matchmaker.services.cluster import workers_at
from matchmaker.services.match_file import FileAnswer, FileMatch, ask_file, fairness_of, match_file, told_all

written = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("file", type=existing)
@columns_said
@chosen
@click.option("--seed", type=click.IntRange(0, INT4_MAX), default=1, show_default=True, help="Settles ties.")
@click.option(
    "--out", type=written, help="Write the pairings, tables or sets here, as .csv, .xlsx or .json; agendas as .pdf."
)
@click.option("--report", type=written, help="Write the report here, with row errors and seconds by stage, as .json.")
@click.option(
    "--by",
    type=click.Choice(["pairing", "attendee"]),
    default="pairing",
    show_default=True,
    help="What a row is: a pairing or a seat, or an attendee with all of theirs.",
)
@click.option("--dask", "scheduler", metavar="ADDRESS", help="Have a Dask cluster seek a huge room's candidates.")
@click.option(
    "--why", metavar="ID,ID", help="Say instead why these two are not paired, and what pinning them would cost."
)
@click.option("--relaxations", is_flag=True, help="Say instead what relaxing each rule would give or cost.")
@click.option(
    "--fairness",
    type=click.Choice([one.value for one in Characteristic]),
    help="Say as well how groups of people are treated, by what they state.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
@kept_in
def match(
    file: Path,
    mapping: str | None,
    mapping_from: Path | None,
    sheet: str | None,
    format: str,
    policy_file: Path | None,
    programme_file: Path | None,
    seed: int,
    out: Path | None,
    report: Path | None,
    by: str,
    scheduler: str | None,
    why: str | None,
    relaxations: bool,
    fairness: str | None,
    as_json: bool,
    data: Path,
    **overrides: Any,
) -> None:
    """Read attendees from FILE (CSV, .xlsx, .ods, .xls) and propose ranked pairings of mutual value, or rounds, tables or sets.

    Columns: external_id, name, email, organisation, role, seniority, sector, region, languages, interests, seeks,
    offers, challenge, quota, least, minutes, available, needs_accessible, groups, knows, avoids, must_meet,
    would_like, rather_not, quiet, matched, introduced; any order. Lists are split at | and line breaks.
    """
    wanted = Format(format)
    check_files(out, report, wanted, by)
    policy, programme = policy_of(policy_file, overrides), programme_of(programme_file)
    check_read(wanted, overrides, programme)
    check_fairness(fairness, wanted)
    asked = names_asked(why, relaxations, wanted, out, report)
    with workers_at(scheduler) as backend, remembering(data, policy.model) as memory, stages() as progress:
        progress("reading", 0.0)
        table = read_usable(file, mapping, mapping_from, sheet)
        matched = _calculated(
            table, policy, asked, programme, format=wanted, seed=seed, memory=memory, progress=progress, backend=backend
        )
    if isinstance(matched, FileAnswer):
        say_answer(matched, as_json=as_json)
        say_rows(table)
        return
    if out is not None or as_json:
        matched = told_all(matched)
    _write(matched, table, programme, progress.seconds, out=out, report=report, by=by)
    if as_json:
        click.echo(_written(matched, programme, by, ".json"), nl=False)
    elif out is None:
        show(matched)
    say_rows(table)
    say_summary(matched, progress.seconds)
    if fairness is not None:
        say_fairness(fairness_of(matched, Characteristic(fairness), seed=seed))


def _calculated(
    table: Table,
    policy: Policy,
    asked: Sequence[str] | None,
    programme: Programme,
    *,
    format: Format,
    seed: int,
    memory: dict[bytes, bytes],
    progress: Callable[[str, float], None],
    backend: str | None,
) -> FileMatch | FileAnswer:
    """The match, or the answer where something was asked instead."""
    slots = programme.slots
    if asked is not None:
        return ask_file(table, policy, asked, seed=seed, format=format, slots=slots, memory=memory, progress=progress)
    tables = programme.tables
    return match_file(
        table,
        policy,
        seed=seed,
        format=format,
        slots=slots,
        tables=tables,
        memory=memory,
        progress=progress,
        backend=backend,
    )


def check_files(out: Path | None, report: Path | None, format: Format, by: str) -> None:
    """Raises `Invalid` where nothing could be written to one of them, before anything is calculated."""
    if out is not None:
        check_suffix(out, format, by)
    for file in filter(None, (out, report)):
        if not file.parent.is_dir():
            raise Invalid(f"There is no folder {file.parent} to write to.", cure="Make it, or choose another.")


def check_suffix(out: Path, format: Format, by: str) -> None:
    """Raises `Invalid` where nothing of the kind can be written; a PDF is everyone's own day, so it needs rounds."""
    if out.suffix not in (".csv", ".xlsx", ".json", ".pdf"):
        raise Invalid(f"--out {out.name} ends in none of .csv, .xlsx, .json and .pdf.", cure="Choose one of them.")
    if out.suffix == ".pdf" and (by != "attendee" or format not in (Format.ROUNDS, Format.TABLES)):
        raise Invalid(
            f"--out {out.name}: a PDF is everyone's own day.", cure="Add --by attendee and --format rounds or tables."
        )


def check_fairness(fairness: str | None, format: Format) -> None:
    """Raises `Invalid` where it is asked of a format that pairs nobody."""
    if fairness is not None and format in (Format.TABLES, Format.SETS):
        raise Invalid("Tables and sets make no pairs whose fairness could be told.", cure="Leave --fairness out.")


def _write(
    matched: FileMatch,
    table: Table,
    programme: Programme,
    seconds: dict[str, float],
    *,
    out: Path | None,
    report: Path | None,
    by: str,
) -> None:
    if out is not None:
        out.write_bytes(_written(matched, programme, by, out.suffix))
    if report is not None:
        report.write_bytes(_report(matched, table, seconds))


def _written(matched: FileMatch, programme: Programme, by: str, suffix: str) -> bytes:
    proposal, who = matched.proposal, matched.who
    match suffix:
        case ".json" if by == "pairing":
            return proposal_json(proposal)
        case ".json":
            return by_attendee_json(proposal, who, slots=programme.slots, tables=programme.tables)
        case ".pdf":
            return _printed(matched, programme)
        case ".xlsx":
            return xlsx(_sheet(matched, programme, by))
    return sheet_csv(_sheet(matched, programme, by))


def _sheet(matched: FileMatch, programme: Programme, by: str) -> Sheet:
    proposal, who = matched.proposal, matched.who
    agenda = partial(agenda_sheet, proposal, who, slots=programme.slots, tables=programme.tables)
    forms: dict[tuple[Format, str], Callable[[], Sheet]] = {
        (Format.INTRODUCTIONS, "pairing"): lambda: pairings_sheet(proposal.pairings, who),
        (Format.INTRODUCTIONS, "attendee"): lambda: by_attendee_sheet(proposal.pairings, who),
        (Format.ROUNDS, "pairing"): lambda: rounds_sheet(proposal.pairings, who),
        (Format.ROUNDS, "attendee"): agenda,
        (Format.TABLES, "pairing"): lambda: tables_sheet(proposal.groups, who),
        (Format.TABLES, "attendee"): agenda,
        (Format.SETS, "pairing"): lambda: sets_sheet(proposal.groups, who),
        (Format.SETS, "attendee"): lambda: sets_by_attendee_sheet(proposal.groups, who),
    }
    return forms[proposal.report.format, by]()


def _printed(matched: FileMatch, programme: Programme) -> bytes:
    """Everyone's day, hours as the programme has them."""
    pages = agenda_pages(
        matched.proposal,
        matched.who,
        event="",
        slots=programme.slots,
        tables=programme.tables,
        zone=None,
        paper=Paper.A4,
        language="en",
    )
    return joined([pdf(one) for one in pages])


def _report(matched: FileMatch, table: Table, seconds: dict[str, float]) -> bytes:
    whole: dict[str, Any] = {
        **structs.asdict(matched.proposal.report),
        "unmatched": matched.proposal.unmatched,
        "rows": {"kept": len(table.rows), "left_out": len(table.failed), "errors": table.errors},
        "seconds": seconds,
    }
    return json.format(json.encode(whole), indent=2) + b"\n"
