"""The glossary's word and no other, a docstring on what the core offers, and modules one can read at a sitting."""

import ast
import re
import warnings
from collections.abc import Iterator

import pytest

from tests.house.tree import Module, modules

# A word that would name a second time what the glossary already names.
SYNONYMS = {
    "matchee": "attendee",
    "participant": "attendee",
    "delegate": "attendee",
    "invitee": "attendee",
    "registrant": "attendee",
    "conference": "event",
    "meetup": "event",
    "dyad": "pairing",
    "blacklist": "exclusion",
    "blocklist": "exclusion",
    "denylist": "exclusion",
    "organizer": "organiser",
    "organization": "organisation",
}
LINES_MAX = 350


def synonyms(module: Module) -> Iterator[str]:
    for line, identifier in _identifiers(module.tree):
        for word in _words(identifier):
            if meant := SYNONYMS.get(word) or SYNONYMS.get(word.removesuffix("s")):
                yield f"matchmaker/{module.name}:{line} {identifier}: say {meant}"


def _identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name


def _words(identifier: str) -> list[str]:
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", identifier).lower())


def undocumented(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if not name.startswith("_"):
                if not ast.get_docstring(node):
                    yield f"matchmaker/{module.name}:{node.lineno} {name}"


def test_identifiers_use_the_glossary() -> None:
    assert [breach for module in modules() for breach in synonyms(module)] == []


def test_what_the_core_offers_is_documented() -> None:
    assert [breach for module in modules("matching") for breach in undocumented(module)] == []


def test_every_module_says_what_it_is() -> None:
    assert [module.name for module in modules() if module.text.strip() and not ast.get_docstring(module.tree)] == []


def test_nine_modules_in_ten_can_be_read_at_a_sitting() -> None:
    lines = {module.name: module.text.count("\n") for module in modules()}
    long = {name: count for name, count in lines.items() if count > LINES_MAX}
    assert len(long) <= len(lines) / 10, long
    if long:
        warnings.warn(f"is there a second module in it? {long}", stacklevel=1)


@pytest.mark.parametrize("text", ["def match_participants(): ...", "class ConferenceRow: ...", "blocklist = 1"])
def test_a_synonym_is_seen(text: str) -> None:
    assert list(synonyms(Module("model/breach.py", text)))


def test_a_missing_docstring_is_seen() -> None:
    assert list(undocumented(Module("matching/breach.py", "def offered(): ...")))
