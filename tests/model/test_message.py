"""What of a server's refusal may be kept."""

import pytest

from matchmaker.model.message import without_address


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<ada@example.org>: unknown", "<…>: unknown"),
        ("User ADA at Example.ORG unknown,\r\nask bob@other.example", "User … at … unknown, ask …"),
        ("ada@example.org", "…"),
        ("", "…"),
        ("x" * 2_000, "x" * 1_000),
    ],
)
def test_of_the_words_no_address_is_kept(said: str, kept: str) -> None:
    assert without_address(said, "ada@example.org") == kept
