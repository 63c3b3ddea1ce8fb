"""Letters: both parts say the same, everything mail programmes ask for is there, nothing is fetched, nothing is too large."""

import re
from email.utils import getaddresses

import pytest
from msgspec import structs

from matchmaker.mail import page, phrases, samples
from matchmaker.mail.compose import compose
from matchmaker.model import letter as nouns
from matchmaker.model.attendee import MeetingPlace
from matchmaker.model.completeness import Lack
from matchmaker.model.letter import Letter, kind_of
from matchmaker.model.other import Contact, Other
from tests.mail.reading import Html, part, plain, received, urls

LETTERS = samples.letters()
ALL = [(language, number) for language in phrases.LANGUAGES for number in range(len(LETTERS))]
NAMES = [f"{language}-{kind_of(LETTERS[number])}-{number}" for language, number in ALL]
BYTES_MAX = 100_000
# What a letter must show as it stands, and what some leave out where the reader knows already who it is about.
FACTS = ("name", "email", "phone", "you_get", "they_get", "promise", "presenter", "questions", "actions")
KNOWN = ("role", "organisation", "place")

every_letter = pytest.mark.parametrize(("language", "number"), ALL, ids=NAMES)


def letter_of(kind: str) -> Letter:
    return next(letter for letter in LETTERS if kind_of(letter) == kind)


def facts(value: object, wanted: tuple[str, ...], field: str = "") -> list[str]:
    if isinstance(value, str):
        return [value] if field in wanted else []
    if isinstance(value, list):
        return [fact for one in value for fact in facts(one, wanted, field)]
    fields = [name for name in getattr(value, "__struct_fields__", ()) if name != "ended"]  # for the calendar only
    return [fact for name in fields for fact in facts(getattr(value, name), wanted, name)]


def test_every_kind_has_a_folder_a_sample_and_phrases() -> None:
    kinds = {one.__struct_config__.tag for one in nouns.Letter.__args__}
    assert set(page.kinds()) == kinds == {kind_of(letter) for letter in LETTERS}
    assert all(kinds <= phrases.phrases(language).keys() for language in phrases.LANGUAGES)


def test_both_languages_say_the_same_of_the_same() -> None:
    def places(language: str) -> dict[str, set[str]]:
        return {
            f"{kind}.{key}": set(re.findall(r"\{\w+\}", text))
            for kind, keys in phrases.phrases(language).items()
            for key, text in keys.items()
            if isinstance(text, str) and kind != "dates"
        }

    assert places("en") == places("de")


def test_every_phrase_is_said_somewhere() -> None:
    code = "".join(
        (page.TEMPLATES.parent / name).read_text("utf-8") for name in ("page.py", "compose.py", "phrases.py")
    )
    shared = code + "".join(file.read_text("utf-8") for file in page.TEMPLATES.glob("*.*"))
    own = {kind: "".join(file.read_text("utf-8") for file in folder.iterdir()) for kind, folder in page.kinds().items()}
    # A goodbye names its exit by the values of `Exit`, and so on.
    named = {one.value for one in (*nouns.Exit, *nouns.Begins, *MeetingPlace, *Lack)}
    assert [
        f"{kind}.{key}"
        for kind, keys in phrases.phrases("en").items()
        for key in keys
        if kind != "dates"
        and key not in named
        and not re.search(rf"[\"']{key}[\"']", shared + (own[kind] if kind in own else "".join(own.values())))
    ] == []


@every_letter
def test_text_and_html_say_the_same(language: str, number: int) -> None:
    message = received(compose(LETTERS[number], samples.envelope(language=language)))
    text, html = part(message, "plain"), Html(part(message, "html"))
    assert {link for link in html.links if not link.startswith("mailto:")} == urls(text)
    in_text, in_html = (shown.replace("\u2060", "") for shown in (plain(text), html.text))
    assert [fact for fact in facts(LETTERS[number], FACTS) if fact not in in_text or fact not in in_html] == []
    assert [fact for fact in facts(LETTERS[number], KNOWN) if (fact in in_text) != (fact in in_html)] == []


@every_letter
def test_every_line_of_the_text_stands_in_the_html(language: str, number: int) -> None:
    message = received(compose(LETTERS[number], samples.envelope(language=language)))
    shown = html_words(part(message, "html"))
    lines = [re.sub(r"https?://\S+", "", line) for line in part(message, "plain").splitlines() if line.strip() != "--"]
    missing = [line for line in lines if html_words(line.lstrip("-0123456789. ").rstrip(": ")) not in shown]
    assert missing == []


def html_words(text: str) -> str:
    return re.sub(r"\W+", "", Html(text).text)


@every_letter
def test_every_letter_has_what_mail_programmes_ask_for(language: str, number: int) -> None:
    envelope = samples.envelope(language=language, number=number)
    message = received(compose(LETTERS[number], envelope))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()][:2] == ["text/plain", "text/html"]
    assert message["List-Unsubscribe"] == f"<{envelope.unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{envelope.message_id}>"
    assert message["Date"].datetime == envelope.at
    assert message["Content-Language"] == language
    assert f'lang="{language}"' in part(message, "html")[:200]
    assert message["Subject"].strip()


@every_letter
def test_nothing_is_fetched_and_nothing_is_too_large(language: str, number: int) -> None:
    content = compose(LETTERS[number], samples.envelope(language=language)).as_bytes()
    html = part(received(content), "html")
    assert Html(html).sources == []
    assert "img" not in Html(html).tags
    assert "@import" not in html
    assert "url(" not in html
    assert len(content) <= BYTES_MAX
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_the_same_call_gives_the_same_bytes() -> None:
    assert all(
        compose(one, samples.envelope()).as_bytes() == compose(one, samples.envelope()).as_bytes() for one in LETTERS
    )


