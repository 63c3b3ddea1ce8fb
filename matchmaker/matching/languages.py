"""Which language a text is written in: by its script, else by small words, letters and endings.

For the sixteen languages of the encoder, and for some others so that they are told apart from these rather than taken for one
of them. Small tables and no model: words of a profile together are enough, one or two words may not be. Codes are those of
BCP 47 in lower case; None is a text that does not say.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

SUPPORTED = frozenset(
    ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh", "zh-tw"]
)
CHARS_READ_MAX = 500
SCORE_LEAST = 0.7
LEAD_LEAST = 1.08
FAVOUR = 1.25

# Words so frequent that a dozen words of running text hold one; what several languages share counts a part for each.
SMALL_WORDS = {
    "en": "the and for with who to of in on at we my our i you is are am a an from any some not by how your their that this "
    "be can would will need want looking help have has do does it or as who's i'm someone anyone about into free please",
    "de": "der die das und für mit wer zu von im in auf wir ich unsere unser mein meine ist sind ein eine einen einem einer "
    "aus nicht wie bei den dem des suche suchen biete bieten auch oder als nach zum zur über wird kann hat haben jemand gerne "
    "am vom noch nur ab bis keine gegen kostenlos uns sich",
    "fr": "le la les et pour avec qui de du des dans sur nous je notre nos mon ma mes est sont un une au aux pas par comment "
    "chez votre vos que ce cette cherche cherchons propose besoin aide ou en sans déjà très d'un d'une l'on quelqu'un à ai à "
    "être plus entre",
    "es": "el la los las y para con quien quién de del en por nosotros yo nuestra nuestro mi mis es son un una unos al no cómo "
    "como que busco buscamos ofrezco ofrecemos necesito alguien ayuda o sin más se su sus desde hasta ya está hay tengo soy "
    "he este esta muy entre",
    "it": "il lo la gli le e per con chi di del della dei delle nel nella su noi io nostra nostro mio mia è sono un una uno al "
    "alla non come che cerco cerchiamo offro offriamo qualcuno aiuto o senza più si da dal dalla ho anche anni in ai dove i "
    "questo molto",
    "nl": "de het een en voor met wie van in op wij we ik onze ons mijn is zijn aan uit niet hoe bij door naar zoek zoeken bied "
    "bieden iemand hulp of als te om die dat heb hebben kan ook geen nog wil jaar over tot zonder al per er was",
    "pl": "i w z na do dla kto od my ja nasza nasz moja mój jest są nie jak przy przez szukam szukamy oferuję pomoc lub bez się "
    "co po o za który która które mam mamy oraz ale od lat czy już tylko chcę ze też kogoś",
    "pt": "o a os as e para com quem de do da dos das em no na nos nas por nós eu nossa nosso meu minha é são um uma ao à não "
    "como que procuro procuramos ofereço preciso alguém ajuda ou sem mais se já tenho sou está pelo pela até muito também dou "
    "num numa",
    "tr": "ve için ile kim bir bu şu da de biz ben bizim benim olan olarak nasıl arıyorum arıyoruz sunuyorum yardım veya çok "
    "daha var yok mi mı ne en her gibi kadar sonra önce ücretsiz birini isteyen olur ama istiyorum iki yıl",
    "sv": "och att för med vem som av på vi jag vår min är ett en den det inte hur hos söker erbjuder någon hjälp eller utan "
    "har kan till från om våra behöver",
    "da": "og at for med hvem som af på vi jeg vores min er et en den det ikke hvordan hos søger tilbyder nogen hjælp eller "
    "uden har kan til fra om mig",
    "no": "og å for med hvem som av på vi jeg vår min er et en den det ikke hvordan hos søker tilbyr noen hjelp eller uten har "
    "kan til fra om meg",
    "fi": "ja on ei että se joka kanssa meidän minun etsin haemme tarjoan kuka miten tai ovat myös mutta jos kun olen",
    "cs": "a v na se je že pro s kdo od my já náš můj jsou není jak při hledám hledáme nabízím pomoc nebo bez který která mám "
    "ale už jen také po",
    "sk": "a v na sa je že pre s kto od my ja náš môj sú nie ako pri hľadám hľadáme ponúkam pomoc alebo bez ktorý mám ale už",
    "hu": "a az és egy hogy nem van aki mi én keresek keresünk kínálok segítség vagy nélkül is meg de már csak való",
    "ro": "și în de la cu pentru cine noi eu nostru mea este sunt un o nu cum caut căutăm ofer ajutor sau fără care mai din pe "
    "am să",
    "hr": "i u na je za s tko od mi ja naš moj su nije kako kod tražim tražimo nudim pomoć ili bez koji koja imam ali već samo",
    "id": "dan yang untuk dengan siapa dari di ke kami saya kita ini itu tidak bagaimana mencari menawarkan bantuan atau tanpa "
    "ada bisa juga",
    "vi": "và là của cho với ai từ ở chúng tôi này không như tìm cung cấp giúp hoặc có thể người một các những được",
    "ca": "el la els les i per amb qui de del en nosaltres jo nostra nostre meva és són un una al no com que busco oferim "
    "algú ajuda o sense més dels pel aquest",
}
LETTERS = {
    "de": "ß ä ö ü", "fr": "ç œ è ê ù û î ô à", "es": "ñ ¿ ¡ ó í á ú", "it": "ì ò ù à è", "nl": "ĳ", "pl": "ł ą ę ż ź ć ń ś",
    "pt": "ã õ ç â ê ó", "tr": "ı ğ ş ü ö ç", "sv": "å ä ö", "da": "ø æ å", "no": "ø å æ", "fi": "ä ö", "cs": "ř ů ě č š ž ý",
    "sk": "ľ ĺ ŕ ô č š ž ý", "hu": "ő ű á é ö ü", "ro": "ț ș ă â î", "hr": "đ č š ž ć", "vi": "ơ ư đ ạ ế ộ ố ậ", "ca": "ŀ ç ï",
}  # fmt: skip
ENDINGS = {
    "en": "ing tion tions ness ship ers ment ments ised ized ally ble ies ght",
    "de": "ung ungen keit heit schaft lich ische isch ieren ern chen bau stelle",
    "fr": "tion eur eurs euse eux ment ique iques aire aires elle elles ité ages ière",
    "es": "ción ciones dad ador adora mente ero eros ista ando iendo aje",
    "it": "zione zioni ità tore tori mente ando endo aggio ista ale ali etti",
    "nl": "ing ingen heid schap lijk elijk eren ijk tje sch aar",
    "pt": "ção ções dade ador mente ando endo agem eiro eira ista inho",
    "pl": "ość ania enie anie owy owa ych ego ami ach ów ski ska",
    "tr": "lar ler lık lik ların lerin ımız imiz yor ıyor iyor dan den sı si",
}

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LINKS = re.compile(r"(?<!\S)\S*(?:://|@|www\.)\S*")


def language_of(texts: Iterable[str]) -> str | None:
    """The language of texts by one hand."""
    return _language(" . ".join(texts)[:CHARS_READ_MAX])


@lru_cache(maxsize=4096)
def _language(text: str) -> str | None:
    text = unicodedata.normalize("NFC", _LINKS.sub(" ", text))
    scripts = Counter(filter(None, map(_script, text)))
    script = max(scripts, key=lambda one: (scripts[one], one), default=None)
    if scripts["kana"] and scripts["kana"] * 8 >= scripts["han"] and script in ("kana", "han"):
        return "ja"
    if script == "han":
        return "zh-tw" if _count(text, TRADITIONAL) > _count(text, SIMPLIFIED) else "zh"
    if script == "cyrillic":
        return "uk" if _count(text, "їєґі") > _count(text, "ыэёъ") else "ru"
    if script == "arabic":
        return "fa" if _count(text, "گچپژک") else "ar"
    return _latin(text) if script == "latin" else script


def _latin(text: str) -> str | None:
    scores: Counter[str] = Counter()
    words = [word.replace("’", "'") for word in _WORD.findall(text.replace("İ", "i").lower())]
    for word in words:
        for part in {word, word.partition("'")[0]}:
            scores.update(_WORDS.get(part, {}))
        for size in (6, 5, 4, 3, 2):
            if len(word) > size + 1 and (found := _ENDINGS.get(word[-size:])):
                scores.update(found)
                break
        for letter in set(word):
            scores.update(_LETTERS.get(letter, {}))
    if not scores:
        return None
    best, *others = sorted(scores, key=lambda one: (-scores[one] * (FAVOUR if one in SUPPORTED else 1), one))
    clear = all(scores[best] >= LEAD_LEAST * scores[other] for other in others)
    return best if clear and scores[best] >= SCORE_LEAST else None


def _script(char: str) -> str | None:
    code = ord(char)
    if not char.isalpha():
        return None
    return next((name for first, last, name in SCRIPTS if first <= code <= last), "latin")


def _count(text: str, chars: str) -> int:
    return sum(text.count(char) for char in chars)


def _shared(table: dict[str, str], weight: float) -> dict[str, dict[str, float]]:
    """Each sign with what it says for each language: less, the more languages share it."""
    found: dict[str, list[str]] = {}
    for language, signs in table.items():
        for sign in dict.fromkeys(signs.split()):
            found.setdefault(sign, []).append(language)
    return {sign: dict.fromkeys(languages, weight / len(languages)) for sign, languages in found.items()}


SCRIPTS = [
    (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "cyrillic"), (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"),
    (0x0600, 0x077F, "arabic"), (0x0900, 0x097F, "hi"), (0x0980, 0x09FF, "bn"), (0x0B80, 0x0BFF, "ta"), (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "ko"), (0x3040, 0x30FF, "kana"), (0x3130, 0x318F, "ko"), (0x3400, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "ko"), (0xF900, 0xFAFF, "han"),
]  # fmt: skip
SIMPLIFIED = (
    "们为这来对会个时说业务专师发动与问学习类产经验开区计网络资让"
    "给过还银设题资医电车东长门见轮线训员术营销优质约财图团队选项"
)
TRADITIONAL = (
    "們為這來對會個時說業務專師發動與問學習類產經驗開區計網絡資讓"
    "給過還銀設題資醫電車東長門見輪線訓員術營銷優質約財圖團隊選項"
)
_WORDS = _shared(SMALL_WORDS, 2.0)
_ENDINGS = _shared(ENDINGS, 0.8)
_LETTERS = _shared(LETTERS, 1.0)
