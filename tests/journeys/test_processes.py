"""Real processes on an embedded database: begun at once, killed in the middle, asked to stop. What was answered stays true."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.journeys.processes import DEADLINE_SECONDS, House, Served, house_in, wait_for

PEOPLE = 12
TFIDF = {"policy": {"model": "tfidf"}}
KILLS = 20


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("house")) as house:
        house.furnish()
        yield house


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[Served]:
    """A server with its worker, which every test leaves as it found it."""
    served = house.serve().until_ready()
    yield served
    assert served.stop() == 0
    wait_for(lambda: not house.processes())


def held_run(house: House, served: Served, event: str) -> tuple[str, int, int]:
    """A run that is under way and stays so, with the numbers of its worker and of its child, which stands still."""
    (worker,) = wait_for(house.workers)
    (child,) = wait_for(house.children)
    os.kill(child, signal.SIGSTOP)
    run = f"{event}/runs/{served.post(f'{event}/runs', TFIDF)['id']}"
    wait_for(lambda: served.get(run)["state"] == "running")
    return run, worker, child


def test_a_worker_killed_in_the_middle_of_a_run_loses_nothing(house: House, served: Served) -> None:
    event = served.event(PEOPLE)
    run, worker, child = held_run(house, served, event)
    os.kill(worker, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)
    after = served.ended(run)
    assert (after["state"], after["starts"]) == ("drafted", 2)
    pairs = [(one["first"], one["second"]) for one in served.get(f"{run}/pairings")["items"]]
    assert len(pairs) == len(set(pairs)) == after["report"]["pairings"] > 0
    assert len(served.get(f"{event}/attendees")["items"]) == PEOPLE
    wait_for(lambda: len(house.children()) == 1)


def test_a_child_ends_with_its_worker(house: House, served: Served) -> None:
    (worker,) = wait_for(house.workers)
    (child,) = wait_for(house.children)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: child not in house.processes())
    wait_for(lambda: len(house.workers()) == len(house.children()) == 1)


def test_a_database_killed_in_the_middle_of_a_run_is_an_outage_and_no_mistake(house: House, served: Served) -> None:
    event = served.event(PEOPLE)
    run, _, child = held_run(house, served, event)
    with Load(served, event) as load:
        wait_for(lambda: load.acknowledged)
        os.kill(house.postmaster(), signal.SIGKILL)
        wait_for(lambda: load.statuses[503])
        count = load.statuses[201]
        wait_for(lambda: load.statuses[201] > count)
        if child in house.processes():
            os.kill(child, signal.SIGCONT)
    assert set(load.statuses) == {201, 503}
    assert load.without_retry_after == 0
    after = served.ended(run)
    assert (after["state"], after["error"]) == ("drafted", None)
    there = {one["external_id"] for one in everyone(served, event)}
    assert load.acknowledged <= there


def test_two_servers_share_a_data_directory_and_the_last_to_go_stops_the_database(house: House, served: Served) -> None:
    other = house.serve("--no-worker").until_ready()
    event = other.event(PEOPLE)
    assert served.get(event)["name"] == "Conference"
    assert other.stop() == 0
    run = f"{event}/runs/{served.post(f'{event}/runs', TFIDF)['id']}"
    assert served.ended(run)["state"] == "drafted"


def test_five_may_begin_at_once_on_a_new_data_directory(tmp_path: Path) -> None:
    with house_in(tmp_path / "new") as house:
        begun = [house.run("migrate") for _ in range(4)]
        served = house.serve("--no-worker")
        assert [one.wait(DEADLINE_SECONDS) for one in begun] == [0] * 4, house.said()
        served.until_ready()
        assert served.stop() == 0
        wait_for(lambda: not house.processes())


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_server_asked_to_stop_answers_what_it_has_taken_and_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    with house_in(tmp_path / "stopped") as house:
        house.furnish()
        served = house.serve().until_ready()
        event = served.event(PEOPLE)
        run, _, _ = held_run(house, served, event)
        waiting_for = ThreadPoolExecutor(2)
        polled = waiting_for.submit(served.client.get, run, headers={"Prefer": "wait=20"})
        followed = waiting_for.submit(served.client.get, f"{run}/events")
        with Load(served, event) as load:
            wait_for(lambda: len(load.acknowledged) > 20)
            began = time.monotonic()
            code = served.stop(signal_=getattr(signal, name))
            took = time.monotonic() - began
        assert code == 0
        assert took <= 10
        assert set(load.statuses) == {201}
        assert (polled.result().status_code, polled.result().json()["state"] in ("running", "queued")) == (200, True)
        assert (followed.result().status_code, "event: progress" in followed.result().text) == (200, True)
        wait_for(lambda: not house.processes())
        again = house.serve("--no-worker").until_ready()
        there = {one["external_id"] for one in everyone(again, event)}
        assert there - load.acknowledged == {str(number) for number in range(PEOPLE)}, "done, but not answered"
        assert load.acknowledged <= there
        (waiting,) = again.get(f"{event}/runs")["items"]
        assert (waiting["state"], waiting["starts"]) == ("queued", 0)
        assert again.stop() == 0


def test_a_worker_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    with house_in(tmp_path / "killed") as house:
        house.furnish()
        served = house.serve().until_ready()
        wait_for(house.children)
        assert served.stop(signal_=signal.SIGKILL) == -signal.SIGKILL
        wait_for(lambda: not house.processes())


@pytest.mark.full
def test_twenty_kills_at_random_lose_nothing(house: House, served: Served) -> None:
    chance = random.Random(20261123)
    for number in range(KILLS):
        event = served.event(200)
        run = f"{event}/runs/{served.post(f'{event}/runs', {})['id']}"
        time.sleep(chance.uniform(0, 4))
        victim = chance.choice(("worker", "child", "database"))
        alive = {"worker": house.workers(), "child": house.children(), "database": [house.postmaster()]}
        for pid in alive[victim]:
            os.kill(pid, signal.SIGKILL)
        wait_for(served._is_ready)
        after = served.ended(run)
        assert (after["state"], after["error"]) == ("drafted", None), (number, victim)
        assert len(everyone(served, event)) == 200


class Load:
    """Attendees added by four clients at once until the block ends, or the server takes no more; who was acknowledged."""

    def __init__(self, served: Served, event: str) -> None:
        self._served, self._event = served, event
        self._over = threading.Event()
        self._workers = ThreadPoolExecutor(4)
        self.acknowledged: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self.without_retry_after = 0

    def __enter__(self) -> "Load":
        self._done = [self._workers.submit(self._add, client) for client in "abcd"]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._workers.shutdown()
        for one in self._done:
            one.result()

    def _add(self, client: str) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            name = f"{client}{number}"
            body = {"name": name, "external_id": name}
            try:
                answer = self._served.client.post(f"{self._event}/attendees", json=body)
            except httpx.TransportError:
                return  # it takes no new ones, or closed an idle connection just then
            self.statuses[answer.status_code] += 1
            if answer.status_code == 201:
                self.acknowledged.add(name)
            elif "Retry-After" not in answer.headers:
                self.without_retry_after += 1


def everyone(served: Served, event: str) -> list[dict[str, str]]:
    """Every attendee of the event, page by page."""
    found, path = [], f"{event}/attendees?limit=200"
    while path:
        page = served.get(path)
        found += page["items"]
        path = page.get("next") or ""
    return found