def test_a_letter_in_a_language_that_we_do_not_speak_is_english() -> None:
    english = compose(LETTERS[0], samples.envelope())
    assert compose(LETTERS[0], samples.envelope(language="fi")).as_bytes() == english.as_bytes()


def test_a_dialect_is_spoken_to_in_its_language() -> None:
    assert compose(LETTERS[0], samples.envelope(language="de-AT"))["Content-Language"] == "de"


def test_contacts_stand_only_where_both_have_said_yes() -> None:
    revealing = {"introduced", "thanks", "reconnect"}
    with_contact = {one.__struct_config__.tag for one in nouns.Letter.__args__ if "contact" in one.__struct_fields__}
    assert with_contact == revealing
    for letter in LETTERS:
        content = compose(letter, samples.envelope())
        shown = [part(content, subtype) for subtype in ("plain", "html")] + [str(value) for value in content.values()]
        assert any(samples.MARAS.email in text for text in shown) == (kind_of(letter) in revealing)


def test_a_reply_to_an_introduction_goes_to_the_other() -> None:
    message = received(compose(letter_of("introduced"), samples.envelope()))
    assert getaddresses([message["Reply-To"]]) == [("Mara Lindqvist", "mara.lindqvist@example.org")]
    assert getaddresses([message["To"]]) == [("Jonas Weidmann", "jonas.weidmann@example.org")]
    assert (
        received(compose(letter_of("offered"), samples.envelope()))["Reply-To"].addresses[0].domain
        == "bridges.example.org"
    )


def test_a_letter_answers_the_one_before_it() -> None:
    envelope = structs.replace(samples.envelope(), in_reply_to="<first@bridges.example.org>")
    message = received(compose(letter_of("reminder"), envelope))
    assert message["In-Reply-To"] == message["References"] == "<first@bridges.example.org>"


def test_a_long_link_stays_one_link() -> None:
    link = f"https://matchmaker.example.org/x/{'aB3' * 100}"
    content = compose(LETTERS[0], structs.replace(samples.envelope(), unsubscribe_url=link)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in content
    assert link in part(received(content), "plain")


def test_a_domain_beyond_ascii_travels_in_ascii() -> None:
    message = compose(LETTERS[0], structs.replace(samples.envelope(), to_address="jonas@brücke.example"))
    assert message["To"].addresses[0].addr_spec == "jonas@xn--brcke-lva.example"


@pytest.mark.parametrize(
    "address", ["", "jonas", "a b@example.org", "a@b", "a@x.example,b@y.example", "a@x.example\r\nBcc: b@y.example"]
)
def test_what_is_no_address_gets_no_letter(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(LETTERS[0], structs.replace(samples.envelope(), to_address=address))


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/i/x", "https://x y", 'https://x/"><b>\n'])
def test_what_is_no_link_is_refused(link: str) -> None:
    letter = nouns.DidYouMeet(event_name="Days", other=Other(name="Mara"), page_url=link)
    with pytest.raises(ValueError, match="link"):
        compose(letter, samples.envelope())


def test_an_address_that_is_none_is_shown_as_words() -> None:
    contact = Contact(email="see evil.example <b>")
    letter = structs.replace(letter_of("introduced"), contact=contact)
    message = received(compose(letter, samples.envelope()))
    assert not any(link.startswith("mailto:") for link in Html(part(message, "html")).links)
    assert "evil.\u2060example" in part(message, "plain")


def test_an_address_opens_a_letter_to_it_and_to_nobody_else() -> None:
    letter = structs.replace(letter_of("introduced"), contact=Contact(email="a?bcc=x&body=y@example.org"))
    html = Html(part(received(compose(letter, samples.envelope())), "html"))
    assert [link for link in html.links if link.startswith("mailto:")] == ["mailto:a%3Fbcc%3Dx%26body%3Dy@example.org"]


@pytest.mark.parametrize("link", ["", "https://x\r\nBcc: y@z.example", "mailto:x@y.example", "https://x y"])
def test_a_way_out_that_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        compose(LETTERS[0], structs.replace(samples.envelope(), unsubscribe_url=link))


def test_times_are_the_readers() -> None:
    envelope = structs.replace(samples.envelope(), time_zone="Asia/Kolkata")
    assert "Thursday 22 April 2027, 18:00–18:20 IST" in part(compose(letter_of("meeting"), envelope), "plain")


def test_a_zone_without_letters_is_named_by_its_distance() -> None:
    envelope = structs.replace(samples.envelope(), time_zone="America/Sao_Paulo")
    assert "09:30–09:50 UTC-03" in part(compose(letter_of("meeting"), envelope), "plain")


# What is written on what, by light and in the dark.
INKS = [
    ("#23211d", "#ffffff"), ("#5c5850", "#ffffff"), ("#5c5850", "#f3f1ec"), ("#175c47", "#ffffff"), ("#175c47", "#f3f1ec"),
    ("#ffffff", "#175c47"), ("#ecebe6", "#22211e"), ("#b5b1a6", "#22211e"), ("#b5b1a6", "#141412"), ("#8fd8bb", "#22211e"),
    ("#8fd8bb", "#141412"), ("#10241c", "#8fd8bb"),
]  # fmt: skip


@pytest.mark.parametrize(("ink", "paper"), INKS)
def test_every_ink_can_be_read_on_its_paper(ink: str, paper: str) -> None:
    html = part(compose(LETTERS[0], samples.envelope()), "html")
    assert ink in html
    assert paper in html
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_there_are_no_other_inks() -> None:
    html = part(compose(LETTERS[0], samples.envelope()), "html")
    assert set(re.findall(r"(?<![-\w])color: ?(#[0-9a-f]{6})", html)) <= {ink for ink, _ in INKS} | {"#f3f1ec"}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
