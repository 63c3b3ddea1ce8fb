"""Lines of JSON → lessons and sentence pairs; what cannot be used is named by its line, with the cure."""

import csv
import io

from msgspec import DecodeError, ValidationError, json

from matchmaker.errors import Invalid
from matchmaker.model.lesson import Lesson

_LESSON = json.Decoder(Lesson)
LINES_MAX = 20_000


def read(data: bytes, name: str) -> list[Lesson]:
    """The lessons of a file; blank lines are let be. Raises `Invalid` at the first line that is none."""
    lessons = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        lessons.append(_lesson(line, name, number))
        if len(lessons) > LINES_MAX:
            raise Invalid(f"{name} has more than {LINES_MAX:,} lines.", cure="Split it.")
    if not lessons:
        raise Invalid(
            f"{name} has no line to judge by.", cure='Write one JSON object a line: {"seek": …, "offers": […]}.'
        )
    return lessons


def _lesson(line: bytes, name: str, number: int) -> Lesson:
    try:
        lesson = _LESSON.decode(line)
    except ValidationError as error:
        raise Invalid(f"{name}, line {number}: {error}", cure=_CURE) from None
    except (DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{name}, line {number} is not JSON: {error}", cure=_CURE) from None
    if not lesson.seek.strip():
        raise Invalid(f"{name}, line {number}: the seek is blank.", cure="Say what is sought, or leave the line out.")
    labels = {offer.label for offer in lesson.offers}
    if 2 not in labels or 0 not in labels:
        raise Invalid(
            f"{name}, line {number} needs an offer with label 2 and one with label 0.",
            cure="Without both there is nothing to rank; add one or leave the line out.",
        )
    return lesson


_CURE = (
    'Write {"seek": "…", "offers": [{"text": "…", "label": 2, "kind": "answer"}, …]}; label is 2, 1 or 0; goal, domain and '
    "language may be left out."
)


def read_sentence_pairs(data: bytes, name: str) -> list[tuple[str, str, float]]:
    """Rows of two sentences and how alike they are, as in the STS benchmark. Raises `Invalid` for a row that is none."""
    pairs = []
    for number, row in enumerate(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"))), start=1):
        try:
            first, second, score = row
            pairs.append((first, second, float(score)))
        except ValueError:
            if number > 1:  # a header is let be
                raise Invalid(
                    f"{name}, line {number} is not two sentences and a number.", cure="Write sentence,sentence,score."
                ) from None
    if len(pairs) < 2:
        raise Invalid(f"{name} has fewer than two pairs of sentences.", cure="Give at least two.")
    return pairs
