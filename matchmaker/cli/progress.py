"""What a person sees of long work: a bar on stderr where that is a terminal, and how long each stage took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STAGES = {
    "reading": "reading the file",
    "vectors": "reading what people wrote",
    "candidates": "comparing everyone with everyone",
    "assignment": "choosing pairs for the whole room",
    "ranking": "ranking them",
    "reasons": "finding the words that carried them",
    "answer": "planning again, as it might be",
}
console = Console(stderr=True)
out = Console(highlight=False, markup=False)


class Stages:
    """A progress callback: draws the stage it hears of, and keeps the seconds of each in `seconds`."""

    def __init__(self, bar: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._bar = bar
        self._task: TaskID | None = None
        self._stage, self._since = "", time.perf_counter()

    def __call__(self, stage: str, share: float) -> None:
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._task = self._bar.add_task(STAGES.get(stage, stage), total=1.0)
        if self._task is not None:
            self._bar.update(self._task, completed=share)

    def close(self) -> None:
        """End the present stage."""
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = round(self.seconds.get(self._stage, 0.0) + now - self._since, 2)
        if self._task is not None:
            self._bar.update(self._task, completed=1.0)
        self._stage, self._since = "", now


@contextmanager
def stages() -> Iterator[Stages]:
    """A bar for the length of the block; silent where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        drawn = Stages(bar)
        yield drawn
        drawn.close()
