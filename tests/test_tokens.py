"""API keys: unique, recognisable, and refused after any slip of one character. Links: unique, and their association's."""

import random
import re
import uuid

import pytest

from matchmaker import tokens
from matchmaker.tokens import API_KEY_PATTERN, DIGITS, new_api_key, new_link, read_api_key, read_link

ASSOCIATION = "4f9c1c1e-2b0a-4a57-8d0a-0123456789ab"
EDITS = [*DIGITS, "-", "_", " ", "é", "\x00"]


def test_a_key_says_whose_it_is() -> None:
    for association_id in (ASSOCIATION, str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))):
        new = new_api_key(association_id)
        shown = read_api_key(new.text)
        assert shown is not None
        assert (shown.association_id, shown.public_id, shown.secret_hash) == (
            association_id,
            new.public_id,
            new.secret_hash,
        )


def test_a_key_has_the_published_pattern() -> None:
    for kind in tokens.KINDS:
        key = new_api_key(ASSOCIATION, kind=kind).text
        assert re.fullmatch(API_KEY_PATTERN, key)
        assert key.startswith(f"mm_{kind}_")


def test_any_one_character_edit_is_refused() -> None:
    key = new_api_key(ASSOCIATION).text
    changed = [key[:at] + edit + key[at + 1 :] for at in range(len(key)) for edit in EDITS if edit != key[at]]
    longer = [key[:at] + edit + key[at:] for at in range(len(key) + 1) for edit in EDITS]
    shorter = [key[:at] + key[at + 1 :] for at in range(len(key))]
    assert read_api_key(key) is not None
    assert [edited for edited in changed + longer + shorter if read_api_key(edited) is not None] == []


def test_swapped_neighbours_are_refused() -> None:
    key = new_api_key(ASSOCIATION).text
    swapped = [key[:at] + key[at + 1] + key[at] + key[at + 2 :] for at in range(len(key) - 1) if key[at] != key[at + 1]]
    assert [edited for edited in swapped if read_api_key(edited) is not None] == []


def test_what_is_no_key_is_refused() -> None:
    rng = random.Random(1)
    for text in ("", "mm_live_", "mm_live_" + "0" * 30 + "_" + "0" * 38, new_api_key(ASSOCIATION).text + "\n"):
        assert read_api_key(text) is None
    for _ in range(1_000):
        assert (
            read_api_key("mm_live_" + "".join(rng.choices(DIGITS, k=30)) + "_" + "".join(rng.choices(DIGITS, k=38)))
            is None
        )


def test_an_association_beyond_128_bits_is_refused() -> None:
    unchecked = "mm_live_" + "z" * 22 + "a" * 8 + "_" + "a" * 32
    assert read_api_key(unchecked + tokens._check(unchecked)) is None


def test_keys_are_unique_and_secrets_have_more_than_160_bits() -> None:
    keys = {new_api_key(ASSOCIATION).text for _ in range(10_000)}
    assert len(keys) == 10_000
    assert len(DIGITS) ** tokens.SECRET_CHARS > 2**160


@pytest.mark.full
def test_a_hundred_thousand_keys_are_unique() -> None:
    assert len({new_api_key(ASSOCIATION).text for _ in range(100_000)}) == 100_000


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="A key is one of"):
        new_api_key(ASSOCIATION, kind="prod")


def test_what_is_kept_does_not_hold_the_secret() -> None:
    new = new_api_key(ASSOCIATION)
    assert new.secret_hash == tokens.hash_of(new.text)
    assert new.last_four == new.text[-4:]
    assert tokens.is_same(new.secret_hash, tokens.hash_of(new.text))
    assert not tokens.is_same(new.secret_hash, tokens.hash_of(new.text + "x"))


def test_a_links_token_says_whose_it_is_and_is_never_the_same() -> None:
    for association_id in (ASSOCIATION, str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))):
        new = new_link(association_id)
        shown = read_link(new.text)
        assert shown is not None
        assert (shown.association_id, shown.public_id, shown.secret_hash) == (
            association_id,
            new.public_id,
            new.secret_hash,
        )
    assert len({new_link(ASSOCIATION).text for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    "text",
    ["", "a", "z" * 77, "é" * 77, new_link(ASSOCIATION).text[1:], new_link(ASSOCIATION).text + "a"],
    ids=["nothing", "one letter", "another's", "accents", "too short", "too long"],
)
def test_what_is_no_links_token_is_refused(text: str) -> None:
    assert read_link(text) is None
