"""Rules → the cells that go into each field of a row: columns are found by their headers, and what no rule takes is kept."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from matchmaker.intake.fields import COLUMNS, COLUMNS_EXTRA_MAX, entries, target_of, without_guard
from matchmaker.intake.sheet import folded_header, letters_of, shown_header
from matchmaker.intake.table import Unusable
from matchmaker.model.goal import GoalKind
from matchmaker.model.mapping import WORDS, Field, Rule
from matchmaker.model.text import LINE_CHARS_MAX, TEXT_CHARS_MAX, clean_line, without_forbidden

ERROR_COLUMN = "error"
IDENTIFYING = ("external_id", "name", "email")
NEEDED = (*IDENTIFYING, *(field.value for field in WORDS))
# A profile has no place for a kind of goal: it is told in words, which matching reads like anybody's own. Of thirty ways to say
# who mentors and who seeks a mentor, tried on a real programme's answers, these brought the two together best.
IN_WORDS = {
    GoalKind.BE_HIRED: "Available for work: {}",
    GoalKind.BUY: "Looking to buy: {}",
    GoalKind.EXPLORE: "Open to new ideas: {}",
    GoalKind.FIND_MENTOR: "Looking for a mentor: {}",
    GoalKind.HIRE: "Hiring: {}",
    GoalKind.INVEST: "I invest in {}",
    GoalKind.LEARN: "I would like to learn {}",
    GoalKind.MENTOR: "I offer mentoring in {}",
    GoalKind.PARTNER: "Looking for a partner: {}",
    GoalKind.PEER_SUPPORT: "Looking for peer support: {}",
    GoalKind.RAISE: "Raising funding: {}",
    GoalKind.SELL: "We sell {}",
    GoalKind.SPEAK: "Looking for a speaker: {}",
    GoalKind.TEACH: "I can teach {}",
}


class Bound(Struct, frozen=True, kw_only=True):
    """A rule and where its columns stand in this file."""

    rule: Rule
    column: int | None
    when: int | None


class Plan(Struct, frozen=True, kw_only=True):
    """What becomes of each column; `missing` names the headers that the rules speak of and the file has not."""

    names: list[str]
    bound: list[Bound]
    missing: list[str]

    def columns_of(self, field: str) -> list[int]:
        """Where the columns stand that fill a field."""
        return sorted({one.column for one in self.bound if one.rule.field.value == field and one.column is not None})

    def place_of(self, field: str, line: int) -> str:
        """The cell that fills a field in a line, as `C5`; none where several do, or none."""
        columns = self.columns_of(field)
        return f"{letters_of(columns[0])}{line}" if len(columns) == 1 else ""

    def taken(self) -> set[int]:
        """The columns that some rule puts into a field."""
        return {one.column for one in self.bound if one.column is not None}


def plan_of(header: Sequence[str], rules: Sequence[Rule]) -> Plan:
    """Where the columns that `rules` speak of stand. Raises `Unusable` where nothing would name anybody or say anything."""
    places: dict[tuple[str, int], int] = {}
    seen: Counter[str] = Counter()
    for index, name in enumerate(header):
        seen[folded_header(name)] += 1
        places[folded_header(name), seen[folded_header(name)]] = index
    bound, missing = [], []
    for rule in rules:
        wanted = [(rule.column, rule.nth)] + ([(rule.when.column, rule.when.nth)] if rule.when else [])
        lacking = [name for name, nth in wanted if name is not None and (folded_header(name), nth) not in places]
        missing += lacking
        if not lacking:
            column = None if rule.column is None else places[folded_header(rule.column), rule.nth]
            when = None if rule.when is None else places[folded_header(rule.when.column), rule.when.nth]
            bound.append(Bound(rule=rule, column=column, when=when))
    if not any(one.rule.field.value in NEEDED for one in bound):
        raise Unusable(
            "no_header",
            f"None of the columns is known; the first line {_reads(list(header))}.",
            cure=f"Begin with a header line that names at least one of {', '.join(NEEDED)}, or map your own columns to them.",
        )
    return Plan(names=extra_names(header), bound=bound, missing=list(dict.fromkeys(missing)))


def own_rules(header: Sequence[str], given: Mapping[str, str]) -> list[Rule]:
    """What our own names for columns say, and `given` above them: `{"abstracts": "offers+interests"}`.

    Raises `Unusable` where `given` names a column or a field that is none.
    """
    by_name = {target_of(source): target for source, target in given.items()}
    _check_given(header, given)
    taken = {target for targets in by_name.values() for target in targets.split("+")}
    seen: Counter[str] = Counter()
    rules: list[Rule] = []
    for name in header:
        folded, target = folded_header(name), target_of(name)
        seen[folded] += 1
        fields = by_name[target].split("+") if target in by_name else [target]
        if target not in by_name and (target not in COLUMNS or target in taken):
            continue
        taken.update(fields)
        rules += [Rule(field=Field(field), column=clean_line(name), nth=seen[folded]) for field in fields]
    return rules


def cells_of(plan: Plan, cells: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """By field the cells that go into it, and what goes into none, by its column's name."""
    by_field: dict[str, list[str]] = defaultdict(list)
    cells = [*map(without_guard, cells), *[""] * (len(plan.names) - len(cells))]
    used: set[int] = set()
    for one in plan.bound:
        if one.when is not None and not _holds(one.rule, cells[one.when]):
            continue
        if one.column is not None and one.rule.part is None:
            used.add(one.column)
        by_field[one.rule.field.value] += _said(one, cells)
    extra: dict[str, str] = {}
    if has_error_column(plan.names):
        used.add(len(plan.names) - 1)
    for index, (name, cell) in enumerate(zip(plan.names, cells, strict=False)):
        if index not in used and name and cell.strip() and len(extra) < COLUMNS_EXTRA_MAX:
            extra[name] = without_forbidden(cell)[:TEXT_CHARS_MAX]
    return by_field, extra


