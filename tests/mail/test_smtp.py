"""Sending over a real socket: what is taken, refused and uncertain is told apart, and the dot waits for us."""

import asyncio
import stat
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import dkim
import pytest

from matchmaker.mail import folder, samples
from matchmaker.mail.compose import compose
from matchmaker.mail.dkim import SigningKey, signed
from matchmaker.mail.smtp import Refused, Security, Server, Uncertain, send
from tests.mail.keys import DOMAIN, SELECTOR, signing_key
from tests.mail.post_office import PostOffice, opened
from tests.mail.reading import received

LETTERS = samples.letters()


def a_letter(number: int = 2) -> EmailMessage:
    return compose(LETTERS[number], samples.envelope(number=number))


class Dot:
    """Counts how often the last moment came."""

    def __init__(self) -> None:
        self.waited = 0

    async def __call__(self) -> None:
        self.waited += 1


async def outcome(office: PostOffice, dot: Dot, *, timeout_seconds: float = 5.0) -> str | Refused | Uncertain:
    try:
        return await send(office.server(timeout_seconds=timeout_seconds), a_letter(), before_dot=dot)
    except (Refused, Uncertain) as error:
        return error


async def test_a_letter_arrives_as_it_was_composed() -> None:
    async with opened() as office:
        reply = await send(office.server(), a_letter(), before_dot=Dot())
    assert reply == "OK"
    assert [(one.mail_from, one.rcpt_tos) for one in office.taken] == [
        ("introductions@bridges.example.org", ["jonas.weidmann@example.org"])
    ]
    assert office.taken[0].content == a_letter().as_bytes()


async def test_bounces_go_where_the_operator_says() -> None:
    async with opened() as office:
        await send(office.server(bounce_address="bounces@bridges.example.org"), a_letter(), before_dot=Dot())
    assert office.taken[0].mail_from == "bounces@bridges.example.org"


async def test_a_line_of_a_dot_is_no_end() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "a@bridges.example.org", "b@example.org"
    message.set_content("one\n.\n..two\n.three\n", cte="7bit")
    async with opened() as office:
        await send(office.server(), message, before_dot=Dot())
    assert office.taken[0].content == message.as_bytes()
    assert message.as_bytes().endswith(b"\r\none\r\n.\r\n..two\r\n.three\r\n")


async def test_only_the_one_in_to_gets_it() -> None:
    message = a_letter()
    message["Cc"] = "other@example.org"
    async with opened() as office:
        await send(office.server(), message, before_dot=Dot())
    assert office.taken[0].rcpt_tos == ["jonas.weidmann@example.org"]


async def test_nothing_is_taken_before_the_dot() -> None:
    async with opened() as office:
        waiting, may_go = asyncio.Event(), asyncio.Event()

        async def before_dot() -> None:
            waiting.set()
            await may_go.wait()

        sending = asyncio.create_task(send(office.server(), a_letter(), before_dot=before_dot))
        await asyncio.wait_for(waiting.wait(), 5)
        assert await send(office.server(), a_letter(3), before_dot=Dot()) == "OK"
        assert [one.content for one in office.taken] == [a_letter(3).as_bytes()], "a later letter has passed by"
        may_go.set()
        assert await sending == "OK"
    assert len(office.taken) == 2


async def test_who_changes_their_mind_at_the_last_moment_sends_nothing() -> None:
    async def before_dot() -> None:
        raise LookupError("claimed by another")

    async with opened() as office:
        with pytest.raises(LookupError):
            await send(office.server(), a_letter(), before_dot=before_dot)
        await office.line_is_over()
    assert office.taken == []


@pytest.mark.parametrize(
    ("replies", "code", "permanent", "address"),
    [
        ({"at_rcpt": "550 5.1.1 No such user"}, 550, True, True),
        ({"at_rcpt": "550 5.7.1 Blocked by policy"}, 550, True, False),
        ({"at_rcpt": "450 4.2.0 Greylisted, try later"}, 450, False, False),
        ({"at_rcpt": "452 4.2.2 Mailbox full"}, 452, False, False),
        ({"at_rcpt": "551 User not local"}, 551, True, True),
        ({"at_mail": "550 5.7.1 We do not relay for you"}, 550, False, False),
        ({"at_mail": "451 Later"}, 451, False, False),
        ({"at_data": "554 No valid recipients"}, 554, True, False),
        ({"at_data": "451 Busy"}, 451, False, False),
        ({"at_dot": "554 5.7.1 Looks like spam"}, 554, True, False),
        ({"at_dot": "451 4.3.0 Try again"}, 451, False, False),
        ({"at_mail": "drop"}, 0, False, False),
        ({"at_rcpt": "drop"}, 0, False, False),
        ({"at_data": "drop"}, 0, False, False),
    ],
    ids=str,
)  # fmt: skip
async def test_a_refusal_says_what_kind_it_is(
    replies: dict[str, str], code: int, permanent: bool, address: bool
) -> None:
    async with opened(**replies) as office:
        refused = await outcome(office, Dot())
    assert isinstance(refused, Refused), refused
    assert (refused.code, refused.permanent, refused.address) == (code, permanent, address)


