"""The log goes to standard error, wherever that is by the time of a line."""

import io
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog

from matchmaker.cli.logs import log_to_stderr


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_written_to_what_standard_error_is_by_then(capsys: pytest.CaptureFixture[str]) -> None:
    with redirect_stderr(io.StringIO()) as earlier:
        log_to_stderr("info")
    earlier.close()
    structlog.get_logger().info("a line")
    assert '"event": "a line"' in capsys.readouterr().err
