"""Words beside the point buy nothing: neither boasts nor keywords lift offers that do not answer, whatever the kind and language.

Measured over the wrong offers of a quarter of the lessons, 17 languages: a boast takes .07 of a value on average (95 % of the
offers gain .10 at most), a row of keywords .11, the same boast three times .19; said twice, a text loses .01. Of any file
`tests/bench/measure_padding.py` says as much.
"""

from collections.abc import Callable

import numpy as np
import pytest

from matchmaker.matching.directed import answers_between
from matchmaker.matching.direction import sides_of, stated
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import encoded
from matchmaker.model.goal import GoalKind
from matchmaker.model.policy import Model
from matchmaker.model.weights import BUILTIN

MEAN_RISE_MOST, RISE, RISEN_SHARE_MOST = 0.03, 0.1, 0.25

# A seek of each kind, each in another language, with two offers that do not answer it, and a boast in that language.
SOUGHT = [
    (
        GoalKind.HIRE,
        "We need a bookkeeper two days a week for our bakery",
        ("Our café is also looking for a bookkeeper", "Antique books bought and sold, house clearances"),
        ", award-winning, twenty years of proven excellence, hundreds of delighted clients, a true leader in the field",
    ),
    (
        GoalKind.FIND_MENTOR,
        "Suche eine Mentorin für meine erste Leitung einer Kita",
        ("Frisch Kita-Leiterin geworden, suche auch jemanden zum Austausch", "Spielgeräte aus Robinie, mit Aufbau"),
        ", vielfach ausgezeichnet, seit zwanzig Jahren führend, Hunderte begeisterte Kunden, höchste Qualität",
    ),
    (
        GoalKind.LEARN,
        "Comment tenir un compost collectif sans odeurs en ville ?",
        ("Notre immeuble cherche aussi comment lancer un compost", "Parfums d’intérieur faits main, sans alcool"),
        ", maintes fois primé, leader reconnu depuis vingt ans, des centaines de clients ravis, qualité exceptionnelle",
    ),
    (
        GoalKind.BUY,
        "Busco un horno de segunda mano para cerámica, hasta 200 litros",
        ("Yo también busco un horno de cerámica barato", "Pan de masa madre al horno de leña, por encargo"),
        ", varias veces premiado, líder desde hace veinte años, cientos de clientes felices, calidad excepcional",
    ),
    (
        GoalKind.RAISE,
        "Cerchiamo 150.000 euro per la nostra birreria artigianale",
        ("Anche noi cerchiamo fondi per aprire un birrificio", "Etichette per bottiglie, da cento pezzi in su"),
        ", pluripremiato, leader da vent’anni, centinaia di clienti soddisfatti, qualità senza pari",
    ),
    (
        GoalKind.PARTNER,
        "Procuro uma oficina de bicicletas para um serviço conjunto de entregas",
        ("Também procuro parceiro para entregas de bicicleta", "Passeios de barco ao pôr do sol, grupos até dez"),
        ", várias vezes premiado, líder há vinte anos, centenas de clientes felizes, qualidade excecional",
    ),
    (
        GoalKind.PEER_SUPPORT,
        "Wil praten met andere boeren die hun bedrijf aan hun kinderen overdragen",
        ("Accountant, jaarrekeningen en btw voor winkels", "Trouwfotograaf, ook drones, door het hele land"),
        ", meermaals bekroond, al twintig jaar toonaangevend, honderden tevreden klanten, uitzonderlijke kwaliteit",
    ),
    (
        GoalKind.BE_HIRED,
        "Spawacz TIG z uprawnieniami, szukam pracy od marca",
        ("Też szukam pracy jako spawacz, mogę dojeżdżać", "Kursy garncarstwa dla dzieci w soboty"),
        ", wielokrotnie nagradzany, lider od dwudziestu lat, setki zadowolonych klientów, wyjątkowa jakość",
    ),
    (
        GoalKind.INVEST,
        "Хочу вложить до пяти миллионов в небольшие сыроварни",
        ("Тоже ищу, в какую сыроварню вложить деньги", "Аренда палаток и стульев для свадеб"),
        ", многократно награждён, лидер отрасли двадцать лет, сотни довольных клиентов, исключительное качество",
    ),
    (
        GoalKind.SELL,
        "Zeytinyağımızı satacak dükkânlar arıyoruz",
        ("Biz de zeytinyağımıza alıcı arıyoruz", "Halı yıkama, adresten alıp teslim ediyoruz"),
        ", ödüllü, yirmi yıldır sektörün lideri, yüzlerce mutlu müşteri, üstün kalite",
    ),
    (
        GoalKind.TEACH,
        "手話を教えています。学びたい職場を探しています",
        ("私も手話の教室を開いています", "庭の剪定と草刈りを承ります"),
        "、受賞歴多数、業界を二十年リード、数百の満足した顧客、最高の品質",
    ),
    (
        GoalKind.MENTOR,
        "退休护士，愿意指导刚入职的年轻护士",
        ("我也是资深护士，愿意带新人", "二手钢琴买卖，上门调音"),
        "，屡获殊荣，二十年行业领先，数百位满意客户，品质卓越",
    ),
    (
        GoalKind.SPEAK,
        "지역 역사에 대해 강연할 자리를 찾습니다",
        ("저도 강연할 무대를 찾고 있습니다", "세탁기 수리, 당일 방문"),
        ", 다수의 수상 경력, 이십 년간 업계 선두, 수백 명의 만족한 고객, 최고의 품질",
    ),
    (
        GoalKind.EXPLORE,
        "أفكر في الانتقال من التدريس إلى تصميم المتاحف وأريد أن أفهم المجال",
        ("أنا أيضا معلم أفكر في تغيير مهنتي", "تأجير سيارات للأعراس"),
        "، حائز على جوائز كثيرة، رائد منذ عشرين عاما، مئات العملاء السعداء، جودة استثنائية",
    ),
]
KEYWORDS = " hiring jobs mentor investor funding sales marketing partner training speaker consulting advice"