async def test_a_line_that_breaks_before_the_dot_is_a_refusal() -> None:
    async with opened(at_data="drop in the body") as office:
        with pytest.raises(Refused) as refused:
            await send(office.server(), a_letter(), before_dot=office.line_is_over)
    assert (refused.value.code, refused.value.permanent) == (0, False)


@pytest.mark.parametrize("at_dot", ["drop", "silence", "299 What?"])
async def test_a_line_that_breaks_after_the_dot_leaves_us_uncertain(at_dot: str) -> None:
    dot = Dot()
    async with opened(at_dot=at_dot) as office:
        assert isinstance(await outcome(office, dot, timeout_seconds=0.5), Uncertain)
    assert (dot.waited, len(office.taken)) == (1, 1)


async def test_silence_before_the_dot_is_a_refusal() -> None:
    dot = Dot()
    async with opened(at_rcpt="silence") as office:
        assert isinstance(await outcome(office, dot, timeout_seconds=0.5), Refused)
    assert dot.waited == 0


async def test_a_server_that_is_not_there_is_a_refusal_for_now() -> None:
    async with opened() as office:
        pass
    refused = await outcome(office, Dot())
    assert isinstance(refused, Refused)
    assert not refused.permanent


async def test_a_line_that_cannot_be_kept_private_carries_nothing() -> None:
    async with opened() as office:
        server = Server(host="127.0.0.1", port=office.port, security=Security.STARTTLS, timeout_seconds=2)
        with pytest.raises(Refused):
            await send(server, a_letter(), before_dot=Dot())
    assert office.begun == 0


async def test_a_refusal_repeats_no_address() -> None:
    async with opened(at_rcpt="550 <jonas.weidmann@example.org>: no such user here") as office:
        refused = await outcome(office, Dot())
    assert isinstance(refused, Refused)
    assert "jonas" not in f"{refused.text} {refused.detail}"
    assert "no such user" in refused.text


def verified(content: bytes) -> bool:
    asked = {f"{SELECTOR}._domainkey.{DOMAIN}.".encode(): signing_key()[1]}
    return bool(dkim.verify(content, dnsfunc=lambda name, timeout=5: asked.get(name)))


@pytest.mark.parametrize("number", range(len(LETTERS)))
async def test_the_signature_holds_over_what_was_received(number: int) -> None:
    async with opened() as office:
        await send(office.server(), a_letter(number), key=signing_key()[0], before_dot=Dot())
    content = office.taken[0].content
    assert isinstance(content, bytes)
    assert verified(content)
    covered = (
        received(content)["DKIM-Signature"].partition("h=")[2].partition(";")[0].replace(" ", "").lower().split(":")
    )
    assert {"from", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"} <= set(covered)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: Re: "),
        (b"One-Click", b"Two-Click"),
        (b"/x/sample", b"/x/forged"),
        (b"Mara", b"Sara"),
        (b"From: ", b"From: x@evil.example\r\nFrom: "),
        (b"Subject: ", b"Subject: more\r\nSubject: "),
    ],
)
def test_a_change_on_the_way_is_seen(old: bytes, new: bytes) -> None:
    content = signed(a_letter().as_bytes(), signing_key()[0])
    assert verified(content)
    assert old in content
    head, signature_end, rest = content.partition(b"From: ")
    assert not verified(head + (signature_end + rest).replace(old, new, 1))


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="DKIM"):
        signed(a_letter().as_bytes(), SigningKey(domain="bridges.example.org", selector="mm1", private=b"none"))


async def test_the_folder_keeps_letters_for_its_owner_only(tmp_path: Path) -> None:
    mailbox, dot = tmp_path / "mail", Dot()
    name = await folder.send(mailbox, a_letter(), before_dot=dot)
    assert stat.S_IMODE(mailbox.stat().st_mode) == 0o700
    assert stat.S_IMODE((mailbox / name).stat().st_mode) == 0o600
    assert (mailbox / name).read_bytes() == a_letter().as_bytes()
    assert dot.waited == 1


async def test_a_letter_sent_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    for number in (2, 3, 2):
        await folder.send(tmp_path, a_letter(number), before_dot=Dot())
    assert len(folder.letters(tmp_path)) == 2


async def test_a_letter_held_at_the_last_moment_is_in_no_list(tmp_path: Path) -> None:
    async def before_dot() -> None:
        raise LookupError("claimed by another")

    with pytest.raises(LookupError):
        await folder.send(tmp_path, a_letter(), before_dot=before_dot)
    assert folder.letters(tmp_path) == []


def test_no_message_id_leads_out_of_the_folder() -> None:
    for message_id in ("<../../x@y>", "</etc/passwd>", "<a\0b>", "<>", f"<{'x' * 300}@y>"):
        assert "/" not in folder.file_name(message_id)
        assert not folder.file_name(message_id).startswith(".")
        assert len(folder.file_name(message_id)) < 120
