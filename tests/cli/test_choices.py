"""The organiser's choices: a policy, what the command line says above it, a programme, and what does not go together."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matchmaker.cli.choices import READ_BY, check_read, policy_of, programme_of
from matchmaker.errors import Invalid
from matchmaker.intake.programme import Programme, Slot, Table
from matchmaker.model.policy import GroupRule, Policy, Prefer, Preference, Trait
from matchmaker.model.run import Format

RULES = """
topic_hosts = "hosts"

[[group_rules]]
sender = "sponsors"
receiver = "*"

[[group_rules]]
sender = "sponsors"
receiver = "speakers"
allowed = true

[[preferences]]
trait = "sector"
prefer = "different"
weight = 0.3

[[preferences]]
trait = "language"
prefer = "alike"
"""
UNSAID: dict[str, Any] = dict.fromkeys(READ_BY)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        (tmp_path / "it.toml").write_text(text, "utf-8")
        return tmp_path / "it.toml"

    return written


def test_group_rules_and_preferences_are_arrays_of_tables(file: Callable[[str], Path]) -> None:
    assert policy_of(file(RULES), {}) == Policy(
        topic_hosts="hosts",
        group_rules=[
            GroupRule(sender="sponsors", receiver="*"),
            GroupRule(sender="sponsors", receiver="speakers", allowed=True),
        ],
        preferences=[
            Preference(trait=Trait.SECTOR, prefer=Prefer.DIFFERENT, weight=0.3),
            Preference(trait=Trait.LANGUAGE, prefer=Prefer.ALIKE),
        ],
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[group_rules]]\nsender = 'a'\n", "receiver"),
        ("[[group_rules]]\nsender = 'a'\nreceiver = 'b'\nallow = true\n", "allow"),
        ("[[preferences]]\ntrait = 'shoes'\nprefer = 'alike'\n", "shoes"),
        ("[[preferences]]\ntrait = 'sector'\nprefer = 'alike'\nweight = 2\n", "weight"),
        ("inclusion = nan\n", "inclusion"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_by_its_name(file: Callable[[str], Path], text: str, words: str) -> None:
    with pytest.raises(Invalid, match=f"it.toml is not a policy: .*{words}"):
        policy_of(file(text), {})


def test_what_is_said_stands_above_the_policy_and_what_is_unsaid_does_not(file: Callable[[str], Path]) -> None:
    policy = policy_of(file("rounds = 4\nleast = 2\n"), {"rounds": 3, "least": None, "inclusion": 0.0})
    assert policy == Policy(rounds=3, least=2, inclusion=0.0)


def test_without_files_all_is_as_it_is_by_default() -> None:
    assert policy_of(None, {"rounds": None}) == Policy()
    assert programme_of(None) == Programme()


def test_a_programme_is_read(file: Callable[[str], Path]) -> None:
    assert programme_of(file("[[slot]]\nnumber = 1\n")) == Programme(slots=[Slot(number=1)])


@pytest.mark.parametrize(
    ("format", "said"),
    [
        (Format.INTRODUCTIONS, {}),
        (Format.ROUNDS, {"rounds": 2, "tables_most": 2}),
        (Format.TABLES, {"rounds": 2, "tables_most": 2, "table_seats": 4}),
        (Format.SETS, {"rounds": 2}),
    ],
)
def test_what_a_format_reads_may_be_said(format: Format, said: dict[str, int]) -> None:
    check_read(format, UNSAID | said, Programme())


@pytest.mark.parametrize(
    ("format", "said", "given", "words"),
    [
        (
            Format.INTRODUCTIONS,
            {"rounds": 2},
            Programme(),
            "--rounds says nothing of introductions.*--format rounds or --f",
        ),
        (
            Format.ROUNDS,
            {"table_seats": 4},
            Programme(),
            "--seats says nothing of rounds.*Add --format tables, or leave",
        ),
        (Format.SETS, {"tables_most": 4}, Programme(), "--tables says nothing of sets"),
        (Format.ROUNDS, {"rounds": 2}, Programme(slots=[Slot(number=1)]), "Both --rounds and the programme's slots"),
        (Format.ROUNDS, {"tables_most": 2}, Programme(tables=[Table(number=1)]), "Both --tables and .* tables"),
        (Format.TABLES, {"table_seats": 4}, Programme(tables=[Table(number=1)]), "Leave out --seats, or the tables"),
        (Format.INTRODUCTIONS, {}, Programme(slots=[Slot(number=1)]), "A programme says nothing of introductions"),
    ],
)
def test_what_it_does_not_read_is_refused_with_the_cure(
    format: Format, said: dict[str, int], given: Programme, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_read(format, UNSAID | said, given)
    assert re.search(words, f"{refused.value.detail} {refused.value.cure}")
