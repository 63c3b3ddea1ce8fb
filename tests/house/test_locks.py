"""The locks hold everything, with hashes, and what is installed is what is locked."""

import importlib.metadata
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

RUNTIME, DEVELOPMENT, BUILD = (ROOT / name for name in ("requirements.lock", ".ci/requirements.lock", ".ci/build.lock"))
OURS = "matchmaker-events"
TOOLS = {"pip", "setuptools", "wheel", "uv"}  # what makes the environment is not in it


@dataclass(frozen=True)
class Pin:
    version: str
    applies: bool
    hashes: int


def pins(text: str) -> dict[str, Pin]:
    """What a lock pins, by name. Fails at a line that is no pin, hash or comment."""
    found: dict[str, Pin] = {}
    for entry in re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines():
        match = re.fullmatch(r"([\w.-]+)==(\S+)(?: ; (.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})*)\s*", entry)
        assert match, f"neither pin nor hash: {entry}"
        name, version, marker, hashes = match.groups()
        assert name not in found, f"{name} is pinned twice"
        found[name] = Pin(version, marker is None or Marker(marker).evaluate(), hashes.count("--hash"))
    assert found, "an empty lock"
    return found


def read(lock: Path) -> dict[str, Pin]:
    return pins(lock.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT, BUILD], ids=lambda lock: lock.relative_to(ROOT).as_posix())
def test_every_pin_has_hashes_and_no_host(lock: Path) -> None:
    assert [name for name, pin in read(lock).items() if not pin.hashes] == []
    assert "//" not in lock.read_text(encoding="utf-8")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        RUNTIME: project["project"]["dependencies"],
        DEVELOPMENT: project["project"]["optional-dependencies"]["dev"],
        BUILD: project["build-system"]["requires"],
    }
    for lock, requirements in wanted.items():
        held = read(lock)
        for requirement in map(Requirement, requirements):
            pin = held[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(pin.version), f"{lock.name}: {requirement}, not {pin.version}"


def test_development_adds_to_the_runtime_and_changes_nothing() -> None:
    runtime, development = read(RUNTIME), read(DEVELOPMENT)
    assert {name: development.get(name) for name in runtime} == runtime


def test_what_is_installed_is_what_is_locked() -> None:
    locked = {name: pin.version for name, pin in read(DEVELOPMENT).items() if pin.applies}
    aside = TOOLS | {OURS} | (read(BUILD).keys() - locked.keys())
    installed = {canonicalize_name(found.name): found.version for found in importlib.metadata.distributions()}
    assert {name: version for name, version in installed.items() if name not in aside} == locked


@pytest.mark.parametrize("line", ["-e .", "--index-url https://example.org", "a @ https://example.org/a.whl", "a>=1"])
def test_a_line_that_is_no_pin_is_seen(line: str) -> None:
    with pytest.raises(AssertionError, match="neither pin nor hash"):
        pins(f"{line}\n")
