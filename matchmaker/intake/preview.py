"""A look at a file before it is taken in: what stands in its columns, what they seem to be, what rows would become."""

from collections.abc import Mapping, Sequence

from matchmaker.intake.meaning import rules_for
from matchmaker.intake.reading import table_of
from matchmaker.intake.recognise import numbered, suggestion_of
from matchmaker.intake.sheet import Sheet, about_file, letters_of, values_of
from matchmaker.intake.table import RowError, Table, Unusable
from matchmaker.model.attendee_import import (
    ERRORS_SHOWN_MAX,
    ROWS_SHOWN_MAX,
    SAMPLE_CHARS_MAX,
    SAMPLES_MAX,
    SHEETS_MAX,
    ColumnShown,
    ImportPreview,
    RowShown,
)
from matchmaker.model.mapping import HEADER_CHARS_MAX, RULES_MAX, Rule
from matchmaker.model.text import clean_text


def preview_of(
    sheet: Sheet, *, given: Mapping[str, str] | None = None, rules: Sequence[Rule] | None = None, rows_max: int
) -> ImportPreview:
    """A look at a sheet: by `rules`, else as `given`, else as suggested. Where that cannot be, `errors` says why."""
    suggestion = suggestion_of(sheet)
    if rules is None and not given and suggestion.rules:
        rules = suggestion.rules
    table, meant, said = _tried(sheet, given, rules, rows_max)
    errors = [*said, *table.errors]
    return ImportPreview(
        form=sheet.form,
        sheet=sheet.name,
        sheets=sheet.sheets[:SHEETS_MAX],
        tool=suggestion.tool,
        columns=_columns(sheet),
        suggested=suggestion.rules[:RULES_MAX],
        rules=meant[:RULES_MAX],
        rows=[RowShown(row=one.row, line=one.line, attendee=one.attendee) for one in table.rows[:ROWS_SHOWN_MAX]],
        row_count=len(table.rows),
        failed=len(table.failed),
        error_count=len(errors),
        errors=errors[:ERRORS_SHOWN_MAX],
        notes=table.notes,
    )


def _tried(
    sheet: Sheet, given: Mapping[str, str] | None, rules: Sequence[Rule] | None, rows_max: int
) -> tuple[Table, list[Rule], list[RowError]]:
    try:
        meant, said = rules_for(sheet, given=given, rules=rules)
        return table_of(sheet, meant, rows_max=rows_max), meant, said
    except Unusable as refused:
        nobody = Table(rows=[], errors=list(sheet.said), notes={}, header=sheet.header, failed=[])
        words = " ".join(filter(None, (refused.detail, refused.cure)))
        return nobody, [], [about_file(refused.code, words)]


def _columns(sheet: Sheet) -> list[ColumnShown]:
    return [_column(sheet, index, header, nth) for index, (header, nth) in enumerate(numbered(sheet.header))]


def _column(sheet: Sheet, index: int, header: str, nth: int) -> ColumnShown:
    values = values_of(sheet, index)
    return ColumnShown(
        header=header[:HEADER_CHARS_MAX],
        nth=nth,
        letters=letters_of(index),
        filled=len(values),
        samples=[clean_text(value)[:SAMPLE_CHARS_MAX] for value in values[:SAMPLES_MAX]],
    )
