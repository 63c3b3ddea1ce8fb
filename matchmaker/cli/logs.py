"""The log: JSON lines on standard error, ours and the libraries' alike. An error is its kind and place, never its words."""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

STAMPS = (structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True))

Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def log_to_stderr(level: str) -> None:
    """From now on, whoever logs in this process."""
    number = logging.getLevelName(level.upper())
    structlog.configure(
        processors=[*STAMPS, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever it is by then
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*STAMPS, structlog.stdlib.add_logger_name, _without_words],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def _without_words(logger: Any, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An error's own words may quote a person's data."""
    failure: Failure | None = line.pop("exc_info", None)
    if failure:
        kind, _, places = failure
        line["error"] = [
            kind.__qualname__,
            *(f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(places)),
        ]
    return line
