"""A mapping says which column goes into which field, in which rows; what no rule takes is kept."""

import pytest

from matchmaker.intake import csv, mapping_file, meaning
from matchmaker.intake.mapping import IN_WORDS, NEEDED
from matchmaker.intake.table import Table, Unusable
from matchmaker.matching.kinds import kind_of
from matchmaker.model.attendee import ImportRow
from matchmaker.model.goal import GIVING, GoalKind
from matchmaker.model.mapping import Condition, Field, MappingInput, Rule, faults_of

MENTOR = Condition(column="Mentor or mentee?", is_one_of=["Mentor"])
MENTEE = Condition(column="Mentor or mentee?", is_one_of=["Mentee"])
MENTORING = [
    Rule(field=Field.NAME, column="Surname, first name", separator=",", part=2),
    Rule(field=Field.NAME, column="Surname, first name", separator=",", part=1),
    Rule(field=Field.OFFERS, column="Topics", separator=",", when=MENTOR, kind=GoalKind.MENTOR),
    Rule(field=Field.SEEKS, column="Topics", separator=",", when=MENTEE, kind=GoalKind.FIND_MENTOR),
    Rule(field=Field.GROUPS, constant="Mentoring 2026"),
]
FORM = (
    'Mentor or mentee?,Topics,"Surname, first name"\n'
    'mentor ,"steel, glass","Lovelace, Ada"\n'
    'Mentee,steel,"Hopper, Grace"\n'
    'neither,paint,"Noether, Emmy"\n'
)


def read(text: str, rules: list[Rule]) -> Table:
    return meaning.read(csv.sheet_of(text.encode(), rows_max=1_000), rules=rules, rows_max=100)


def only(text: str, rules: list[Rule]) -> ImportRow:
    (row,) = read(text, rules).rows
    return row.attendee


def test_what_a_row_means_may_depend_on_another_of_its_cells() -> None:
    ada, grace, emmy = (row.attendee for row in read(FORM, MENTORING).rows)
    assert (ada.name, ada.offers, ada.seeks) == (
        "Ada Lovelace",
        ["I offer mentoring in steel", "I offer mentoring in glass"],
        [],
    )
    assert (grace.name, grace.offers, grace.seeks) == ("Grace Hopper", [], ["Looking for a mentor: steel"])
    assert (emmy.offers, emmy.seeks, emmy.groups) == ([], [], ["Mentoring 2026"])


def test_what_no_rule_takes_of_a_row_is_kept_with_it() -> None:
    ada, _, emmy = (row.attendee.extra for row in read(FORM, MENTORING).rows)
    assert ada == {"Mentor or mentee?": "mentor ", "Surname, first name": "Lovelace, Ada"}
    assert emmy == {"Mentor or mentee?": "neither", "Surname, first name": "Noether, Emmy", "Topics": "paint"}


def test_several_columns_fill_one_list_in_the_order_of_the_rules() -> None:
    rules = [Rule(field=Field.SEEKS, column="wish"), Rule(field=Field.SEEKS, column="goal")]
    rows = read("goal,wish,name\na | b,c,Ada\n", [*rules, Rule(field=Field.NAME, column="name")]).rows
    assert rows[0].attendee.seeks == ["c", "a", "b"]


def test_of_columns_of_one_name_each_can_be_meant() -> None:
    rules = [Rule(field=Field.NAME, column="Name"), Rule(field=Field.ORGANISATION, column="company", nth=2)]
    ada = only("Name,Company,COMPANY \nAda,Home,Example Ltd\n", rules)
    assert (ada.organisation, ada.extra) == ("Example Ltd", {"Company": "Home"})


def test_a_kind_is_put_into_words_of_each_entry() -> None:
    rules = [Rule(field=Field.NAME, column="n"), Rule(field=Field.OFFERS, column="o", kind=GoalKind.TEACH)]
    assert only("n,o\nAda,chess; go\n", rules).offers == ["I can teach chess", "I can teach go"]


def test_the_words_of_a_kind_are_read_as_that_kind() -> None:
    assert set(IN_WORDS) == set(GoalKind)
    silent = {GoalKind.EXPLORE, GoalKind.PEER_SUPPORT}  # of these no word stands for itself
    for kind in set(GoalKind) - silent:
        assert kind_of(IN_WORDS[kind].format("robotics"), sought=kind not in GIVING) is kind


def test_an_error_names_the_columns_as_the_file_does() -> None:
    rules = [Rule(field=Field.NAME, column="Wer"), Rule(field=Field.QUOTA, column="Wie viele")]
    table = read("Wer,Wie viele\nAda,viele\n", rules)
    assert [(error.row, error.line, error.column, error.code) for error in table.errors] == [
        (1, 2, "Wie viele", "quota_invalid")
    ]
    twice = read(
        "Nr,Wer\n7,Ada\n7,Eve\n", [Rule(field=Field.NAME, column="Wer"), Rule(field=Field.EXTERNAL_ID, column="Nr")]
    )
    assert [(error.column, error.code) for error in twice.errors] == [("Nr", "external_id_twice")]


def test_a_column_the_file_has_not_is_told_and_the_rest_read() -> None:
    table = read("Name\nAda\n", [Rule(field=Field.NAME, column="Name"), Rule(field=Field.SEEKS, column="Wish")])
    assert [row.attendee.name for row in table.rows] == ["Ada"]
    assert [(error.row, error.column, error.code, error.kept) for error in table.errors] == [
        (0, "Wish", "column_missing", True)
    ]


def test_rules_that_name_nobody_and_nothing_are_refused() -> None:
    with pytest.raises(Unusable) as refused:
        read("a\nx\n", [Rule(field=Field.QUOTA, column="a")])
    assert refused.value.code == "no_header"
    assert all(name in (refused.value.cure or "") for name in NEEDED)


def test_the_column_that_says_what_was_wrong_is_nobodys() -> None:
    assert only("name,error\nAda,The quota is wrong.\n", [Rule(field=Field.NAME, column="name")]).extra == {}
    assert only("error,name\nx,Ada\n", [Rule(field=Field.NAME, column="name")]).extra == {"error": "x"}


def test_rules_that_contradict_themselves_are_named() -> None:
    rules = [
        Rule(field=Field.NAME),
        Rule(field=Field.NAME, column="a", constant="b"),
        Rule(field=Field.NAME, column="a", part=2),
        Rule(field=Field.NAME, constant="a", separator=","),
        Rule(field=Field.NAME, column="a", kind=GoalKind.HIRE),
        MENTORING[0],
    ]
    assert [(number, part) for number, part, _, _ in faults_of(rules)] == [
        (0, "column"),
        (1, "column"),
        (2, "part"),
        (3, "separator"),
        (4, "kind"),
    ]


def test_a_mapping_survives_its_file() -> None:
    odd = Rule(field=Field.SEEKS, column='Say "what"\\how', constant=None, nth=3)
    mapping = MappingInput(name="Our form", rules=[*MENTORING, odd])
    assert mapping_file.read(mapping_file.written(mapping).encode(), toml=True) == mapping
    as_json = b'{"name": "a", "rules": [{"field": "name", "column": "Wer"}]}'
    assert mapping_file.read(as_json, toml=False).rules == [Rule(field=Field.NAME, column="Wer")]


@pytest.mark.parametrize(
    "data", [b"", b"name = 1", b"\xff", b'name = "a"\nrules = []', b'name = "a"\n[[rules]]\nfield = "name"\n']
)
def test_a_file_that_is_no_mapping_is_refused(data: bytes) -> None:
    with pytest.raises(Unusable, match=r"mapping|Rule 1"):
        mapping_file.read(data, toml=True)
