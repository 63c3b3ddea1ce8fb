"""What of a person's text may be shown to another: without addresses, numbers to call and foul words; nothing of what is not
written to be read by people.

A reason quotes people to each other before either has agreed to be reached, so how to reach someone never stands in one.
People are matched by what may be shown and by nothing else: a link does not draw a seek away from its answers, and two who
drummed on their keyboards have nothing in common.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

LETTERS_LEAST = 2
NAME_CHARS_MAX = 3
WORD_CHARS_MAX = 60
DIGITS_LEAST = 6

# A word is tried from its beginning alone: from each of its letters, a text that is one long word would take its length squared.
_ADDRESSES = re.compile(
    r"""(?xi)
    \b(?:e-?mail|tel|phone|whatsapp|telegram|signal|skype|linkedin|insta(?:gram)?|twitter|wechat|line\ id)\s*[:=]
      \s*\S*[\d@/_.]\S*\w
    | (?:https?|ftp)\s*:\s*//\s*\S+ | \bwww\s*\.\s*\S+ | \bmailto:\S+
    | (?<![^\s<>()@])[^\s<>()@]+ \s? (?:@|\(at\)|\[at\]|\{at\}) \s? [^\s<>()@]+ (?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+)*
    | (?<![\w.-])[.-]*\b[\w.-]+ \s (?:at|@) \s [\w-]+ \s (?:dot|\.) \s \w{2,6}\b(?:\.\w+)*
    | (?<!\w)@\w[\w.-]+
    | (?<![\w.-])(?:[\w-]*\.)*-*\w[\w-]*\.
      (?:com|org|net|io|eu|info|biz|app|dev|ai|me|gg|ly|co|uk|de|fr|es|it|nl|pl|pt|ru|tr|jp|kr|cn|tw|th|br|ch|at)
      (?:/\S*|\b(?!\.\w))
    """
)
_NUMBERS = re.compile(
    r"""(?xi)
    \b(?:call|ring|phone|tel|text|whatsapp|mobile|cell|fax|sms)\b [^\w+]{0,3}(?:me\b|us\b)?[^\w+]{0,3}(?:on|at)?[^\w+]{0,3}
      \+?\(?\d[\d\s()./-]{4,}\d
    | (?<![\w.,])(?:\+|\b00)\s?\(?\d(?:[\s()./-]{0,2}\d){6,}
    | (?<![\w.,-])\(?0\d{1,4}\)?(?:[\s./-]?\d{2,}){2,}
    | (?<![\w.,-])\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b
    | (?<![\w.,])\d{9,}\b
    """
)
_TAGS = re.compile(r"</?[a-zA-Z!][^<>]{0,200}>|&(?:[a-z]+|#\d+);", re.IGNORECASE)
_FOUL = re.compile(
    r"(?<!\w)(?:motherfuck|fuck|shit(?!a[kh])|bullshit|cunt|bitch|wanker|bastard|assh[o0]le|arsehole|twat|nigg(?:er|a)|faggot"
    r"|schei(?:ß|ss)|arschloch|fick|wichser|hurensohn|putain|merde|connard|connasse|salope|enculé|puta(?!ti|me)|mierda|joder"
    r"|cabr[oó]n|gilipollas|cazzo|merda|stronz|vaffanculo|klootzak|kanker(?:lijer|hoer)|kut(?!\w)|caralho|porra(?!\w)|foda-se"
    r"|kurw|chuj|pierdol|orospu|siktir|бляд|хуй|хуё|хуе|пизд|ебан|сука(?!\w)|كس أم|شرموط)[\w*-]*"
    r"|他妈的|他媽的|操你|傻逼|くそったれ|씨발|개새끼|เหี้ย|ไอ้สัตว์",
    re.IGNORECASE,
)
_TO_A_MACHINE = re.compile(
    r"""(?xi)
    \b(?:
        (?:ignore|disregard|forget|override)\b .{0,30}
          \b(?:(?:previous|above|prior|earlier|all|your)\b.{0,20}\b(?:instruction|prompt|rule)|instruction|prompt)s?\b
      | (?:reveal|print|repeat|show|output|leak)\b .{0,20} \b(?:system|developer|hidden)\s+(?:prompt|message)s?\b
      | jailbreak\s+(?:mode|yourself|prompt) | do\ anything\ now\b
      | you\ are\ (?:now\ )?(?:chatgpt|gpt|an?\ (?:ai|assistant|large\ language|language\ model))
      | as\ an\ ai\b.{0,20}\b(?:model|assistant)\b
      | (?:rate|rank|score)\ (?:me|this|us)\b .{0,40} \b(?:highest|first|top|100)\b
      | (?:match|pair)\ (?:me|this|us)\ with\ every(?:one|body)\b
      | drop\s+table\b | union\s+select\b | select\s(?:.{0,60}\s)?\*\s*from\b
      | ignorier\w*\b.{0,30}\b(?:anweisung|befehl|vorherig) | ignor(?:ez|er)\b.{0,30}\b(?:instruction|consigne)
      | ignor[ae]\w*\b.{0,30}\b(?:instruccion|instrucciones|istruzion|instruç|poprzedni|polece)
      | negeer\b.{0,30}\binstructies
    )
    | ^\s*(?:system|assistant|user|human)\s*: | <\|.*?\|> | \[/?INST\] | </?(?:system|assistant|user|instructions?|script)\b
    | \{\{.*?\}\} | \$\{.*?\}
    | игнорируй.{0,30}инструкци | 忽略.{0,12}(?:指令|指示|提示) | 指示を無視 | 지시를?\s?무시 | تجاهل.{0,20}التعليمات
    """
)
_MAY_ADDRESS = re.compile(r"[@:=]|\w\.\w|www|[(\[{]at[)\]}]|\sat\s.*\s(?:dot|\.)\s", re.IGNORECASE)
_MARKS_LEFT = " ,;:–—-|/).]!?", " ,;:–—-|/(["  # before and after what is left
_EMPTIED = re.compile(r"\(\s*\)|\[\s*\]|\{\s*\}|“\s*”|\"\s*\"")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))} | {
    0xFF20: "@", 0xFF0E: ".", 0xFE6B: "@", 0xFF0B: "+",
}  # fmt: skip
_VOWELS = re.compile(r"[aeiouyäöüàáâãåæèéêëìíîïòóôõøùúûýœıąęó]")
_LATIN_WORD = re.compile(r"[a-zà-ÿœıąćęłńóśźżğş]{2,}")


def spoken(texts: Iterable[str]) -> list[str]:
    """What of some texts people are matched by, each once: whatever may be shown to others."""
    return list(dict.fromkeys(filter(None, map(shown, filter(str.strip, texts)))))


@lru_cache(maxsize=65536)
def shown(text: str) -> str | None:
    """The text as others may read it, which stays as it is when read again; None where nothing of it should be."""
    plain = text if text.isascii() else _without_disguise(text)
    if _TO_A_MACHINE.search(plain):
        return None
    cleaned = plain
    for unwanted in _unwanted(plain):
        cleaned = unwanted.sub(" ", cleaned)
    if cleaned == plain:
        return None if _is_nonsense(plain) else plain
    before, after = _MARKS_LEFT
    cleaned = " ".join(_EMPTIED.sub(" ", cleaned).split()).rstrip(after).lstrip(before)
    return shown(re.sub(r"\s+([,.;:!?)])", r"\1", cleaned))  # what is taken out may bring an address together


def _without_disguise(text: str) -> str:
    """Letters of full width as usual ones, and none that cannot be seen but those that join letters."""
    plain = text.translate(_FULL_WIDTH)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf" or char in "\u200c\u200d")


def _unwanted(text: str) -> Iterator[re.Pattern[str]]:
    """What to look for in a text: most hold no sign of most of it, and the patterns are slow."""
    if "<" in text or "&" in text:
        yield _TAGS
    if _MAY_ADDRESS.search(text):
        yield _ADDRESSES
    if sum(char.isdigit() for char in text) >= DIGITS_LEAST:
        yield _NUMBERS
    yield _FOUL


def _is_nonsense(text: str) -> bool:
    """No words: hardly a letter, letters drummed on, or a word that never ends. `R`, `5G` and `3D` are words."""
    letters = sum(map(str.isalpha, text))
    if not text.isascii():
        letters += sum(unicodedata.category(char)[0] == "M" for char in text)
    if letters and text.isalnum() and len(text) <= NAME_CHARS_MAX:
        return False
    if letters < LETTERS_LEAST or letters * 3 < len(text.replace(" ", "")):
        return True
    words = _LATIN_WORD.findall(text.lower())
    if any(len(word) > WORD_CHARS_MAX for word in words):
        return True
    drummed = sum(len(word) for word in words if len(word) > 4 and _is_drummed(word))
    return drummed * 2 > letters


def _is_drummed(word: str) -> bool:
    """Such as `asdfghjkl`, `xkcdqwrt`, `aaaaaa`: next to no vowels, one letter over and over, or a row of the keyboard."""
    return (
        len(set(word)) * 3 <= len(word)
        or len(_VOWELS.findall(word)) * 6 < len(word)
        or any(row in word for row in ("asdf", "qwert", "zxcv", "hjkl", "sdfg", "yxcv"))
    )
