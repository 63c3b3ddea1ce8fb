"""Reasons → sentences to the person who gains, in their language: their own seek, the other's own offer."""

from collections.abc import Sequence

from matchmaker.export.phrases import AND, OFFERED, QUOTES, SOUGHT, THEY, WISHES, YOURS
from matchmaker.model.pairing import Pairing, Reason

LANGUAGE = "en"
QUOTE_CHARS_MAX = 160


def reasons_in_words(
    pairing: Pairing, first_name: str | None = None, second_name: str | None = None
) -> tuple[str, str]:
    """What each side gains, to the first and to the second; one sentence for all that one offer answers."""
    return _sentences(pairing, pairing.first, second_name), _sentences(pairing, pairing.second, first_name)


def sentence(reason: Reason, language: str, giver: str | None = None, *, further: Sequence[str] = ()) -> str:
    """One reason to the person who gains, in one of the languages there are words for; the same offer may answer `further`
    seeks."""
    sought = AND[language].join(quoted(seek, language) for seek in (reason.seek, *further))
    offered, they = OFFERED[language][reason.offer_from], giver or THEY[language]
    verb = offered[0] if giver else offered[1]
    return SOUGHT[language][reason.seek_from].format(sought) + " " + verb.format(they, quoted(reason.offer, language))


def gift(reason: Reason, language: str, taker: str) -> str:
    """One reason to the person who gives, about `taker`, who gains."""
    wish = WISHES[language][reason.seek_from].format(taker, quoted(reason.seek, language))
    return wish + " " + YOURS[language][reason.offer_from].format(quoted(reason.offer, language))


def quoted(text: str, language: str) -> str:
    """The text in the language's quotation marks: one line, no word twice in a row, cut at a blank where it is long."""
    words = " ".join(text.split()).strip(" .,;:").split(" ")
    line = " ".join(
        word for before, word in zip(["", *words], words, strict=False) if word.casefold() != before.casefold()
    )
    if len(line) > QUOTE_CHARS_MAX:
        cut = line[:QUOTE_CHARS_MAX]
        line = (cut[: cut.rfind(" ")] if " " in cut[QUOTE_CHARS_MAX // 2 :] else cut).rstrip(" ,;:.–-") + "…"
    opening, closing = QUOTES[language]
    for mark in '“”„"«»':
        line = line.replace(mark, "’")
    return f"{opening}{line}{closing}"


def _sentences(pairing: Pairing, to: str, giver: str | None) -> str:
    language = next((side.language for side in pairing.sides if side.to == to), LANGUAGE)
    by_offer: dict[tuple[object, ...], list[Reason]] = {}
    for reason in pairing.reasons:
        if reason.to == to:
            by_offer.setdefault((reason.offer, reason.offer_from, reason.seek_from), []).append(reason)
    return " ".join(
        sentence(first, language, giver, further=[one.seek for one in further]) for first, *further in by_offer.values()
    )
