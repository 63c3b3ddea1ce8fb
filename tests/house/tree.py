"""Reads the source as it stands: modules, the full names they call, and what stands in git."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "matchmaker"


@dataclass(frozen=True)
class Module:
    """A source file: `name` is relative to the package, for instance `store/pool.py`."""

    name: str
    text: str

    @property
    def room(self) -> str:
        return self.name.partition("/")[0].removesuffix(".py")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@cache
def modules(room: str = "") -> tuple[Module, ...]:
    """Every module of a room, or of the package. Fails where there is none: a check that saw nothing is no check."""
    found = tuple(
        Module(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted((PACKAGE / room).rglob("*.py"))
    )
    assert found, f"no module in matchmaker/{room}"
    return found


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is, or would be, in git: tracked, or new and not ignored."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found = tuple(ROOT / name for name in said.split("\0") if name and (ROOT / name).is_file())
    assert found, "git lists no file"
    return found


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, full dotted name) of each name used, seen through the module's imports: `dt.now` is `datetime.datetime.now`."""
    meanings = _meanings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.Attribute | ast.Name) and (name := _dotted(node)):
            first, _, rest = name.partition(".")
            if first in meanings:
                yield node.lineno, ".".join(filter(None, (meanings[first], rest)))


def _meanings(tree: ast.Module) -> dict[str, str]:
    meanings = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            meanings.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                meanings[alias.asname or first] = alias.name if alias.asname else first
    return meanings


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""
