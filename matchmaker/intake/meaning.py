"""What the columns of a sheet are taken to be: as somebody says, else as a tool is known to export, else as they are called."""

from collections.abc import Mapping, Sequence

from msgspec import structs

from matchmaker.intake.mapping import own_rules
from matchmaker.intake.reading import table_of
from matchmaker.intake.recognise import spoken_of
from matchmaker.intake.sheet import Sheet, about_file, blank_columns, folded_header
from matchmaker.intake.table import RowError, Table, Tell, untold
from matchmaker.intake.tools import rules_of, tool_of
from matchmaker.model.mapping import Rule


def read(
    sheet: Sheet,
    *,
    given: Mapping[str, str] | None = None,
    rules: Sequence[Rule] | None = None,
    rows_max: int,
    tell: Tell = untold,
) -> Table:
    """The attendees of a sheet: by the `rules` of a mapping, or as `given` by header, or as we can tell. Raises `Unusable`."""
    meant, said = rules_for(sheet, given=given, rules=rules)
    table = table_of(sheet, meant, rows_max=rows_max, tell=tell)
    return table if not said else _with(table, said)


def rules_for(
    sheet: Sheet, *, given: Mapping[str, str] | None = None, rules: Sequence[Rule] | None = None
) -> tuple[list[Rule], list[RowError]]:
    """What each column is taken to be, and what there is to say of that."""
    if rules is not None:
        return list(rules), []
    tool = None if given else tool_of(sheet.header)
    if tool is None:
        return own_rules(sheet.header, given or {}), []
    known = rules_of(tool, sheet.header, blank_columns(sheet))
    return [*known, *_ours_beside(sheet, known)], [
        about_file("tool_recognised", f"The file is read as an export of {tool.value.capitalize()}: {_told(known)}.")
    ]


def _ours_beside(sheet: Sheet, known: Sequence[Rule]) -> list[Rule]:
    """Columns called as we call them, of fields that no rule fills yet."""
    fields, spoken = {rule.field for rule in known}, spoken_of(known)
    ours = own_rules(sheet.header, {})
    return [
        rule for rule in ours if rule.field not in fields and (folded_header(rule.column or ""), rule.nth) not in spoken
    ]


def _told(rules: Sequence[Rule]) -> str:
    return ", ".join(f"{rule.field.value} from {rule.column}" for rule in rules if rule.column)


def _with(table: Table, said: list[RowError]) -> Table:
    return structs.replace(table, errors=[*said, *table.errors])