PADDINGS: dict[str, Callable[[str, str], str]] = {
    "boast": lambda text, boast: text + boast,
    "boast, three times": lambda text, boast: text + boast * 3,
    "keywords": lambda text, boast: text + KEYWORDS,
    "keywords, five times": lambda text, boast: text + KEYWORDS * 5,
    "said twice": lambda text, boast: f"{text}. {text}",
}


def values(pad: Callable[[str, str], str]) -> Floats:
    """`(28,)`: what each wrong offer, padded, is worth to the seek it stands beside."""
    found = []
    for goal, seek, wrong, boast in SOUGHT:
        texts = [seek, *(pad(text, boast) for text in wrong)]
        sides = sides_of(texts, encoded(texts, memory=MEMORY, progress=lambda stage, share: None))
        wants = stated([goal], sides.wants[:1])
        weights = BUILTIN[Model.USEM3]
        found.append(answers_between(sides.seeks[:1], sides.offers[1:], wants, sides.gives[1:], weights)[0])
    return np.concatenate(found)


MEMORY: dict[bytes, bytes] = {}


def test_each_kind_stands_in_a_language_of_its_own() -> None:
    assert {goal for goal, *_ in SOUGHT} == set(GoalKind)
    assert len({boast for *_, boast in SOUGHT}) == len(SOUGHT)


@pytest.mark.parametrize("padding", PADDINGS)
def test_padding_a_wrong_offer_does_not_raise_its_value(padding: str) -> None:
    rise = values(PADDINGS[padding]) - values(lambda text, boast: text)
    assert rise.mean() <= MEAN_RISE_MOST
    assert (rise > RISE).mean() <= RISEN_SHARE_MOST


def test_the_padding_is_what_is_measured() -> None:
    """An answer in place of a wrong offer does raise it, so that the test above can fail."""
    rise = values(lambda text, boast: "Bookkeeper for bakeries, two days a week free") - values(
        lambda text, boast: text
    )
    assert rise[:2].min() > RISE
