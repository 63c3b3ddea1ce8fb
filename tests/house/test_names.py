"""What may be named where: the clock at the doors, the environment in settings, chance as an argument."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import Module, modules, names

CLOCK = ("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today",
         "time.time", "time.time_ns", "time.gmtime", "time.localtime")  # fmt: skip
DOORS = ("__main__", "cli", "app", "api", "worker")
STOPWATCH = ("time.monotonic", "time.perf_counter", "time.sleep", "time.process_time")
STORE = ("store",)
LIFTED = ("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib.dump", "joblib.load", "shelve", "marshal")

# What is named, and the rooms (or modules) where it may be.
BOUND: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "clock": (CLOCK, DOORS),
    "stopwatch": (STOPWATCH, (*DOORS, *STORE)),
    "environment": (("os.environ", "os.environb", "os.getenv", "os.putenv"), ("settings",)),
    "code in data": (LIFTED, ()),
    "old mail": (("email.mime",), ()),
    "global randomness": (("random",), ()),
}
CHANCE_ALLOWED = ("numpy.random.Generator", "numpy.random.SeedSequence", "numpy.random.default_rng")


def breaches(module: Module, banned: tuple[str, ...], rooms: tuple[str, ...]) -> Iterator[str]:
    if module.room not in rooms:
        for line, name in names(module.tree):
            if any(name == word or name.startswith(f"{word}.") for word in banned):
                yield f"matchmaker/{module.name}:{line} {name}"


def unseeded(module: Module) -> Iterator[str]:
    """Uses of numpy's global generator, and generators made from nothing."""
    for line, name in names(module.tree):
        if name.startswith("numpy.random.") and not name.startswith(CHANCE_ALLOWED):
            yield f"matchmaker/{module.name}:{line} {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node).endswith("default_rng()"):
            yield f"matchmaker/{module.name}:{node.lineno} default_rng without a seed"


@pytest.mark.parametrize("rule", BOUND)
def test_it_is_named_only_where_it_may_be(rule: str) -> None:
    banned, rooms = BOUND[rule]
    assert [breach for module in modules() for breach in breaches(module, banned, rooms)] == []


def test_chance_comes_from_a_seed() -> None:
    assert [breach for module in modules() for breach in unseeded(module)] == []


def test_the_core_knows_no_source_of_chance_but_its_argument() -> None:
    assert [
        f"matchmaker/{module.name}:{line} {name}"
        for room in ("matching", "model", "intake", "export")
        for module in modules(room)
        for line, name in names(module.tree)
        if name.startswith(("uuid.uuid", "os.urandom", "secrets."))
    ] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("clock", "from datetime import datetime as dt\nat = dt.now()"),
        ("clock", "import datetime\nat = datetime.date.today()"),
        ("clock", "def late():\n    from time import time\n    return time()"),
        ("stopwatch", "import time\nbegan = time.monotonic()"),
        ("environment", "from os import environ"),
        ("environment", "import os\nhome = os.getenv('HOME')"),
        ("code in data", "import pickle as p"),
        ("code in data", "from joblib import load"),
        ("old mail", "from email.mime.text import MIMEText"),
        ("global randomness", "from random import shuffle"),
    ],
)
def test_a_breach_is_seen(rule: str, text: str) -> None:
    banned, rooms = BOUND[rule]
    assert list(breaches(Module("services/breach.py", text), banned, rooms))


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\nnp.random.shuffle([])",
        "from numpy.random import rand",
        "import numpy as np\nrng = np.random.default_rng()",
    ],
)
def test_unseeded_chance_is_seen(text: str) -> None:
    assert list(unseeded(Module("matching/breach.py", text)))
