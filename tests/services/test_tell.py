"""Each side reads in the language they write in themselves, and nobody is named who is not to be."""

from msgspec import structs

from matchmaker.model.pairing import Reason
from matchmaker.services.tell import told
from tests.export.people import ADA_BOB, A, B

TO_ADA = Reason(
    to=A, seek="Wir suchen eine Backstube für unser Brot", offer="I offer an oven in the morning", share=1.0
)
TO_BOB = Reason(to=B, seek="I want to learn how to bake, who can help?", offer="Brot backen lernen bei uns", share=1.0)
PAIRING = structs.replace(ADA_BOB, reasons=[TO_ADA, TO_BOB])


def test_each_side_reads_their_own_language() -> None:
    ada, bob = told(PAIRING).sides
    assert (ada.to, ada.language, bob.to, bob.language) == (A, "de", B, "en")
    assert ada.lead.startswith("Sie suchen „Wir suchen eine Backstube")
    assert bob.lead.startswith("You asked for “I want to learn")
    assert len(ada.starters) == len(bob.starters) == 2


def test_nobody_is_named_without_names() -> None:
    assert "they offer" in told(PAIRING).sides[1].lead
    assert "Ada offers" in told(PAIRING, {A: "Ada", B: "Bob"}).sides[1].lead


def test_what_is_worth_little_is_called_a_long_shot() -> None:
    """To Ada it is worth 8, to Bob 100."""
    faint = structs.replace(PAIRING, value_to_first=8.0)
    ada, bob = told(faint).sides
    assert ada.lead == f"{told(PAIRING).sides[0].lead} Es ist ein Versuch."
    assert bob.lead == told(PAIRING).sides[1].lead


def test_other_languages_read_english() -> None:
    swedish = structs.replace(TO_ADA, seek="Vi söker någon som kan hjälpa oss med brödet")
    assert told(structs.replace(PAIRING, reasons=[swedish])).sides[0].language == "en"


def test_a_pair_without_reasons_reads_nothing() -> None:
    assert told(structs.replace(PAIRING, reasons=[], shared=[])).sides == []
