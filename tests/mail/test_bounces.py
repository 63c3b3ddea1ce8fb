"""What comes back is understood: who will never get a letter again, who may, who complained, and who wrote themselves."""

import random

import pytest

from matchmaker.mail import bounces, samples
from matchmaker.mail.bounces import Kind
from matchmaker.mail.compose import compose
from tests.mail.comebacks import COMEBACKS, OURS, report


@pytest.mark.parametrize("name", COMEBACKS)
def test_it_is_understood(name: str) -> None:
    text, meant = COMEBACKS[name]
    assert bounces.read(text.encode()) == meant


def test_our_own_letter_is_automatic_and_no_reply_to_it_is_wanted() -> None:
    assert bounces.read(compose(samples.letters()[0], samples.envelope()).as_bytes()).kind is Kind.AUTO_REPLY


def test_a_letter_that_comes_back_whole_is_found() -> None:
    original = compose(samples.letters()[0], samples.envelope()).as_string()
    text = report("5.1.1", "550 5.1.1 User unknown", original=original)
    assert bounces.read(text.encode()).message_id == samples.envelope().message_id


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.1.1", "5.3.4", "4.4.7", "5.7.26", "5.1.7"])
def test_what_a_letter_or_its_sender_is_condemns_no_address(status: str) -> None:
    assert not bounces.is_hard(status, "user unknown")


def test_nothing_that_comes_back_breaks_us() -> None:
    rng = random.Random(3464)
    texts = [text.encode() for text, _ in COMEBACKS.values()]
    for _ in range(2_000):
        content = bytearray(rng.choice(texts))
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(content))
            content[at : at + rng.randint(0, 9)] = bytes(rng.randrange(256) for _ in range(rng.randint(0, 9)))
        assert isinstance(bounces.read(bytes(content)).kind, Kind)


@pytest.mark.parametrize("depth", [50, 2_000])
def test_parts_within_parts_break_nothing(depth: int) -> None:
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    assert bounces.read(parts + b"Content-Type: text/plain\r\n\r\nx").kind is Kind.OTHER


@pytest.mark.parametrize("content", [b"", b"\0" * 1_000, b"Content-Type: message/delivery-status\n\nx", OURS.encode()])
def test_what_is_no_message_is_for_a_human(content: bytes) -> None:
    assert bounces.read(content).kind is Kind.OTHER


def test_many_words_are_read_in_little_time() -> None:
    text = "user " * 100_000 + "unknown"
    assert bounces.read(f"From: mailer-daemon@x.example\nSubject: undelivered\n\n{text}".encode()).kind is Kind.BOUNCE
