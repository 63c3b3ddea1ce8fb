"""What a person at a terminal reads of a match run: the best of it, how good it is, what could not be and the cure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table as Screen

from matchmaker.export.words import reasons_in_words
from matchmaker.intake.table import Table
from matchmaker.model.counting import counted
from matchmaker.model.fairness import Estimate, Fairness
from matchmaker.model.group import Group, GroupKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Unmatched
from matchmaker.model.run import Format, Proposal, Report
from matchmaker.services.match_file import FileMatch
from matchmaker.services.tell import told

SHOWN_MAX = 10
ERRORS_SHOWN_MAX = 20
FAULTS_SHOWN_MAX = 5
NAMES_SHOWN_MAX = 12


def show(matched: FileMatch) -> None:
    """The best pairings, the tables of the first round, or the sets."""
    shown = {
        Format.INTRODUCTIONS: _pairings,
        Format.ROUNDS: _first_round,
        Format.TABLES: _first_tables,
        Format.SETS: _sets,
    }
    Console(markup=False, highlight=False).print(shown[matched.proposal.report.format](matched))


def _pairings(matched: FileMatch) -> Screen:
    screen = Screen("", "pairing", "value", "what each gains", show_lines=True)
    for plain in matched.proposal.pairings[:SHOWN_MAX]:
        first, second = _names(matched, (plain.first, plain.second))
        pairing = told(plain, {plain.first: first, plain.second: second})
        to_first, to_second = reasons_in_words(pairing, first, second)
        value = f"{pairing.mutual_value:.1f}\n({pairing.value_to_first:.1f} / {pairing.value_to_second:.1f})"
        screen.add_row(str(pairing.rank), f"{first}\n{second}", value, f"{first}: {to_first}\n{second}: {to_second}")
    return screen


def _first_round(matched: FileMatch) -> Screen:
    proposal = matched.proposal
    first = min((pairing.round for pairing in proposal.pairings if pairing.round is not None), default=1)
    screen = Screen("table", f"round {first}", "value")
    there = [pairing for pairing in proposal.pairings if pairing.round == first]
    for pairing in sorted(there, key=lambda pairing: pairing.table or 0)[:SHOWN_MAX]:
        names = " and ".join(_names(matched, (pairing.first, pairing.second)))
        screen.add_row(str(pairing.table or ""), names, f"{pairing.mutual_value:.1f}")
    for trio in _groups(proposal, GroupKind.TRIO):
        if trio.round == first:
            screen.add_row(str(trio.number), _listed(matched, trio.members), f"{trio.mutual_value:.1f}")
    byes = [bye.attendee_id for bye in proposal.byes if bye.round == first]
    if byes:
        screen.add_row("", f"bye: {_listed(matched, byes)}", "")
    return screen


def _first_tables(matched: FileMatch) -> Screen:
    tables = _groups(matched.proposal, GroupKind.TABLE)
    first = min((table.round for table in tables if table.round is not None), default=1)
    screen = Screen("table", f"round {first}", "value")
    for table in [table for table in tables if table.round == first][:SHOWN_MAX]:
        screen.add_row(str(table.number), _listed(matched, table.members), f"{table.mutual_value:.1f}")
    return screen


def _sets(matched: FileMatch) -> Screen:
    screen = Screen("set", "challenge", "members", "rounds", show_lines=True)
    for group in _groups(matched.proposal, GroupKind.SET)[:SHOWN_MAX]:
        rounds = ", ".join(map(str, group.rounds))
        screen.add_row(str(group.number), group.challenge or "", _listed(matched, group.members), rounds)
    return screen


def say_rows(table: Table) -> None:
    """What is wrong with rows, on stderr."""
    for error in table.errors[:ERRORS_SHOWN_MAX]:
        column = f", column {error.column}" if error.column else ""
        where = f"line {error.line}{column}" if error.row else f"the file{column}"
        click.echo(f"{where}: {error.message}{'' if error.kept else ' (row left out)'}", err=True)
    if len(table.errors) > ERRORS_SHOWN_MAX:
        click.echo(f"… and {len(table.errors) - ERRORS_SHOWN_MAX} more; --report FILE.json has them all.", err=True)


def say_summary(matched: FileMatch, seconds: dict[str, float]) -> None:
    """What it came to, on stderr: a line a thought."""
    proposal = matched.proposal
    notes = ", ".join(f"{code} {count}" for code, count in proposal.report.notes.items())
    lines = [_came_to(proposal), _worth(proposal.report), *_dial(proposal.report), *_beyond_pairs(matched)]
    lines += _without(proposal.unmatched)
    lines += [*_shortfalls(matched), *_remarks(matched)]
    lines += [f"Notes: {notes}."] if notes else []
    lines += ["Seconds: " + ", ".join(f"{stage} {took}" for stage, took in seconds.items()) + "."]
    for line in lines:
        click.echo(line, err=True)


def say_fairness(found: Fairness) -> None:
    """How groups are treated, on stderr: a line a group."""
    for group in found.groups:
        name = group.name or "nothing stated"
        if group.suppressed or group.exposure is None or group.people is None:
            click.echo(f"{name}: too few people to be told of.", err=True)
            continue
        worth = f", each worth {_interval(group.value)} to them" if group.value is not None else ""
        people = counted(group.people, "person", "people")
        click.echo(f"{name}: {people}, {_interval(group.exposure)} introductions a person{worth}.", err=True)


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.1f} ({estimate.low:.1f} to {estimate.high:.1f})"


def _without(unmatched: Sequence[Unmatched]) -> list[str]:
    """Each reason once, the one that most people share first, with some of them by id."""
    by_reason: dict[str, list[str]] = {}
    for one in unmatched:
        by_reason.setdefault(one.reason, []).append(one.id)
    lines = []
    for reason, ids in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        more = len(ids) - FAULTS_SHOWN_MAX
        lines.append(f"Without: {', '.join(ids[:FAULTS_SHOWN_MAX])}{f' and {more} more' if more > 0 else ''}. {reason}")
    return lines


def _came_to(proposal: Proposal) -> str:
    report = proposal.report
    if report.format is Format.TABLES:
        return _seated(proposal, GroupKind.TABLE)
    if report.format is Format.SETS:
        return _seated(proposal, GroupKind.SET)
    rounds = len({pairing.round for pairing in proposal.pairings if pairing.round is not None})
    in_rounds = f" in {counted(rounds, 'round', 'rounds')} with {counted(len(proposal.byes), 'bye', 'byes')}"
    return (
        f"{counted(report.people, 'person', 'people')}, {counted(report.pairings, 'pairing', 'pairings')}"
        f"{in_rounds if report.format is Format.ROUNDS else ''}, coverage {report.coverage:.1%}, "
        f"one-way {report.one_way_share:.1%}, mean mutual value {report.mutual_value_mean}, "
        f"{len(proposal.unmatched)} without a pairing, {report.left_out} of them though someone fits."
    )


def _seated(proposal: Proposal, kind: GroupKind) -> str:
    groups, report = _groups(proposal, kind), proposal.report
    seated = len({one for group in groups for one in group.members})
    rounds = counted(len({group.round for group in groups}), "round", "rounds")
    in_rounds = f" in {rounds}" if kind is GroupKind.TABLE else ""
    together = counted(len(groups), kind.value, f"{kind.value}s")
    return (
        f"{counted(report.people, 'person', 'people')}, {seated} of them in {together}{in_rounds}, "
        f"{counted(report.repeats, 'pair', 'pairs')} who came together before."
    )


def _worth(report: Report) -> str:
    """How near this is to what no plan can exceed; rounded down, so that 100 % is never said of less."""
    if report.upper_bound is None:
        return f"Worth {report.objective:,.1f}; how near that is to the best was not proven."
    if report.upper_bound <= 0:
        return "No allowed plan is worth anything."
    share = report.objective / report.upper_bound
    percent = min(100.0, math.floor(round(share * 10_000, 6)) / 100)
    return f"Worth {percent:.2f} % of what no plan can exceed ({report.objective:,.1f} of at most {report.upper_bound:,.1f})."


def _dial(report: Report) -> Iterable[str]:
    if report.best_scores and report.nobody_left_out:
        ends = ((0, report.best_scores), (1, report.nobody_left_out))
        told = "; ".join(f"at {end} worth {one.objective:,.1f} with {one.left_out} left out" for end, one in ends)
        yield f"The dial: {told}."


def _beyond_pairs(matched: FileMatch) -> Iterable[str]:
    """Giving circles, routed asks and connectors, where there are any."""
    proposal = matched.proposal
    if circles := _groups(proposal, GroupKind.CIRCLE):
        told = "; ".join(" → ".join(_names(matched, circle.members)) for circle in circles[:FAULTS_SHOWN_MAX])
        yield f"{counted(len(circles), 'giving circle', 'giving circles')}, in which each helps the next: {told}{_more(circles)}."
    if proposal.asks:
        routes = Counter(ask.route.value for ask in proposal.asks)
        told = ", ".join(f"{route} {count}" for route, count in sorted(routes.items()))
        yield f"{counted(len(proposal.asks), 'one-way ask gets', 'one-way asks get')} another door: {told}."
    if connectors := proposal.connectors:
        told = "; ".join(
            "{2} for {0} and {1}".format(*_names(matched, (one.first, one.second, one.connector_id)))
            for one in connectors[:FAULTS_SHOWN_MAX]
        )
        strangers = counted(len(connectors), "pair of strangers has", "pairs of strangers have")
        yield f"{strangers} a connector: {told}{_more(connectors)}."


def _shortfalls(matched: FileMatch) -> Iterable[str]:
    shortfalls = matched.proposal.report.shortfalls
    for one in shortfalls[:FAULTS_SHOWN_MAX]:
        (name,) = _names(matched, (one.attendee_id,))
        yield f"{name} was promised {one.least} and has {one.got}: {one.reason}"
    if _more(shortfalls):
        yield f"Promises not kept{_more(shortfalls)}."


def _remarks(matched: FileMatch) -> Iterable[str]:
    remarks = matched.proposal.report.remarks
    for remark in remarks[:FAULTS_SHOWN_MAX]:
        people = f" ({_listed(matched, remark.attendees)})" if remark.attendees else ""
        yield f"{remark.message}{people} {remark.cure}"
    if _more(remarks):
        yield f"Remarks{_more(remarks)}."


def _groups(proposal: Proposal, kind: GroupKind) -> list[Group]:
    return [group for group in proposal.groups if group.kind is kind]


def _names(matched: FileMatch, people: Sequence[AttendeeId]) -> list[str]:
    return [matched.who[one][0].name for one in people]


def _listed(matched: FileMatch, people: Sequence[AttendeeId]) -> str:
    names = ", ".join(_names(matched, people[:NAMES_SHOWN_MAX]))
    return names if len(people) <= NAMES_SHOWN_MAX else f"{names} and {len(people) - NAMES_SHOWN_MAX} more"


def _more(found: Sequence[object]) -> str:
    return f" … and {len(found) - FAULTS_SHOWN_MAX} more" if len(found) > FAULTS_SHOWN_MAX else ""
