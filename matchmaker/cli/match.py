"""`matchmaker match FILE`: pairings, tables or sets from a CSV or a workbook, with no database."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec import json, structs

from matchmaker.cli.choices import check_read, chosen, existing, policy_of, programme_of
from matchmaker.cli.files import columns_said, read_table
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
from matchmaker.model.policy import MODEL_VERSIONS
from matchmaker.model.run import Format
from matchmaker.model.text import INT4_MAX
from matchmaker.services.cluster import workers_at
from matchmaker.services.match_file import FileAnswer, FileMatch, ask_file, fairness_of, match_file, told_all
from matchmaker.store import vector_file

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
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MATCHMAKER_DATA",
    default=lambda: Path(click.get_app_dir("matchmaker")),
    help="Where encoded texts are kept between runs.",
)
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
    if out is not None:
        check_suffix(out, format, by)
    for written_to in filter(None, (out, report)):
        if not written_to.parent.is_dir():
            raise Invalid(f"There is no folder {written_to.parent} to write to.", cure="Make it, or choose another.")
    wanted = Format(format)
    policy, programme = policy_of(policy_file, overrides), programme_of(programme_file)
    check_read(wanted, overrides, programme)
    if fairness is not None and wanted in (Format.TABLES, Format.SETS):
        raise Invalid("Tables and sets make no pairs whose fairness could be told.", cure="Leave --fairness out.")
    asked = names_asked(why, relaxations, wanted, out, report)
    with workers_at(scheduler) as backend, stages() as progress:
        progress("reading", 0.0)
        table = read_table(file, mapping, mapping_from, sheet)
        if not table.rows:
            say_rows(table)
            raise Invalid(f"{file.name} has no row that can be used.", cure="See the rows above.")
        kept = data / f"vectors-{MODEL_VERSIONS[policy.model]}.bin"
        memory = remembered(kept)
        known = set(memory)
        matched: FileMatch | FileAnswer
        if asked is not None:
            matched = ask_file(
                table,
                policy,
                asked,
                seed=seed,
                format=wanted,
                slots=programme.slots,
                memory=memory,
                progress=progress,
            )
        else:
            matched = match_file(
                table,
                policy,
                seed=seed,
                format=wanted,
                slots=programme.slots,
                tables=programme.tables,
                memory=memory,
                progress=progress,
                backend=backend,
            )
    keep(kept, {key: vector for key, vector in memory.items() if key not in known})
    if isinstance(matched, FileAnswer):
        say_answer(matched, as_json=as_json)
        say_rows(table)
        return
    if out is not None or as_json:
        matched = told_all(matched)
    if out is not None:
        out.write_bytes(_written(matched, programme, by, out.suffix))
    if report is not None:
        report.write_bytes(_report(matched, table, progress.seconds))
    if as_json:
        click.echo(_written(matched, programme, by, ".json"), nl=False)
    elif out is None:
        show(matched)
    say_rows(table)
    say_summary(matched, progress.seconds)
    if fairness is not None:
        say_fairness(fairness_of(matched, Characteristic(fairness), seed=seed))


def remembered(file: Path) -> dict[bytes, bytes]:
    """The vectors kept in a file; none, and a word about it, where it cannot be read."""
    try:
        return vector_file.load(file)
    except OSError as error:
        click.echo(
            f"The encoded texts in {file.parent} cannot be read ({error.strerror}); all are encoded anew.", err=True
        )
        return {}


def keep(file: Path, vectors: dict[bytes, bytes]) -> None:
    """Add vectors to a file, or say that it cannot be."""
    try:
        vector_file.append(file, vectors)
    except OSError as error:
        click.echo(
            f"The encoded texts could not be kept in {file.parent} ({error.strerror}); the result stands.", err=True
        )


def check_suffix(out: Path, format: str, by: str) -> None:
    """Raises `Invalid` where nothing of the kind can be written; a PDF is everyone's own day, so it needs rounds."""
    if out.suffix not in (".csv", ".xlsx", ".json", ".pdf"):
        raise Invalid(f"--out {out.name} ends in none of .csv, .xlsx, .json and .pdf.", cure="Choose one of them.")
    if out.suffix == ".pdf" and (by != "attendee" or Format(format) not in (Format.ROUNDS, Format.TABLES)):
        raise Invalid(
            f"--out {out.name}: a PDF is everyone's own day.", cure="Add --by attendee and --format rounds or tables."
        )


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
