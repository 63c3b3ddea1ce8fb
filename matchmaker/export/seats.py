"""Tables and action-learning sets → a row a seat."""

from collections.abc import Iterable

from matchmaker.export.csv import Who, person_cells, sheet_csv
from matchmaker.export.sheet import Sheet
from matchmaker.model.group import Group, GroupKind
from matchmaker.model.ids import AttendeeId

TABLE_COLUMNS = ("round", "table", "attendee_id", "name", "email", "organisation")
SET_COLUMNS = ("set", "challenge", "attendee_id", "name", "email", "organisation", "rounds")


def tables_csv(groups: Iterable[Group], who: Who) -> bytes:
    """A row a seat at a rotating table, by round and table."""
    return sheet_csv(tables_sheet(groups, who))


def sets_csv(groups: Iterable[Group], who: Who) -> bytes:
    """A row a seat in an action-learning set, by set; `rounds` are those in which all of it are free, parted by `|`."""
    return sheet_csv(sets_sheet(groups, who))


def sets_by_attendee_csv(groups: Iterable[Group], who: Who) -> bytes:
    """The same rows by person; whoever has no set stands there too."""
    return sheet_csv(sets_by_attendee_sheet(groups, who))


def tables_sheet(groups: Iterable[Group], who: Who) -> Sheet:
    """A row a seat at a rotating table, by round and table."""
    tables = sorted(
        (group.round or 0, group.number, group.members) for group in groups if group.kind is GroupKind.TABLE
    )
    return Sheet(
        title="tables",
        columns=TABLE_COLUMNS,
        rows=[[number, table, *person_cells(one, who)] for number, table, members in tables for one in members],
    )


def sets_sheet(groups: Iterable[Group], who: Who) -> Sheet:
    """A row a seat in an action-learning set, by set."""
    sets = sorted(_sets(groups), key=lambda group: group.number)
    return Sheet(
        title="sets",
        columns=SET_COLUMNS,
        rows=[_set_row(one, group, who) for group in sets for one in group.members],
    )


def sets_by_attendee_sheet(groups: Iterable[Group], who: Who) -> Sheet:
    """The seats in sets by person; whoever has no set stands there too."""
    theirs: dict[AttendeeId, list[Group | None]] = {one: [] for one in sorted(who)}
    for group in _sets(groups):
        for one in group.members:
            theirs[one].append(group)
    rows = [_set_row(one, group, who) for one, groups in theirs.items() for group in groups or [None]]
    return Sheet(title="sets", columns=SET_COLUMNS, rows=rows)


def _sets(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.kind is GroupKind.SET]


def _set_row(one: AttendeeId, group: Group | None, who: Who) -> list[str | float | int]:
    person = person_cells(one, who)
    if group is None:
        return ["", "", *person, ""]
    return [group.number, group.challenge or "", *person, "|".join(map(str, group.rounds))]
