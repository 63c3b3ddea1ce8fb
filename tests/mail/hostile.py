"""Names and texts that want to be more than names and texts."""

import random
from typing import Any, TypeVar

from msgspec import Struct, structs

BAIT = (
    "http://evil.example",
    "HTTPS://evil.example/x?y=1",
    "www.evil.example",
    "evil.example",
    "evil.example/path",
    "ftp://evil.example",
    "hxxp://evil.example",
    "hhttp://ttp://evil.example",
    "//evil.example",
    "javascript:alert(1)",
    "mailto:x@evil.example",
    "x@evil.example",
    "tel:+4912345",
    "192.168.0.1/x",
    "evil。example",
    "evil．example",
    "data:text/html,<b>x",
    "https:/evil.example",
    "<script>alert(1)</script>",
    "<a href='http://evil.example'>x</a>",
    "<img src=x onerror=alert(1)>",
    '"><b>',
    "</td></table>",
    "<!--",
    "-->",
    "&lt;b&gt;",
    "&#60;script&#62;",
    "]]>",
    "{{ 7777*7 }}",
    "{% raw %}",
    "[[ key ]]",
    "{to}",
    "%s",
    "{0.__class__}",
    "\r\nBcc: x@evil.example",
    "\nTo: x@evil.example",
    "\rSubject: evil",
    "\r\n\r\n<b>body</b>",
    "\x00",
    "\x0b",
    "\x85",
    "\u2028To: x",
    "\u2029",
    "=?utf-8?q?=0D=0ABcc:_x@evil.example?=",
    "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "Doe, Jane",
    "a, b@evil.example",
    "<x@evil.example>",
    '"quoted" <x@evil.example>',
    "a;b:c",
    "(comment)",
    "\\",
    '"',
    "undisclosed:;",
    "--=_boundary",
    "--=_boundary--",
    "Content-Type: text/html",
    "\r\n.\r\n",
    ".",
    "\r\nBEGIN:VEVENT",
    "\\n",
    ";X=1",
    "DTSTART:2027",
    "Zoë Ångström",
    "李小龍",
    "Ольга",
    "محمد",
    "👩🏽‍🔬",
    "e\u0301" * 20,
    "ﬃ",
    "node.js",
    "A" * 300,
    "é" * 300,
    " ",
    "\t",
    "\ud800",
    "\ufffe",
)

T = TypeVar("T", bound=Struct)


def text(rng: random.Random) -> str:
    """One to five pieces of bait and noise, in one."""
    pieces = [rng.choice(BAIT) if rng.random() < 0.8 else _noise(rng) for _ in range(rng.randint(1, 5))]
    return rng.choice(("", " ", ", ")).join(pieces)


def spoilt(letter: T, rng: random.Random) -> T:
    """The letter with hostile text wherever people's text may stand; links, ids and addresses are ours and stay."""
    return structs.replace(
        letter, **{field: _spoilt(field, getattr(letter, field), rng) for field in letter.__struct_fields__}
    )


def _spoilt(field: str, value: Any, rng: random.Random) -> Any:
    if isinstance(value, str):
        return value if field.endswith("_url") or field in ("email", "meeting_id") else text(rng)
    if isinstance(value, list):
        return [_spoilt(field, one, rng) for one in value]
    return spoilt(value, rng) if isinstance(value, Struct) else value


def _noise(rng: random.Random) -> str:
    return "".join(chr(rng.choice((rng.randrange(0x250), rng.randrange(0x3000)))) for _ in range(rng.randint(1, 20)))
