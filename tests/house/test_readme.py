"""README is true: its two commands are those that are run here, and its code map leaves out no room."""

import re
import subprocess

import pytest

from tests.house.tree import PACKAGE, ROOT

INSTALL = "python3 -m venv .venv && .venv/bin/pip install -q -r requirements.lock"
OURSELVES = ".venv/bin/pip install -q --no-deps -e ."
COMMANDS = {
    "run": f"{INSTALL} && {OURSELVES} && .venv/bin/matchmaker demo",
    "test": f"{INSTALL} -r .ci/requirements.lock && {OURSELVES} && .venv/bin/pytest",
}


@pytest.fixture
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def shown(readme: str, mark: str) -> list[str]:
    """The fenced blocks that stand under `<!-- mark -->`."""
    return re.findall(rf"^<!-- {mark} -->\n+```\w*\n(.*?)\n```$", readme, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("mark", COMMANDS)
def test_the_command_is_one_line_and_the_one_that_ci_takes(readme: str, mark: str) -> None:
    taken = subprocess.run(
        ["bash", str(ROOT / ".ci/readme-command"), mark], check=True, capture_output=True, text=True
    ).stdout
    assert shown(readme, mark) == [COMMANDS[mark]]
    assert taken == COMMANDS[mark] + "\n"


def test_ci_runs_the_command_that_it_takes() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert '.ci/readme-command test)"' in script
    assert 'bash -euo pipefail -c "$command"' in script


def test_the_code_map_names_every_room(readme: str) -> None:
    sections = re.split(r"^## ", readme, flags=re.MULTILINE)
    code_map = next(section for section in sections if section.startswith("The house\n"))
    rooms = [
        f"{path.name}/" if path.is_dir() else path.name
        for path in sorted(PACKAGE.iterdir())
        if not path.name.startswith("__") and (path.suffix == ".py" or any(path.rglob("*.py")))
    ]
    assert rooms
    assert [room for room in rooms if room not in code_map] == []


def test_an_unmarked_command_is_not_taken() -> None:
    done = subprocess.run(
        ["bash", str(ROOT / ".ci/readme-command"), "nothing"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
