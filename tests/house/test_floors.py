"""Imports go down, and each third-party name stays in its room: the contracts of pyproject.toml, kept and able to fail."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PACKAGE, ROOT

INTRUDERS = {
    "Imports go down": ("matching/intruder.py", "import matchmaker.store"),
    "Two rooms of pages stand on one ground": ("web/attendee/intruder.py", "import matchmaker.web.organiser.visit"),
    "Litestar stays in api, web and app": ("services/intruder.py", "import litestar"),
    "Templates stay in web and mail": ("services/intruder.py", "import jinja2"),
    "asyncpg stays in store": ("services/intruder.py", "import asyncpg"),
    "pgqueuer stays in store and worker": ("services/intruder.py", "import pgqueuer"),
    "Arithmetic stays in matching and bench": ("store/intruder.py", "from numpy import array"),
    "Peers stay in bench": ("matching/intruder.py", "def late():\n    import networkx"),
    "The terminal stays in cli": ("services/intruder.py", "def late():\n    import rich"),
    "The web server is started by cli": ("api/intruder.py", "import uvicorn"),
    "SMTP stays in mail/smtp.py": ("services/intruder.py", "import smtplib"),
    "Letters are made in mail": ("services/intruder.py", "from icalendar import Calendar"),
    "Workbooks and pages are made in export": ("api/intruder.py", "import xlsxwriter"),
    "Letters are composed without input or output": ("mail/calendar.py", "import socket"),
    "The core does no input or output": ("matching/intruder.py", "import subprocess"),
}


def lint_imports(folder: Path) -> str:
    """What import-linter says of the package in `folder`, by today's contracts."""
    programme = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-c", programme, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=folder, check=False, capture_output=True, text=True, env={"COLUMNS": "200"},
    )  # fmt: skip
    return done.stdout + done.stderr


def verdicts(said: str) -> dict[str, str]:
    """KEPT or BROKEN by contract, from lines such as `asyncpg stays in store BROKEN (94 ignored imports)`."""
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)(?: \(.*\))?$", said, re.MULTILINE))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        PACKAGE, tmp_path / "matchmaker", ignore=shutil.ignore_patterns("__pycache__", "static", "demo", "fonts")
    )
    return tmp_path


def test_every_floor_and_binding_holds() -> None:
    said = lint_imports(ROOT)
    assert verdicts(said) == dict.fromkeys(INTRUDERS, "KEPT"), said


@pytest.mark.parametrize("contract", INTRUDERS)
def test_an_intruder_breaks_the_contract(copy: Path, contract: str) -> None:
    name, text = INTRUDERS[contract]
    (copy / "matchmaker" / name).write_text(text + "\n")
    said = lint_imports(copy)
    assert verdicts(said).get(contract) == "BROKEN", said


def test_a_room_without_a_floor_breaks_the_contract(copy: Path) -> None:
    (copy / "matchmaker" / "attic.py").write_text("")
    assert verdicts(lint_imports(copy)).get("Imports go down") == "BROKEN"
