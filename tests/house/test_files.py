"""What stands in git: no address of a registry, no path of somebody's machine, and vendored files as they came."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGE, ROOT, tracked

HOSTS = re.compile(r"\b(?:pypi|pythonhosted|npmjs|debian|docker|ghcr|quay)\.(?:org|com|io)\b")
HOMES = re.compile(r"(?<![\w.~-])/(?:root|home/\w+|Users/\w+)/")
FOREIGN = ("*.min.js", "*.min.css", "*bundle*.js", "*.woff2", "*.ttf", "*.otf")


def vendored() -> set[Path]:
    return {path.parent for path in tracked() if path.is_relative_to(PACKAGE) and any(map(path.match, FOREIGN))}


def addresses(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := HOSTS.search(line) or HOMES.search(line):
            yield f"{number} {found.group()}"
        elif str(ROOT) in line:
            yield f"{number} a path of this machine"


def test_no_file_names_a_registry_or_a_machine() -> None:
    ours = [path for path in tracked() if path.parent not in vendored()]
    assert [
        f"{path.relative_to(ROOT)}:{found}"
        for path in ours
        for found in addresses(path.read_text(encoding="utf-8", errors="ignore"))
    ] == []


def test_no_file_records_download_hosts() -> None:
    recorders = {"uv.lock", "pylock.toml", "poetry.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}
    assert [path for path in tracked() if path.name in recorders] == []


def test_vendored_folders_say_whence_they_came() -> None:
    assert [folder for folder in vendored() if not (folder / "SOURCE").is_file()] == []


def test_vendored_files_are_as_they_came() -> None:
    sources = [path for path in tracked() if path.name == "SOURCE"]
    assert sources
    for source in sources:
        text = source.read_text(encoding="utf-8")
        assert re.search(r"\d+\.\d+", text.partition("sha256")[0]), f"{source}: which version?"
        assert "licence" in text.lower(), f"{source}: which licence?"
        assert sums(text) == {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in source.parent.iterdir()
            if path.is_file() and path != source
        }


def sums(source: str) -> dict[str, str]:
    return {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", source, re.MULTILINE)}


@pytest.mark.parametrize(
    "parts",
    [("see pypi", ".org"), ("/", "root/x"), ("open ", f"{ROOT}/x"), ("/", "home/ada/x"), ("docker", ".io/python")],
)
def test_an_address_is_seen(parts: tuple[str, ...]) -> None:
    assert list(addresses("".join(parts)))
