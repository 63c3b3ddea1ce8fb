"""A calculating child that the tests of this folder share, since starting one takes seconds."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from matchmaker.services.calculate import Calculator


@pytest.fixture(scope="session")
def calculator() -> Iterator[Calculator]:
    calculator = Calculator()
    calculator.warm()
    yield calculator
    calculator.stop()


def child_of(calculator: Calculator) -> int:
    """The process id of the calculator's child, which is started if there is none."""
    calculator.warm()
    assert calculator._child is not None
    assert calculator._child.pid is not None
    return calculator._child.pid


@contextmanager
def held(calculator: Calculator) -> Iterator[int]:
    """The child stands still meanwhile, so that whatever it is asked to do takes as long as the block."""
    pid = child_of(calculator)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield pid
    finally:
        if calculator._child is not None and calculator._child.pid == pid and calculator._child.is_alive():
            os.kill(pid, signal.SIGCONT)  # else it was ended, and the number may be another's
