"""Lessons: a line that cannot be used is named, with what to do."""

import pytest

from matchmaker.errors import Invalid
from matchmaker.intake import lessons
from matchmaker.intake.lessons import read, read_sentence_pairs
from matchmaker.lessons import EXAMPLES
from matchmaker.model.goal import GoalKind

GOOD = b'{"id": 1, "seek": "a", "goal": "buy", "offers": [{"text": "b", "label": 2}, {"text": "c", "label": 0, "why": "x"}]}'


def test_blank_lines_and_other_fields_are_let_be() -> None:
    (lesson,) = read(b"\xef\xbb\xbf\n" + GOOD + b"\n\n", "f")
    assert (lesson.goal, lesson.language, lesson.offers[1].kind) == (GoalKind.BUY, None, None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (GOOD + b"\nnot json", "f, line 2 is not JSON"),
        (GOOD.replace(b'"label": 2', b'"label": 3'), "f, line 1: "),
        (GOOD.replace(b'"a"', b'" "'), "f, line 1: the seek is blank"),
        (GOOD.replace(b'"label": 0', b'"label": 1'), "f, line 1 needs an offer with label 2 and one with label 0"),
        (b"", "f has no line"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_line_with_the_cure(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        read(data, "f")
    assert caught.value.cure


def test_a_file_has_so_many_lines_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "LINES_MAX", 2)
    assert len(read(GOOD + b"\n" + GOOD, "f")) == 2
    with pytest.raises(Invalid, match="f has more than 2 lines"):
        read(b"\n".join([GOOD] * 3), "f")


def test_every_shipped_lesson_can_be_read_and_has_what_teaching_needs() -> None:
    shipped = [
        lesson
        for file in EXAMPLES.iterdir()
        if file.name.endswith(".jsonl")
        for lesson in read(file.read_bytes(), file.name)
    ]
    assert len(shipped) > 600
    assert all(lesson.goal and lesson.domain and lesson.language for lesson in shipped)


def test_sentence_pairs_are_read_and_a_bad_row_is_named() -> None:
    assert read_sentence_pairs(b'sentence1,sentence2,score\na,"b, c",1.5\nd,e,0\n', "f") == [
        ("a", "b, c", 1.5),
        ("d", "e", 0),
    ]
    with pytest.raises(Invalid, match="f, line 2"):
        read_sentence_pairs(b"a,b,1\nc,d\n", "f")
    with pytest.raises(Invalid, match="fewer than two"):
        read_sentence_pairs(b"a,b,1\n", "f")
