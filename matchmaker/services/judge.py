"""Judge how offers are ranked for seeks on a file, and teach it anew from lessons."""

from collections.abc import Callable, Sequence

from matchmaker.errors import Invalid
from matchmaker.intake import lessons
from matchmaker.lessons import EXAMPLES, PLAIN
from matchmaker.matching import ablation, judging, teaching
from matchmaker.matching.direction import packed
from matchmaker.model.goal import GoalKind
from matchmaker.model.lesson import Lesson

Progress = Callable[[str, float], None]


def judge_file(data: bytes, name: str, *, seed: int, progress: Progress) -> dict[str, dict[str, judging.Reading]]:
    """The readings of a file. Raises `Invalid` for one that cannot be used."""
    return judging.judge(lessons.read(data, name), seed=seed, memory={}, progress=progress)


def likeness_of_file(data: bytes, name: str, *, progress: Progress) -> float:
    """Spearman's rank correlation on a file of sentence pairs."""
    return judging.likeness(lessons.read_sentence_pairs(data, name), memory={}, progress=progress)


def taught(files: Sequence[tuple[str, bytes]], *, progress: Progress) -> bytes:
    """What lessons teach, as an `.npz`; of the shipped ones unless files are given. Raises `Invalid` for too few."""
    return packed(teaching.taught(_lessons(files), _plain(), memory={}, progress=progress))


def ablated(
    files: Sequence[tuple[str, bytes]], *, seed: int, progress: Progress
) -> dict[str, dict[str, judging.Reading]]:
    """What each piece of evidence is worth on lessons of domains kept aside. Raises `Invalid` for too few."""
    return ablation.ablated(_lessons(files), _plain(), seed=seed, memory={}, progress=progress)


def _plain() -> list[teaching.Plain]:
    """The shipped seeks that are said plainly, with their kinds."""
    lines = (line.partition(": ") for line in PLAIN.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [(GoalKind(kind), text) for kind, _, text in lines]


def _lessons(files: Sequence[tuple[str, bytes]]) -> list[Lesson]:
    shipped = sorted((entry.name, entry.read_bytes()) for entry in EXAMPLES.iterdir() if entry.name.endswith(".jsonl"))
    read = [(name, lesson) for name, data in files or shipped for lesson in lessons.read(data, name)]
    for name, lesson in read:
        if lesson.goal is None or lesson.domain is None:
            raise Invalid(f"{name}: “{lesson.seek}” has no goal or no domain.", cure="Name both: lessons need them.")
    known = [lesson for _, lesson in read]
    domains, least = len({lesson.domain for lesson in known}), max(teaching.WORD_DOMAINS, teaching.CHARACTER_DOMAINS)
    if domains < least:
        raise Invalid(
            f"The lessons are of {domains} domains; it takes {least} to tell the words of a trade from those of a wish.",
            cure="Add lessons of other trades.",
        )
    return known
