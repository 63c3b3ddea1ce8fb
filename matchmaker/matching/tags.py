"""Near-duplicate tags have one normal form: “AI”, “A.I.” and “artificial-intelligence” are one interest (F05)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Long forms and their short ones; a tag in either form, in any of these languages, is the same tag.
SHORT_FORMS = {
    "ai": "artificial intelligence|ki|künstliche intelligenz|ia|intelligence artificielle|inteligencia artificial|intelligenza "
    "artificiale|inteligência artificial|kunstmatige intelligentie|sztuczna inteligencja|yapay zeka|искусственный интеллект|"
    "人工智能|人工智慧|人工知能|인공지능|ปัญญาประดิษฐ์|الذكاء الاصطناعي",
    "ml": "machine learning|maschinelles lernen|apprentissage automatique",
    "hr": "human resources|personalwesen|ressources humaines|rh|recursos humanos|risorse umane|personeelszaken",
    "pr": "public relations|öffentlichkeitsarbeit|relations publiques",
    "ux": "user experience|ux design|user experience design",
    "esg": "environmental social governance|environmental, social and governance",
    "iot": "internet of things|internet der dinge",
    "r&d": "research and development|rnd|f&e|forschung und entwicklung",
    "m&a": "mergers and acquisitions|mergers & acquisitions",
    "seo": "search engine optimisation|search engine optimization",
    "sme": "small business|small businesses|smes|kmu|pme|pymes|pmi|mkb",
    "b2b": "business to business|business-to-business",
    "vr": "virtual reality|virtuelle realität|réalité virtuelle",
    "csr": "corporate social responsibility",
    "saas": "software as a service",
    "ev": "electric vehicle|electric vehicles|elektromobilität|e-mobility",
}
_MARKS = re.compile(r"[^\w&+#]+")


@lru_cache(maxsize=65536)
def normal_form(tag: str) -> str:
    """A tag as it is compared: width, case, marks, hyphens and an English plural aside, and abbreviations by their short form."""
    joined = _joined(tag)
    return _SHORT.get(joined, joined)


def folded_tags(tags: Iterable[str]) -> dict[str, list[str]]:
    """Each tag that stands for others with all that fold into it, in the order written; the first written stands."""
    groups: dict[str, list[str]] = {}
    for tag in tags:
        groups.setdefault(normal_form(tag), []).append(tag)
    return {own[0]: own for own in groups.values()}


def _joined(tag: str) -> str:
    text = unicodedata.normalize("NFKC", tag).casefold().replace(" and ", " & ")
    word = _MARKS.sub("", text)
    plural = len(word) > 4 and word.isascii() and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word or tag.strip()


_SHORT = {_joined(long): short for short, longs in SHORT_FORMS.items() for long in longs.split("|")}
