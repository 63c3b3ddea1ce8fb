"""A line carries several letters, and what is known after each dot is the same as on a line of its own."""

import asyncio

import pytest

from matchmaker.mail import smtp
from matchmaker.mail.smtp import Lines, Refused, Uncertain
from tests.mail.post_office import OK, opened
from tests.mail.test_smtp import Dot, a_letter

LETTERS = 5


async def sent(lines: Lines) -> str:
    """What became of one letter."""
    try:
        return await lines.send(a_letter(), before_dot=Dot())
    except (Refused, Uncertain) as error:
        return type(error).__name__


async def test_letters_share_a_line_and_each_arrives_once() -> None:
    async with opened() as office:
        lines = Lines(office.server())
        assert [await sent(lines) for _ in range(LETTERS)] == ["OK"] * LETTERS
    assert (office.lines, office.forgotten, len(office.taken)) == (1, LETTERS - 1, LETTERS)
    assert {one.content for one in office.taken} == {a_letter().as_bytes()}
    assert {tuple(one.rcpt_tos) for one in office.taken} == {("jonas.weidmann@example.org",)}


async def test_a_line_is_not_kept_for_ever() -> None:
    async with opened() as office:
        lines = Lines(office.server(), letters_max=2)
        assert [await sent(lines) for _ in range(LETTERS)] == ["OK"] * LETTERS
    assert office.lines == 3


async def test_letters_at_once_have_a_line_each() -> None:
    async with opened() as office:
        lines = Lines(office.server())
        assert await asyncio.gather(*(sent(lines) for _ in range(3))) == ["OK"] * 3
        assert await asyncio.gather(*(sent(lines) for _ in range(3))) == ["OK"] * 3
    assert (office.lines, len(office.taken)) == (3, 6)


@pytest.mark.parametrize("at_rset", ["drop", "silence", "421 4.3.2 Closing", "500 What?"])
async def test_a_kept_line_that_does_not_answer_harms_no_letter(at_rset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "READY_SECONDS_MAX", 0.2)
    async with opened(at_rset=at_rset) as office:
        lines = Lines(office.server())
        assert [await sent(lines) for _ in range(3)] == ["OK"] * 3
    assert (office.lines, len(office.taken)) == (3, 3)


@pytest.mark.parametrize(
    ("where", "answer", "outcome", "lines_made"),
    [
        ("at_rcpt", "550 5.1.1 No such user", "Refused", 1),
        ("at_dot", "451 4.3.0 Later", "Refused", 1),
        ("at_mail", "421 4.3.2 Closing", "Refused", 2),
        ("at_dot", "drop", "Uncertain", 2),
        ("at_dot", "299 Hm", "Uncertain", 2),
    ],
)
async def test_after_trouble_a_line_is_kept_only_if_all_was_answered(
    where: str, answer: str, outcome: str, lines_made: int
) -> None:
    async with opened() as office:
        lines = Lines(office.server())
        assert await sent(lines) == "OK"
        setattr(office, where, answer)
        assert await sent(lines) == outcome
        setattr(office, where, OK)
        assert await sent(lines) == "OK"
    assert office.lines == lines_made


async def test_a_letter_that_was_held_back_at_its_dot_is_not_taken_with_the_next() -> None:
    async def lost() -> None:
        raise LookupError

    async with opened() as office:
        lines = Lines(office.server())
        assert await sent(lines) == "OK"
        with pytest.raises(LookupError):
            await lines.send(a_letter(), before_dot=lost)
        assert await sent(lines) == "OK"
    assert (office.lines, len(office.taken)) == (2, 2)


async def test_an_idle_line_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.05)
    async with opened() as office:
        lines = Lines(office.server())
        assert await sent(lines) == "OK"
        await asyncio.sleep(0.2)
        assert await sent(lines) == "OK"
    assert (office.lines, office.forgotten) == (2, 0)
