"""One is said as one: no page, letter or line of the terminal says “1 people”."""

import re
from string import Formatter

import pytest

from matchmaker.mail import phrases as letters
from matchmaker.matching.unmatched import FAULTS, PROMISE_REASONS, REASONS
from matchmaker.model.counting import COUNTING, counted
from matchmaker.model.whatif import Rule
from matchmaker.web.phrases import words_of
from tests.house.tree import ROOT

MANY = {
    "en": (
        "answers asks attendees circles codes colleagues columns connectors days decisions events files groups hours invitations "
        "introductions letters lines meetings messages minutes months organisations pages pairings pairs people persons pins "
        "places points questions requests rounds rows seats sessions sets tables things times topics weeks are were have know"
    ),
    "de": (
        "Anliegen Antworten Begriffe Briefe Codes Dateien Entscheidungen Fragen Gesuche Gruppen Leute Menschen Minuten Monate "
        "Nachrichten Organisationen Paare Paaren Personen Plätze Plätzen Punkte Punkten Runden Seiten Spalten Stunden Tage Tagen "
        "Teilnehmende Teilnehmenden Termine Tische Tischen Treffen Veranstaltungen Vorstellungen Wochen Zeilen sind haben waren"
    ),
}
NAMES = frozenset(["event_name", "first", "name", "names", "other", "others", "presenter", "second", "sender", "to"])
NOUNS = "|".join(one for one in MANY["en"].split() if one.endswith("s") or one == "people")
WITH_NUMBER = re.compile(rf"\{{(?:len\()?[\w.]+\)?(?::,)?\}} (?:{NOUNS})\b")


class One(dict[str, object]):
    """A 1 in place of each number, and a name in place of what is none."""

    def __missing__(self, name: str) -> object:
        return "Ada" if name in NAMES else 1


def said_of_one(text: str) -> str:
    """The text with a 1 in place of each of its numbers."""
    return COUNTING.vformat(text, (), One())


def wrong(language: str, text: str) -> bool:
    """Whether it says many of one; “1 of 100 people” it may."""
    many = "|".join(MANY[language].split())
    return bool(re.search(rf"(?<![\w.])1 (?:{many})\b", said_of_one(text)))


@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_say_one_as_one(language: str) -> None:
    texts = {key: one for key, one in words_of(language).items() if isinstance(one, str)}
    assert {key: said_of_one(one) for key, one in texts.items() if wrong(language, one)} == {}


@pytest.mark.parametrize("language", ["en", "de"])
def test_letters_say_one_as_one(language: str) -> None:
    texts = {
        f"{kind}.{key}": one
        for kind, phrases in letters.phrases(language).items()
        for key, one in phrases.items()
        if isinstance(one, str) and f"{key}_one" not in phrases
    }
    assert {key: said_of_one(one) for key, one in texts.items() if wrong(language, one)} == {}


def test_the_terminal_counts_by_what_knows_how_to() -> None:
    found = {
        f"{file.name}: {hit}"
        for file in sorted((ROOT / "matchmaker" / "cli").glob("*.py"))
        for hit in WITH_NUMBER.findall(file.read_text("utf-8"))
    }
    assert found == set()
    assert (counted(1, "row", "rows"), counted(0, "row", "rows"), counted(2000, "row", "rows")) == (
        "1 row", "0 rows", "2,000 rows",
    )  # fmt: skip


def test_a_text_that_says_many_of_one_would_be_found() -> None:
    assert (wrong("en", "{n} people came"), wrong("en", "{n} {n:|person|people} came")) == (True, False)
    assert (wrong("de", "an {n} Personen"), wrong("de", "an {n} {n:|Person|Personen}")) == (True, False)
    assert WITH_NUMBER.search('f"{len(found)} rows"') is not None
    assert WITH_NUMBER.search('f"{report.people} people"') is not None


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_remark_and_reason_of_a_run_has_words_of_ours(language: str) -> None:
    said = words_of(language)
    remarks = {*FAULTS, *(f"blocked_by_{rule.value}" for rule in Rule)}
    assert [code for code in sorted(remarks) if f"organiser.remark.{code}" not in said] == []
    assert [code for code in sorted(REASONS) if f"organiser.unmatched.{code}" not in said] == []
    assert [code for code in sorted(PROMISE_REASONS) if f"organiser.shortfall.{code}" not in said] == []


def test_places_are_plain_names() -> None:
    """So that a text cannot reach into what is put into it."""
    for language in MANY:
        for key, text in words_of(language).items():
            names = [name for _, name, _, _ in Formatter().parse(text) if name] if isinstance(text, str) else []
            assert all(name.isidentifier() for name in names), key
