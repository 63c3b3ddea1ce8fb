"""SQL is written out: no statement is put together from pieces while the programme runs."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import Module, modules

STATEMENT_FIRST = ("execute", "executemany", "fetch", "fetchrow", "fetchval", "fetchmany", "cursor", "prepare")
POOL_KEEPERS = ("store/pool.py", "store/tenant.py")


def composed(module: Module) -> Iterator[str]:
    """Statements that are neither a literal, nor a constant of the module that is one, nor a file of ours."""
    written = _written(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATEMENT_FIRST:
            statement = node.args[0] if node.args else None
            if statement is not None and not _is_written(statement, written):
                yield f"matchmaker/{module.name}:{node.lineno} {ast.unparse(statement)[:60]}"


def _written(tree: ast.Module) -> set[str]:
    """Names of module constants that are a literal, or a path beside the module."""
    constants: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_written(value, constants) or ast.unparse(
                value
            ).startswith("Path(__file__)."):
                constants.add(name)
    return constants


def _is_written(node: ast.expr, constants: set[str]) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Name):
        return node.id in constants
    return ast.unparse(node) in {f"{name}.read_text()" for name in constants}


def statements(module: Module) -> int:
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATEMENT_FIRST
        for node in ast.walk(module.tree)
    )


def borrowings(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "acquire" and "pool" in ast.unparse(node.value):
            yield f"matchmaker/{module.name}:{node.lineno}"


def test_every_statement_is_written_out() -> None:
    assert sum(map(statements, modules("store"))) > 0
    assert [breach for module in modules("store") for breach in composed(module)] == []


def test_a_connection_is_borrowed_in_one_place() -> None:
    assert [breach for module in modules() if module.name not in POOL_KEEPERS for breach in borrowings(module)] == []
    assert [breach for module in modules("store") if module.name in POOL_KEEPERS for breach in borrowings(module)]


@pytest.mark.parametrize(
    "statement",
    ["f'select {x}'", "'select ' + x", "'select %s' % x", "'select {}'.format(x)", "'a'.join(x)", "x", "y.read_text()"],
)
def test_a_composed_statement_is_seen(statement: str) -> None:
    assert list(composed(Module("store/breach.py", f"connection.fetch({statement})")))


@pytest.mark.parametrize("text", ["connection.fetch('a' ' b')", "A = 'a'\nb.execute(A)", "c = c"])
def test_a_written_statement_passes(text: str) -> None:
    assert list(composed(Module("store/good.py", text))) == []


def test_a_borrowing_is_seen() -> None:
    assert list(borrowings(Module("services/breach.py", "async with self.pool.acquire() as c: ...")))
