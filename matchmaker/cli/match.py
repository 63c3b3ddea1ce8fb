"""`matchmaker match FILE`: ranked pairings from a CSV, with no database."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec import ValidationError, convert, json, structs
from rich.console import Console
from rich.table import Table as Screen

from matchmaker.cli.progress import stages
from matchmaker.errors import Invalid
from matchmaker.export.csv import by_attendee_csv, pairings_csv
from matchmaker.export.json import by_attendee_json, proposal_json
from matchmaker.export.words import reasons_in_words
from matchmaker.intake import csv
from matchmaker.intake.table import Table
from matchmaker.model.pairing import Unmatched
from matchmaker.model.policy import MODEL_VERSIONS, Policy
from matchmaker.model.text import INT4_MAX, QUOTA_MAX
from matchmaker.services.match_file import FileMatch, match_file
from matchmaker.store import vector_file

ROWS_MAX = 100_000
SHOWN_MAX = 10
ERRORS_SHOWN_MAX = 20
UNMATCHED_SHOWN_MAX = 5

existing = click.Path(exists=True, dir_okay=False, path_type=Path)
written = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("file", type=existing)
@click.option("--map", "mapping", metavar="SOURCE=TARGET,…", help="Columns of yours as ours: bio=offers+interests.")
@click.option("--quota", type=click.IntRange(0, QUOTA_MAX), help="Most introductions a person. [default: 3]")
@click.option("--seed", type=click.IntRange(0, INT4_MAX), default=1, show_default=True, help="Settles ties.")
@click.option("--policy", "policy_file", type=existing, help="A TOML file with the policy.")
@click.option("--out", type=written, help="Write the pairings here, as .csv or .json.")
@click.option("--report", type=written, help="Write the report here, with row errors and seconds by stage, as .json.")
@click.option(
    "--by", type=click.Choice(["pairing", "attendee"]), default="pairing", show_default=True, help="What a row is."
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
    quota: int | None,
    seed: int,
    policy_file: Path | None,
    out: Path | None,
    report: Path | None,
    by: str,
    as_json: bool,
    data: Path,
) -> None:
    """Read attendees from FILE (CSV) and propose ranked pairings of mutual value.

    Columns: external_id, name, email, organisation, role, seniority, sector, region, languages, interests, seeks,
    offers, quota, groups, knows, avoids; any order. Lists are split at | and line breaks.
    """
    if out is not None and out.suffix not in (".csv", ".json"):
        raise Invalid(f"--out {out.name} ends neither in .csv nor in .json.", cure="Choose one of the two.")
    for written_to in filter(None, (out, report)):
        if not written_to.parent.is_dir():
            raise Invalid(f"There is no folder {written_to.parent} to write to.", cure="Make it, or choose another.")
    policy = _policy(policy_file, quota)
    with stages() as progress:
        progress("reading", 0.0)
        table = csv.read(file.read_bytes(), mapping=_mapping(mapping), rows_max=ROWS_MAX)
        if not table.rows:
            _say_rows(table)
            raise Invalid(f"{file.name} has no row that can be used.", cure="See the rows above.")
        kept = data / f"vectors-{MODEL_VERSIONS[policy.model]}.bin"
        memory = _remembered(kept)
        known = set(memory)
        matched = match_file(table, policy, seed=seed, memory=memory, progress=progress)
    _keep(kept, {key: vector for key, vector in memory.items() if key not in known})
    if out is not None:
        out.write_bytes(_written(matched, by, out.suffix))
    if report is not None:
        report.write_bytes(_report(matched, table, progress.seconds))
    if as_json:
        click.echo(_written(matched, by, ".json"), nl=False)
    elif out is None:
        _show(matched)
    _say_rows(table)
    _say_summary(matched, progress.seconds)


def _policy(file: Path | None, quota: int | None) -> Policy:
    try:
        chosen = tomllib.loads(file.read_text("utf-8")) if file else {}
        policy = convert(chosen, Policy)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        shown = file.name if file else "policy"
        fields = ", ".join(Policy.__struct_fields__)
        raise Invalid(f"{shown} is not a policy: {error}.", cure=f"It is TOML with any of: {fields}.") from None
    return policy if quota is None else structs.replace(policy, quota=quota)


def _mapping(text: str | None) -> dict[str, str]:
    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    for source, equals, target in pairs:
        if not (source.strip() and equals and target.strip()):
            raise Invalid(
                f"--map has {source!r} without a target.", cure="Write it as source=target,other=offers+interests."
            )
    return {source.strip(): target.strip() for source, _, target in pairs}


def _remembered(file: Path) -> dict[bytes, bytes]:
    try:
        return vector_file.load(file)
    except OSError as error:
        click.echo(
            f"The encoded texts in {file.parent} cannot be read ({error.strerror}); all are encoded anew.", err=True
        )
        return {}


def _keep(file: Path, vectors: dict[bytes, bytes]) -> None:
    try:
        vector_file.append(file, vectors)
    except OSError as error:
        click.echo(
            f"The encoded texts could not be kept in {file.parent} ({error.strerror}); the result stands.", err=True
        )


def _written(matched: FileMatch, by: str, suffix: str) -> bytes:
    pairings, who = matched.proposal.pairings, matched.who
    forms: dict[tuple[str, str], Callable[[], bytes]] = {
        ("pairing", ".csv"): lambda: pairings_csv(pairings, who),
        ("pairing", ".json"): lambda: proposal_json(matched.proposal),
        ("attendee", ".csv"): lambda: by_attendee_csv(pairings, who),
        ("attendee", ".json"): lambda: by_attendee_json(matched.proposal, who),
    }
    return forms[by, suffix]()


def _report(matched: FileMatch, table: Table, seconds: dict[str, float]) -> bytes:
    whole: dict[str, Any] = {
        **structs.asdict(matched.proposal.report),
        "unmatched": matched.proposal.unmatched,
        "rows": {"kept": len(table.rows), "left_out": len(table.failed), "errors": table.errors},
        "seconds": seconds,
    }
    return json.format(json.encode(whole), indent=2) + b"\n"


def _show(matched: FileMatch) -> None:
    """The best pairings, for a person at a terminal."""
    screen = Screen("", "pairing", "value", "what each gains", show_lines=True)
    for pairing in matched.proposal.pairings[:SHOWN_MAX]:
        first, second = matched.who[pairing.first][0].name, matched.who[pairing.second][0].name
        to_first, to_second = reasons_in_words(pairing)
        value = f"{pairing.mutual_value:.1f}\n({pairing.value_to_first:.1f} / {pairing.value_to_second:.1f})"
        screen.add_row(str(pairing.rank), f"{first}\n{second}", value, f"{first}: {to_first}\n{second}: {to_second}")
    Console(markup=False, highlight=False).print(screen)


def _say_rows(table: Table) -> None:
    for error in table.errors[:ERRORS_SHOWN_MAX]:
        column = f", column {error.column}" if error.column else ""
        click.echo(f"line {error.line}{column}: {error.message}{'' if error.kept else ' (row left out)'}", err=True)
    if len(table.errors) > ERRORS_SHOWN_MAX:
        click.echo(f"… and {len(table.errors) - ERRORS_SHOWN_MAX} more; --report FILE.json has them all.", err=True)


def _say_summary(matched: FileMatch, seconds: dict[str, float]) -> None:
    report = matched.proposal.report
    notes = ", ".join(f"{code} {count}" for code, count in report.notes.items())
    click.echo(
        f"{report.people} people, {report.pairings} pairings, coverage {report.coverage:.1%}, "
        f"one-way {report.one_way_share:.1%}, mean mutual value {report.mutual_value_mean}, "
        f"{len(matched.proposal.unmatched)} without a pairing.",
        err=True,
    )
    _say_unmatched(matched.proposal.unmatched)
    if notes:
        click.echo(f"Notes: {notes}.", err=True)
    click.echo("Seconds: " + ", ".join(f"{stage} {took}" for stage, took in seconds.items()) + ".", err=True)


def _say_unmatched(unmatched: list[Unmatched]) -> None:
    """Each reason once, the one that most people share first, with some of them by id."""
    by_reason: dict[str, list[str]] = {}
    for one in unmatched:
        by_reason.setdefault(one.reason, []).append(one.id)
    for reason, ids in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        more = len(ids) - UNMATCHED_SHOWN_MAX
        click.echo(
            f"Without: {', '.join(ids[:UNMATCHED_SHOWN_MAX])}{f' and {more} more' if more > 0 else ''}. {reason}",
            err=True,
        )
