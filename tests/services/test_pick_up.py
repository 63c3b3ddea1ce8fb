"""What a mail server puts into the drop is taken back once, and put away; what fails meanwhile stays where it is."""

import asyncio
import fcntl
from pathlib import Path
from typing import Any

import pytest

from matchmaker.mail import drop
from matchmaker.model.ids import AssociationId
from matchmaker.model.sender import Cause
from matchmaker.services import pick_up
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import NoConnection, tenant_transaction
from tests.factories import AT
from tests.mail import comebacks
from tests.services.test_take_back import back, sent_letter, suppressed


def names(folder: Path) -> dict[str, list[str]]:
    return {
        part: sorted(file.name for file in (folder / part).iterdir() if file.is_file())
        for part in (".", "done", "failed")
        if (folder / part).is_dir()
    }


async def soft_bounces(pool: Pool, association_id: AssociationId) -> int:
    async with tenant_transaction(pool, association_id) as connection:
        count: int = await connection.fetchval("select count(*) from bounce")
    return count


async def test_a_bounce_is_taken_back_and_put_away(pool: Pool, association_id: AssociationId, tmp_path: Path) -> None:
    mail_id = await sent_letter(pool, association_id)
    (tmp_path / "1.eml").write_bytes(back("hard", mail_id))
    (tmp_path / "2.eml").write_bytes(back("late", mail_id))
    (tmp_path / "3.eml").write_bytes(comebacks.report("5.1.1", "550 5.1.1 User unknown").encode())
    (tmp_path / "4.eml").write_bytes(b"\x00 no message at all")
    (tmp_path / ".5.eml").write_bytes(back("complaint", mail_id)[:10])
    assert await pick_up.pick_up(pool, tmp_path, at=AT) == {"done": 2, "failed": 2}
    assert names(tmp_path) == {".": [".5.eml"], "done": ["1.eml", "2.eml"], "failed": ["3.eml", "4.eml"]}
    assert await suppressed(pool, association_id) is Cause.BOUNCED
    assert await pick_up.pick_up(pool, tmp_path, at=AT) == {"done": 0, "failed": 0}


async def test_a_second_file_of_one_name_does_not_take_the_firsts_place(
    pool: Pool, association_id: AssociationId, tmp_path: Path
) -> None:
    mail_id = await sent_letter(pool, association_id)
    for _ in range(3):
        (tmp_path / "new.eml").write_bytes(back("soft", mail_id))
        await pick_up.pick_up(pool, tmp_path, at=AT)
    assert names(tmp_path)["done"] == ["new-2.eml", "new-3.eml", "new.eml"]
    assert await soft_bounces(pool, association_id) == 3


async def test_of_many_workers_each_file_has_one(pool: Pool, association_id: AssociationId, tmp_path: Path) -> None:
    mail_id = await sent_letter(pool, association_id)
    for number in range(4):
        (tmp_path / f"{number}.eml").write_bytes(back("soft", mail_id))
    done = await asyncio.gather(*(pick_up.pick_up(pool, tmp_path, at=AT) for _ in range(4)))
    assert sum(one["done"] for one in done) == 4
    assert await soft_bounces(pool, association_id) == 4


def test_a_later_file_of_that_name_is_not_taken_for_the_one_put_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "1.eml"
    file.write_bytes(b"first")
    lock = fcntl.flock

    def too_late(*given: Any) -> None:
        drop.put_away(file, drop.DONE)
        file.write_bytes(b"second")
        lock(*given)

    monkeypatch.setattr(fcntl, "flock", too_late)
    with drop.taken(file, 10) as content:
        assert content is None


async def test_a_file_stays_while_the_database_is_away(
    pool: Pool, association_id: AssociationId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.eml").write_bytes(back("hard", await sent_letter(pool, association_id)))

    async def away(*_: Any, **__: Any) -> None:
        raise NoConnection

    with monkeypatch.context() as patched:
        patched.setattr(pick_up, "take_back", away)
        with pytest.raises(NoConnection):
            await pick_up.pick_up(pool, tmp_path, at=AT)
    assert names(tmp_path) == {".": ["1.eml"]}
    assert await pick_up.pick_up(pool, tmp_path, at=AT) == {"done": 1, "failed": 0}


async def test_a_folder_that_is_not_there_holds_nothing_and_a_worker_looks_again(
    pool: Pool, association_id: AssociationId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pick_up, "LOOK_SECONDS", 0.05)
    folder, stopping = tmp_path / "drop", asyncio.Event()
    assert drop.waiting(folder) == []
    looking = asyncio.create_task(pick_up.pick_up_until(pool, folder, stopping, now=lambda: AT))
    content = back("complaint", await sent_letter(pool, association_id))
    folder.mkdir()
    (folder / "1.eml").write_bytes(content)
    async with asyncio.timeout(10):
        while (folder / "1.eml").exists():  # noqa: ASYNC110 - what is waited for is another's doing
            await asyncio.sleep(0.05)
    stopping.set()
    await looking
    assert await suppressed(pool, association_id) is Cause.COMPLAINED