def has_error_column(header: Sequence[str]) -> bool:
    """Whether the last column is the one in which we gave failed rows back: it says nothing of anybody."""
    return bool(header) and folded_header(header[-1]) == ERROR_COLUMN


def extra_names(header: Sequence[str]) -> list[str]:
    """The names under which unknown columns are kept; a repeated one gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for name in header:
        shown = " ".join(clean_line(name).split())[: LINE_CHARS_MAX - 10]
        seen[shown] += 1
        names.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
    return names


def with_columns_as(header: Sequence[str], rules: Sequence[Rule]) -> list[Rule]:
    """The rules with their columns written as the file's header writes them."""
    written = {folded_header(name): clean_line(name) for name in reversed(header)}
    return [
        structs.replace(rule, column=written.get(folded_header(rule.column), rule.column)) if rule.column else rule
        for rule in rules
    ]


def _holds(rule: Rule, cell: str) -> bool:
    return rule.when is not None and folded_header(cell) in map(folded_header, rule.when.is_one_of)


def _said(one: Bound, cells: Sequence[str]) -> list[str]:
    """The texts that a rule takes from a row."""
    if one.column is None:
        return [_with_kind(one.rule, one.rule.constant or "")]
    cell = cells[one.column]
    if not cell.strip():
        return []
    parts = [cell] if one.rule.separator is None else [part.strip() for part in cell.split(one.rule.separator)]
    if one.rule.part is not None:
        parts = parts[one.rule.part - 1 : one.rule.part]
    if one.rule.kind is not None:
        parts = [entry for part in parts for entry in entries(part)]
    return [_with_kind(one.rule, part) for part in parts if part]


def _with_kind(rule: Rule, text: str) -> str:
    return text if rule.kind is None else IN_WORDS[rule.kind].replace("{}", text)


def _check_given(header: Sequence[str], given: Mapping[str, str]) -> None:
    headers = {target_of(name) for name in header}
    for source, target in given.items():
        if target_of(source) not in headers:
            raise Unusable(
                "map_source_unknown",
                f"There is no column {source!r}.",
                cure=f"The file has: {shown_header(list(header))}.",
            )
        for name in target.split("+"):
            if name not in COLUMNS:
                raise Unusable(
                    "map_target_unknown",
                    f"There is no field {name!r} to map to.",
                    cure=f"Choose of: {', '.join(COLUMNS)}.",
                )


def _reads(header: list[str]) -> str:
    shown = shown_header(header)
    return f"reads: {shown}" if shown else "is blank"
