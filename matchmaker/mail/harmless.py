"""What people wrote, made harmless for a letter: one line, no control characters, nothing that becomes a link.

Mail programmes make links of bare text, so escaping is not enough. A scheme such as `https://` is taken out, and a word joiner
(U+2060, invisible, no place to break a line) is put after each dot and at sign inside a word and after each colon that follows
one: `node.js` looks as it did, and is no address any more. Only fields that end in `_url`, which are ours, and the other's
e-mail address stay as they are.
"""

import re
from typing import Any, TypeVar
from urllib.parse import quote

from msgspec import Struct, structs

from matchmaker.model.other import Contact
from matchmaker.model.text import clean_line

WORDS_CHARS_MAX = 600
NAME_CHARS_MAX = 80
LIST_MAX = 50
JOINER = "\u2060"

T = TypeVar("T", bound=Struct)

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}:/+", re.IGNORECASE)
_LINKING = re.compile(r"(?<=\S)[.。．｡@＠](?=\S)|(?<=[^\W\d_]):(?=\S)|(?<=\s)[@＠](?=\S)|^[@＠](?=\S)")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}", re.ASCII)
_LINK = re.compile(r"https?://[\x21-\x7e]+")
_IN_NAMES = re.compile(r"[\x00-\x1f<>()\[\]\\,;:@\"]+")


def harmless(letter: T) -> T:
    """The letter with every text of people made harmless, however deep it stands."""
    return structs.replace(
        letter, **{field: _of_field(field, getattr(letter, field)) for field in letter.__struct_fields__}
    )


def words(text: str, *, chars_max: int = WORDS_CHARS_MAX) -> str:
    """Text of people as words only: one line, at most `chars_max` characters and what marks the cut, no link."""
    line = clean_line(text)
    line = f"{line[:chars_max].rstrip()}…" if len(line) > chars_max else line
    while _SCHEME.search(line):
        line = _SCHEME.sub("", line)
    return _LINKING.sub(lambda found: found[0] + JOINER, line)


def heading(text: str) -> str:
    """A line for a header: words that no reader decodes into anything else."""
    return clean_line(text).replace("=?", "= ?")


def display_name(text: str) -> str:
    """A name to stand before an address in a header: without the characters that have a meaning there."""
    name = " ".join(_IN_NAMES.sub(" ", heading(text)).split()).lstrip(". ")
    return name[:NAME_CHARS_MAX].strip()


def is_address(text: str) -> bool:
    """Whether `text` is a plain e-mail address, fit to be a link or a header."""
    try:
        return bool(ascii_address(text))
    except ValueError:
        return False


def ascii_address(text: str) -> str:
    """An e-mail address as it travels, its domain in ASCII. Raises `ValueError` for what is no plain address."""
    local, at, domain = text.rpartition("@")
    try:
        address = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        address = ""
    if _ADDRESS.fullmatch(address) is None or ".." in address or address.startswith(".") or local.endswith("."):
        raise ValueError("A letter needs a plain e-mail address.")
    return address


def link(url: str) -> str:
    """A link of ours, as it is. Raises `ValueError` for what is no web address."""
    if not _LINK.fullmatch(url):
        raise ValueError("A link in a letter begins with http:// or https:// and has no blanks.")
    return url


def mailto(address: str) -> str:
    """An address as a link that opens a letter to it, and sets nothing else: `?` and `&` are part of the address."""
    return f"mailto:{quote(ascii_address(address), safe='@')}"


def _of_field(field: str, value: Any) -> Any:
    if isinstance(value, str):
        return link(value) if field.endswith("_url") else words(value, chars_max=_chars_max(field))
    if isinstance(value, Contact):
        email = ascii_address(value.email) if is_address(value.email) else words(value.email)
        return Contact(email=email, phone=words(value.phone, chars_max=NAME_CHARS_MAX) if value.phone else None)
    if isinstance(value, Struct):
        return harmless(value)
    return [_of_field(field, one) for one in value[:LIST_MAX]] if isinstance(value, list) else value


def _chars_max(field: str) -> int:
    return NAME_CHARS_MAX if field in ("name", "role", "organisation", "presenter", "facilitator") else WORDS_CHARS_MAX
