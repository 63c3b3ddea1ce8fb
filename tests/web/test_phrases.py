"""Both languages say the same things, and every template asks for words that are there."""

import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest

from matchmaker import web
from matchmaker.model.counting import COUNTING
from matchmaker.web.phrases import LANGUAGES, language_of, phrases, words_of, zone

WEB = Path(web.__file__).parent
TEMPLATES = {str(one): one.read_text("utf-8") for one in WEB.joinpath("templates").rglob("*.html")}
MODULES = {str(one): one.read_text("utf-8") for one in WEB.rglob("*.py")}


def places(words: object) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name} if isinstance(words, str) else set()


def test_both_languages_have_the_same_keys_and_places() -> None:
    english, german = (words_of(language) for language in LANGUAGES)
    assert english.keys() == german.keys()
    assert {key for key in english if places(english[key]) != places(german[key])} == set()
    assert all(
        words and words != german[key] for key, words in english.items() if isinstance(words, str) and len(words) > 30
    )


def test_every_key_a_template_names_has_words() -> None:
    named = {key for text in TEMPLATES.values() for key in re.findall(r'\bt\("([a-z_.]+)"[,)]', text)}
    assert len(named) > 80
    assert named - words_of("en").keys() == set()


def test_every_word_is_said_somewhere() -> None:
    text = " ".join((*TEMPLATES.values(), *MODULES.values()))
    made = set(re.findall(r't\(\s*(?:"([a-z_.]+)" ~|f"([a-z_.]+)\{)', text))
    made = {one or other for one, other in made} | {"verify.", "enter.", "trouble.", "date.", "organiser.event."}
    made |= {"organiser.letter_phrase."}
    unsaid = [key for key in words_of("en") if f'"{key}"' not in text and not key.startswith(tuple(made))]
    assert unsaid == []


@pytest.mark.parametrize(
    ("spoken", "accepted", "language"),
    [
        ([], "", "en"),
        ([], "de", "de"),
        ([], "fr,de;q=0.5,en;q=0.9", "en"),
        ([], "de;q=0,en;q=0.1", "en"),
        ([], "de;q=x, *;q=0.1", "en"),
        (["fr", "de-AT"], "en", "de"),
        (["fr"], "de", "de"),
        ([], "de" * 10_000, "de"),
    ],
)
def test_the_language_is_ones_own_then_the_browsers(spoken: list[str], accepted: str, language: str) -> None:
    assert language_of(spoken, accepted) == language


def test_an_hour_is_said_where_the_event_is() -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert phrases("en").hour(at, "Europe/Berlin") == "Friday 1 January, 00:30"
    assert phrases("de").hour(at, "America/New_York") == "Donnerstag, 31. Dezember, 18:30 Uhr"
    assert phrases("en").hour(at, "Nowhere/At all") == "Thursday 31 December, 23:30"
    assert zone("../../etc/passwd").key == "UTC"


@pytest.mark.parametrize(("people", "said"), [(0, "0 people are"), (1, "1 person is"), (21, "21 people are")])
def test_one_is_not_said_as_many(people: int, said: str) -> None:
    assert COUNTING.format("{people} {people:|person is|people are}", people=people) == said
