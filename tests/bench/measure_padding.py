"""`python -m tests.bench.measure_padding FILE.jsonl`: what padding does to the offers of a file that do not answer.

Lines are as `matchmaker judge` reads them. Points are of a hundred; above zero is what padding would buy.
"""

import sys
from pathlib import Path

import numpy as np

from matchmaker.intake import lessons
from matchmaker.matching.directed import answers_between
from matchmaker.matching.direction import sides_of, stated
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import Memory, encoded
from matchmaker.model.lesson import Lesson
from matchmaker.model.policy import Model
from matchmaker.model.weights import BUILTIN
from tests.matching.test_padding import PADDINGS, SOUGHT

BOAST = SOUGHT[0][3]  # in English


def main(file: Path) -> None:
    """A line a padding: the mean, what one in twenty gains at least, and the share that gains more than ten points."""
    memory: Memory = {}
    read = lessons.read(file.read_bytes(), file.name)
    plain = values(read, [[offer.text for offer in lesson.offers if not offer.label] for lesson in read], memory)
    print(f"{len(plain):,} offers that do not answer")
    for name, pad in PADDINGS.items():
        padded = [[pad(offer.text, BOAST) for offer in lesson.offers if not offer.label] for lesson in read]
        rise = 100 * (values(read, padded, memory) - plain)
        above = (rise > 10).mean()
        print(
            f"{name:<22} mean {rise.mean():+6.1f}   one in twenty {np.quantile(rise, 0.95):+6.1f}   above ten {above:.0%}"
        )


def values(read: list[Lesson], offers: list[list[str]], memory: Memory) -> Floats:
    """What each offer is worth to the seek of its line."""
    texts = [lesson.seek for lesson in read] + [text for own in offers for text in own]
    sides = sides_of(texts, encoded(texts, memory=memory, progress=lambda stage, share: None))
    wants = stated([lesson.goal for lesson in read], sides.wants[: len(read)])
    found, begin = [], len(read)
    for row, own in enumerate(offers):
        line, asked = slice(begin, begin + len(own)), slice(row, row + 1)
        begin += len(own)
        found.append(
            answers_between(
                sides.seeks[asked], sides.offers[line], wants[asked], sides.gives[line], BUILTIN[Model.USEM3]
            )[0]
        )
    return np.concatenate(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
