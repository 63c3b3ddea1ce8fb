"""What DNS must say: a domain where all is well, and the same domain with one fault planted, each found and named."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from click.testing import CliRunner
from msgspec import structs

from matchmaker.cli import cli
from matchmaker.mail.dkim import SigningKey
from matchmaker.mail.dns import Finding, Unanswered, look
from tests.mail.keys import DOMAIN, SELECTOR, signing_key

KEY, RECORD = signing_key()
DKIM = f"{SELECTOR}._domainkey.{DOMAIN}"
SERVER = "203.0.113.5"
Zone = dict[tuple[str, str], list[str]]
WELL: Zone = {
    (DOMAIN, "TXT"): ["some-other=record", "v=spf1 include:relay.example mx -all"],
    ("relay.example", "TXT"): ["v=spf1 ip4:203.0.113.0/28 ~all"],
    (DKIM, "TXT"): [RECORD.decode()],
    (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:dmarc@bridges.example.org"],
    (DOMAIN, "MX"): ["10 mx.bridges.example.org."],
    ("mx.bridges.example.org", "A"): ["203.0.113.7"],
}
OTHER_KEY = "v=DKIM1; k=rsa; p=" + base64.b64encode(base64.b64decode(RECORD.split(b"p=")[1])[:-9] + b"\1" * 9).decode()


def looked(zone: Zone, *, key: SigningKey | None = KEY, addresses: tuple[str, ...] = (SERVER,)) -> dict[str, Finding]:
    found = look(DOMAIN, key=key, addresses=addresses, lookup=lambda name, kind: zone.get((name, kind), []))
    return {one.name: one for one in found}


def bad(zone: Zone, **asked: tuple[str, ...]) -> list[str]:
    return [name for name, one in looked(zone, **asked).items() if not one.good]  # type: ignore[arg-type]


def planted(name: str, kind: str, *records: str) -> Zone:
    return {**WELL, (name, kind): list(records)}


FAULTS: dict[str, tuple[Zone, str, str]] = {
    "no SPF": (planted(DOMAIN, "TXT"), "spf", "no SPF record"),
    "two SPF": (planted(DOMAIN, "TXT", "v=spf1 -all", "v=spf1 mx -all"), "spf", "2 SPF records"),
    "SPF for all": (planted(DOMAIN, "TXT", "v=spf1 include:relay.example +all"), "spf", "anybody"),
    "SPF without an end": (planted(DOMAIN, "TXT", "v=spf1 include:relay.example"), "spf", "everyone else"),
    "SPF without us": (planted("relay.example", "TXT", "v=spf1 ip4:198.51.100.0/24 ~all"), "spf", SERVER),
    "SPF against us": (planted(DOMAIN, "TXT", f"v=spf1 -ip4:{SERVER} -all"), "spf", SERVER),
    "SPF too deep": (planted(DOMAIN, "TXT", f"v=spf1 {'a:x.example ' * 11}-all"), "spf", "look-ups"),
    "SPF in a circle": (planted("relay.example", "TXT", f"v=spf1 include:{DOMAIN} ~all"), "spf", SERVER),
    "SPF includes nothing": (planted("relay.example", "TXT"), "spf", "relay.example"),
    "SPF that nobody can read": (planted("relay.example", "TXT", "v=spf1 ip4:203.0.113.300 ~all"), "spf", "cannot be read"),
    "no DKIM key": (planted(DKIM, "TXT"), "dkim", "no key"),
    "another DKIM key": (planted(DKIM, "TXT", OTHER_KEY), "dkim", "not ours"),
    "a broken DKIM key": (planted(DKIM, "TXT", "v=DKIM1; p=AAAA"), "dkim", "not ours"),
    "a withdrawn DKIM key": (planted(DKIM, "TXT", "v=DKIM1; p="), "dkim", "withdrawn"),
    "two DKIM keys": (planted(DKIM, "TXT", RECORD.decode(), OTHER_KEY), "dkim", "2 keys"),
    "a DKIM key on trial": (planted(DKIM, "TXT", RECORD.decode() + "; t=y"), "dkim", "test"),
    "no DMARC": (planted(f"_dmarc.{DOMAIN}", "TXT"), "dmarc", "no DMARC record"),
    "two DMARC": (planted(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=none", "v=DMARC1; p=reject"), "dmarc", "2 DMARC"),
    "DMARC without a policy": (planted(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=maybe"), "dmarc", "no policy"),
    "no MX": (planted(DOMAIN, "MX"), "mx", "no MX record"),
    "null MX": (planted(DOMAIN, "MX", "0 ."), "mx", "takes no mail"),
    "a lost MX": (planted("mx.bridges.example.org", "A"), "mx", "no address"),
}  # fmt: skip


def test_where_all_is_well_nothing_is_found() -> None:
    assert bad(WELL) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named_with_its_cure(fault: str) -> None:
    zone, name, words = FAULTS[fault]
    assert bad(zone) == [name]
    found = looked(zone)[name]
    assert words in found.said
    assert found.cure


def test_the_cure_for_a_missing_key_is_its_record() -> None:
    assert RECORD.decode() in looked(planted(DKIM, "TXT"))["dkim"].cure


def test_letters_that_are_not_signed_are_a_fault() -> None:
    assert not looked(WELL, key=None)["dkim"].good


def test_a_key_of_another_domain_is_a_fault() -> None:
    assert "letters are from" in looked(WELL, key=structs.replace(KEY, domain="example.net"))["dkim"].said


def test_the_parents_dmarc_holds_for_its_children() -> None:
    zone = {**WELL, (f"_dmarc.{DOMAIN}", "TXT"): [], ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"]}
    assert bad(zone) == []


@pytest.mark.parametrize("address", ["203.0.113.7", "203.0.113.1"])
def test_spf_is_followed_to_every_server(address: str) -> None:
    assert bad(WELL, addresses=(address,)) == []


def test_silence_is_no_good_news() -> None:
    def silent(name: str, kind: str) -> list[str]:
        raise Unanswered(f"No answer for {name}.")

    found = look(DOMAIN, key=KEY, addresses=(SERVER,), lookup=silent)
    assert [one.good for one in found] == [False] * 4
    assert all("No answer" in one.said for one in found)


@contextmanager
def name_server(zone: Zone) -> Iterator[int]:
    """A name server on a real socket that knows only the zone; its port."""
    closed = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.05)
        serving = threading.Thread(target=_serve, args=(listening, zone, closed))
        serving.start()
        try:
            yield listening.getsockname()[1]
        finally:
            closed.set()
            serving.join()


def _serve(listening: socket.socket, zone: Zone, closed: threading.Event) -> None:
    while not closed.is_set():
        with suppress(TimeoutError):
            asked, whence = listening.recvfrom(4_096)
            listening.sendto(_reply(asked, zone), whence)


def _reply(asked: bytes, zone: Zone) -> bytes:
    query = dns.message.from_wire(asked)
    question = query.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    records = zone.get((question.name.to_text(omit_final_dot=True), kind), [])
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    if records:
        texts = [_quoted(text) if kind == "TXT" else text for text in records]
        reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
    else:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()


def _quoted(text: str) -> str:
    """A text as DNS carries it: in strings of at most 255 characters."""
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


def doctor(port: int, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        cli, ["doctor", "--mail", DOMAIN, "--resolver", f"127.0.0.1:{port}", "--from", SERVER, *more]
    )
    return done.exit_code, done.output


def test_the_doctor_asks_real_dns(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(KEY.private)
    with name_server(WELL) as port:
        code, said = doctor(port, "--selector", SELECTOR, "--key", str(file))
    assert (code, said.count("good"), said.count("BAD")) == (0, 4, 0), said


def test_the_doctor_says_what_to_do() -> None:
    with name_server(planted(f"_dmarc.{DOMAIN}", "TXT")) as port:
        code, said = doctor(port)
    assert code == 2
    assert "p=none" in said
    assert said.count("BAD") == 2, said


def test_the_doctor_wants_a_key_with_its_selector() -> None:
    done = CliRunner().invoke(cli, ["doctor", "--mail", DOMAIN, "--selector", SELECTOR])
    assert "belong together" in str(done.exception)
