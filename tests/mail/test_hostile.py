"""What people write is words: in letters made of hostile names and texts, no header, recipient, tag or link is theirs."""

import random
import re
from collections import Counter
from email.utils import getaddresses

import pytest
from icalendar import Calendar
from msgspec import structs

from matchmaker.mail import samples
from matchmaker.mail.compose import Envelope, compose
from matchmaker.mail.harmless import words
from matchmaker.model.letter import Letter, kind_of
from tests.mail import hostile
from tests.mail.reading import Html, part, received

LETTERS = samples.letters()
# What mail programmes make a link of: schemes, www, anything with a dot before a letter, addresses, numbers of the net.
NEXT = "[^\\s\u2060]"
LIVE = re.compile(
    rf"\b[a-z][a-z0-9+.-]*:/+{NEXT}|\bwww\.{NEXT}|[\w-][.。．｡][^\W\d_]{{2,}}|{NEXT}[@＠]{NEXT}+[.。．｡]\w"
    rf"|\b\d+\.\d+\.\d+\.\d+|\b(?:mailto|tel|javascript|data):{NEXT}",
    re.IGNORECASE,
)
OURS = re.compile(r"https://matchmaker\.example\.org/[\w/.-]*|mara\.lindqvist@example\.org")


def letter_and_envelope(seed: int) -> tuple[Letter, Envelope]:
    rng = random.Random(seed)
    letter = hostile.spoilt(rng.choice(LETTERS), rng)
    envelope = samples.envelope(language=rng.choice(("en", "de")), number=seed)
    return letter, structs.replace(envelope, to_name=hostile.text(rng), sender_name=hostile.text(rng))


def tags(html: str) -> Counter[str]:
    return Counter(Html(html).tags)


def shape(letter: Letter) -> tuple[list[str], Counter[str], Counter[str]]:
    """Header names, tags and links of the letter as its sample has them."""
    message = received(compose(letter, samples.envelope()))
    html = part(message, "html")
    return message.keys(), tags(html), Counter(Html(html).links)


SHAPES = [shape(letter) for letter in LETTERS]


def faults(seed: int) -> list[str]:
    """What in the letter of that seed is somebody's who should have no say in it."""
    letter, envelope = letter_and_envelope(seed)
    headers, tags_expected, links = SHAPES[_number(letter)]
    content = compose(letter, envelope).as_bytes()
    message = received(content)
    text, html = part(message, "plain"), part(message, "html")
    found = []
    if message.keys() != headers:
        found.append(f"headers {message.keys()}")
    if [address for _, address in getaddresses([str(message["To"])])] != [envelope.to_address]:
        found.append(f"recipients {message['To']!r}")
    if [one.addr_spec for one in message["From"].addresses] != [envelope.sender_address]:
        found.append(f"senders {message['From']!r}")
    if len(message["Reply-To"].addresses) != 1:
        found.append(f"replies {message['Reply-To']!r}")
    if more := tags(html) - tags_expected:  # fewer there may be: what says nothing after cleaning is left out
        found.append(f"tags {more}")
    if Counter(Html(html).links) != links:
        found.append(f"links {Counter(Html(html).links) - links}")
    for shown in (text, Html(html).text, str(message["Subject"])):
        found += [f"live {live[0]!r}" for live in LIVE.finditer(OURS.sub("", shown))]
    found += [
        f"hidden {one!r}"
        for one in re.findall(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    ]
    if "54439" in text + html:
        found.append("a template ran")
    return found + _faults_of_calendar(content)


def _number(letter: Letter) -> int:
    """Which sample it was made from: those of one kind differ in what nobody can spoil."""
    fixed = [field for field in letter.__struct_fields__ if not isinstance(getattr(letter, field), str | list)]
    return next(
        number
        for number, sample in enumerate(LETTERS)
        if kind_of(sample) == kind_of(letter)
        and all(
            field == "other" or field == "contact" or getattr(sample, field) == getattr(letter, field)
            for field in fixed
        )
        and all(
            len(getattr(sample, f)) == len(getattr(letter, f))
            for f in letter.__struct_fields__
            if isinstance(getattr(letter, f), list)
        )
    )


def _faults_of_calendar(content: bytes) -> list[str]:
    parts = [one for one in received(content).iter_parts() if one.get_content_type() == "text/calendar"]
    found = []
    for one in parts:
        calendar = Calendar.from_ical(str(one.get_content()))
        events = calendar.walk("VEVENT")
        is_agenda = str(calendar["METHOD"]) == "PUBLISH"
        if (len(events) != 1 and not is_agenda) or any(event.subcomponents for event in events):
            found.append("events")
        names = {
            "UID",
            "SEQUENCE",
            "DTSTAMP",
            "DTSTART",
            "DTEND",
            "SUMMARY",
            "STATUS",
            "LOCATION",
            "ORGANIZER",
            "ATTENDEE",
        }
        found += [f"calendar {name}" for event in events for name in event if name not in names]
        found += [
            f"guest {event.get('ATTENDEE')}"
            for event in events
            if event.get("ATTENDEE") != (None if is_agenda else "mailto:jonas.weidmann@example.org")
        ]
    return found


@pytest.mark.parametrize("first", range(0, 500, 50))
def test_no_header_recipient_tag_or_link_is_theirs(first: int) -> None:
    assert {seed: found for seed in range(first, first + 50) if (found := faults(seed))} == {}


@pytest.mark.full
@pytest.mark.parametrize("first", range(500, 20_000, 500))
def test_nor_in_20_000_letters(first: int) -> None:
    assert {seed: found for seed in range(first, first + 500) if (found := faults(seed))} == {}


@pytest.mark.parametrize(
    "bait",
    ["http://evil.example", "www.evil.example", "x@evil.example", "evil.example", "1.2.3.4", "tel:1", "evil。example"],
)
def test_a_live_link_would_be_seen(bait: str) -> None:
    assert LIVE.search(f"see {bait} now")
    assert not LIVE.search(words(f"see {bait} now"))


@pytest.mark.parametrize(
    "text",
    ["Ada Lovelace", "C++ and R&D, 24/7", "Dr. Jens Müller", "At 10:30, room 3", "a / b", "Why? Because.", "50 %"],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert words(text) == text


def test_a_long_text_is_cut_and_says_so() -> None:
    assert words("x" * 700) == "x" * 600 + "…"
