"""What things are printed on: the paper, and how badges stand on a sheet of it."""

from enum import Enum

from msgspec import Struct


class Paper(Enum):
    """The paper that agendas, cards and table sheets are for."""

    A4 = "a4"
    LETTER = "us-letter"


class BadgeSheet(Enum):
    """How badges stand on a sheet: on A4 or Letter, so many across and down, as label makers cut them."""

    A4_2X5 = "a4-2x5"
    A4_3X8 = "a4-3x8"
    LETTER_2X3 = "letter-2x3"
    LETTER_2X4 = "letter-2x4"


class BadgeLayout(Struct, frozen=True, kw_only=True):
    """Where badges stand, in millimetres; `largest` is a name's size in points."""

    paper: Paper
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap_across: float
    gap_down: float
    inset: float
    qr: float
    largest: int
    title: bool


LAYOUTS = {
    BadgeSheet.A4_2X5: BadgeLayout(  # 80 × 50 mm, as Avery L4785
        paper=Paper.A4, columns=2, rows=5, width=80, height=50, left=17.5, top=13.5, gap_across=15, gap_down=5,
        inset=5, qr=22, largest=24, title=True,
    ),
    BadgeSheet.A4_3X8: BadgeLayout(  # 63.5 × 33.9 mm, as Avery L7159
        paper=Paper.A4, columns=3, rows=8, width=63.5, height=33.9, left=7.2, top=12.9, gap_across=2.5, gap_down=0,
        inset=3, qr=17, largest=17, title=False,
    ),
    BadgeSheet.LETTER_2X3: BadgeLayout(  # 4 × 3 inches, as Avery 5392
        paper=Paper.LETTER, columns=2, rows=3, width=101.6, height=76.2, left=6.35, top=25.4, gap_across=0, gap_down=0,
        inset=7, qr=28, largest=30, title=True,
    ),
    BadgeSheet.LETTER_2X4: BadgeLayout(  # 3 3/8 × 2 1/3 inches, as Avery 5395
        paper=Paper.LETTER, columns=2, rows=4, width=85.7, height=59.3, left=17.5, top=14.8, gap_across=9.5,
        gap_down=4.2, inset=5, qr=24, largest=26, title=True,
    ),
}  # fmt: skip
