"""The sixteen languages of the encoder are told apart, and others are not taken for one of them."""

import pytest

from matchmaker.matching.languages import SUPPORTED, language_of

SAID = {
    "en": "Looking for someone who can help with our bread, and I offer two ovens",
    "de": "Wir suchen jemanden für die Backstube und bieten zwei Öfen",
    "fr": "Nous cherchons quelqu’un pour la boulangerie, avec deux fours",
    "es": "Buscamos a alguien para la panadería, con dos hornos y mucha paciencia",
    "it": "Cerchiamo qualcuno per il panificio, con due forni e molta pazienza",
    "nl": "Wij zoeken iemand voor de bakkerij, met twee ovens en veel geduld",
    "pt": "Procuramos alguém para a padaria, com dois fornos e muita paciência",
    "pl": "Szukamy kogoś do piekarni, mamy dwa piece i dużo cierpliwości",
    "tr": "Fırınımız için birini arıyoruz, iki ocak ve çok sabır var",
    "ru": "Ищем человека в пекарню, есть две печи и много терпения",
    "ar": "نبحث عن شخص للمخبز ولدينا فرنان",
    "zh": "我们为面包店寻找一个人，还有两个烤箱",
    "zh-tw": "我們為麵包店尋找一個人，還有兩個烤箱",
    "ja": "パン屋で働く人を探しています",
    "ko": "빵집에서 일할 사람을 찾습니다",
    "th": "กำลังมองหาคนทำขนมปัง",
}
OTHERS = {
    "sv": "Vi söker någon till bageriet och har två ugnar som inte används",
    "ro": "Căutăm pe cineva pentru brutărie și avem două cuptoare din care unul nou",
    "hi": "हमें बेकरी के लिए किसी की तलाश है",
    "el": "Ψάχνουμε κάποιον για τον φούρνο",
    "uk": "Шукаємо людину в пекарню, є дві печі",
    "fa": "ما برای نانوایی کسی را می‌خواهیم که پخت بلد باشد، چه کسی",
}


def test_the_sixteen_languages_are_told_apart() -> None:
    assert {language: language_of([text]) for language, text in SAID.items()} == {one: one for one in SAID}
    assert set(SAID) == SUPPORTED


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_known_as_such(language: str) -> None:
    assert language_of([OTHERS[language]]) == language
    assert language not in SUPPORTED


@pytest.mark.parametrize("texts", [[], [""], ["12 % 2027"], ["Kubernetes"], ["https://der.die.das/und"]])
def test_what_does_not_say_is_of_no_language(texts: list[str]) -> None:
    assert language_of(texts) is None


def test_texts_by_one_hand_are_read_together() -> None:
    assert language_of(["Backstube", "Öfen für Brot", "Kubernetes"]) == "de"
