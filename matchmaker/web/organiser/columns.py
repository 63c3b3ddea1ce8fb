"""What the columns of a file are taken to be, as a form: a choice for each column, and beside them rules of their own.

A plain rule fills one field from one column, whatever else the row holds; the first of a column is what its choice shows. All
others (a rule that holds in some rows only, a constant, a second field of one column) stand in a list and can be taken away.
"""

from collections.abc import Sequence

from msgspec import Struct

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.intake.sheet import folded_header
from matchmaker.model.attendee_import import ColumnShown, ImportPreview
from matchmaker.model.mapping import CHOICES_MAX, HEADER_CHARS_MAX, RULES_MAX, WORDS, Condition, Field, Rule
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.web.forms import Form

COLUMNS_SHOWN_MAX = 40
LISTS = (*WORDS, Field.LANGUAGES, Field.GROUPS)
COMMA = ","


class Choice(Struct, frozen=True, kw_only=True):
    """A column, its place from 0, and the plain rule that takes it, if one does."""

    index: int
    column: ColumnShown
    rule: Rule | None

    @property
    def is_list(self) -> bool:
        return self.rule is not None and self.rule.field in LISTS


class Own(Struct, frozen=True, kw_only=True):
    """A rule that no column's choice shows, and its place among all rules."""

    number: int
    rule: Rule


def choices_of(preview: ImportPreview, rules: Sequence[Rule]) -> list[Choice]:
    """A choice for each column that has a name and holds anything."""
    plain = _plain(rules)
    return [
        Choice(index=index, column=column, rule=rules[number] if number is not None else None)
        for index, column in enumerate(preview.columns)
        if column.header and column.filled
        for number in (plain.get(_key(column.header, column.nth)),)
    ]


def own_rules_of(rules: Sequence[Rule]) -> list[Own]:
    """The rules that no choice shows."""
    shown = set(_plain(rules).values())
    return [Own(number=number, rule=rule) for number, rule in enumerate(rules) if number not in shown]


def chosen(form: Form, preview: ImportPreview, rules: Sequence[Rule]) -> list[Rule]:
    """The rules as the form's choices have them; columns that it does not speak of stay. Raises `InvalidFields`."""
    plain, after = _plain(rules), list[Rule | None](rules)
    for index, column in enumerate(preview.columns):
        if f"column-{index}" not in form.fields:
            continue
        number = plain.get(_key(column.header, column.nth))
        before = None if number is None else rules[number]
        rule = _choice(form, index, column, before)
        if number is not None:
            after[number] = rule
        elif rule is not None:
            after.append(rule)
    return [rule for rule in after if rule is not None][:RULES_MAX]


def added(form: Form, preview: ImportPreview, rules: Sequence[Rule]) -> list[Rule]:
    """The rules with one more, which holds only where a column says some words. Raises `InvalidFields`."""
    source, when = (_column(form, name, preview) for name in ("source", "when"))
    words = [part.strip()[:LINE_CHARS_MAX] for part in form.line("is").split(COMMA) if part.strip()][:CHOICES_MAX]
    field = next((one for one in Field if one.value == form.line("field")), None)
    problems = [
        FieldError(f"/{name}", "empty", "")
        for name, value in (("source", source), ("field", field), ("when", when), ("is", words))
        if not value
    ]
    if len(rules) >= RULES_MAX:
        problems.append(FieldError("/source", "rules_too_many", ""))
    if problems or source is None or when is None or field is None:
        raise InvalidFields(problems)
    condition = Condition(column=when.header, nth=when.nth, is_one_of=words)
    return [*rules, Rule(field=field, column=source.header, nth=source.nth, when=condition)]


def _choice(form: Form, index: int, column: ColumnShown, before: Rule | None) -> Rule | None:
    field = next((one for one in Field if one.value == form.line(f"column-{index}")), None)
    if field is None or not 1 <= len(column.header) <= HEADER_CHARS_MAX:
        return None
    kept = before if before is not None and before.field is field else None
    separator = kept.separator if kept else None
    if f"apart-shown-{index}" in form.fields and kept is not None:
        separator = (separator or COMMA) if form.line(f"apart-{index}") else None
    return Rule(
        field=field,
        column=column.header,
        nth=column.nth,
        separator=separator,
        part=kept.part if kept and separator else None,
        kind=kept.kind if kept else None,
    )


def _plain(rules: Sequence[Rule]) -> dict[tuple[str, int], int]:
    """The number of the first plain rule of each column."""
    found: dict[tuple[str, int], int] = {}
    for number, rule in enumerate(rules):
        if rule.column is not None and rule.when is None:
            found.setdefault(_key(rule.column, rule.nth), number)
    return found


def _key(header: str, nth: int) -> tuple[str, int]:
    return folded_header(header), nth


def _column(form: Form, name: str, preview: ImportPreview) -> ColumnShown | None:
    text = form.line(name)
    if not (text.isascii() and text.isdigit() and len(text) < 5) or int(text) >= len(preview.columns):
        return None
    column = preview.columns[int(text)]
    return column if column.header else None
