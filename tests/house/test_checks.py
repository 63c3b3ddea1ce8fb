"""The checks themselves: nothing is skipped where nothing may be, every marker is carried, ruff's bans bite."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked

BANS = ["--ignore-noqa", "--select", "S301,S608,NPY002,DTZ,TID251"]


def ruff(*arguments: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", "--output-format", "concise", *arguments],
        cwd=ROOT, check=False, capture_output=True, text=True, input=text,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_no_ban_is_broken_under_a_noqa() -> None:
    assert ruff(*BANS, "matchmaker") == ""


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("S301", "import pickle\npickle.loads(b'')"),
        ("TID251", "from joblib import load"),
        ("TID251", "import os\nos.environ"),
        ("TID251", "from email.mime.text import MIMEText"),
        ("S608", "def ask(name):\n    return f\"select * from person where name = '{name}'\""),
        ("NPY002", "import numpy as np\nnp.random.rand(3)"),
        ("DTZ005", "from datetime import datetime\ndatetime.now()"),
    ],
)
def test_a_ban_bites(rule: str, text: str) -> None:
    assert f" {rule} " in ruff(*BANS, "--stdin-filename", "matchmaker/services/breach.py", "-", text=text)


def test_every_marker_is_carried_by_a_test() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    markers = [marker.partition(":")[0] for marker in pyproject["tool"]["pytest"]["markers"]]
    tests = [path.read_text(encoding="utf-8") for path in tracked() if path.name.startswith(("test_", "conftest"))]
    assert [name for name in markers if not any(f"pytest.mark.{name}" in text for text in tests)] == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("def test_x(): pass", 0),
        ("import pytest\ndef test_x(): pytest.skip('no programme')", 1),
        ("import pytest\n@pytest.mark.skip\ndef test_x(): pass", 1),
        ("import pytest\npytest.skip('no programme', allow_module_level=True)", 2),
        ("import pytest\n@pytest.mark.xfail(strict=True)\ndef test_x(): assert False", 0),
        ("", 5),
    ],
    ids=["passed", "skipped", "marked", "module", "expected", "nothing"],
)
def test_nothing_is_skipped_where_nothing_may_be(tmp_path: Path, text: str, status: int) -> None:
    (tmp_path / "test_it.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.no_skips", "-p", "no:cacheprovider",
         "-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT, check=False, capture_output=True, text=True, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert done.returncode == status, done.stdout
