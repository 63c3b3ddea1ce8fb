"""Recovery codes, as hashes; each is taken once."""

from datetime import datetime

from matchmaker.model.ids import OrganiserId
from matchmaker.store.connection import Connection, changed


async def replace(connection: Connection, organiser_id: OrganiserId, code_hashes: list[bytes], at: datetime) -> None:
    """An organiser's codes, in place of those there were."""
    await connection.execute("delete from recovery_code where organiser_id = $1", organiser_id)
    await connection.executemany(
        "insert into recovery_code (organiser_id, code_hash, created_at) values ($1, $2, $3)",
        [(organiser_id, code_hash, at) for code_hash in code_hashes],
    )


async def use(connection: Connection, organiser_id: OrganiserId, code_hash: bytes, at: datetime) -> bool:
    """Whether that code was there and had not been taken; now it is."""
    done = await connection.execute(
        "update recovery_code set used_at = $3 where organiser_id = $1 and code_hash = $2 and used_at is null",
        organiser_id,
        code_hash,
        at,
    )
    return bool(changed(done))


async def count_left(connection: Connection, organiser_id: OrganiserId) -> int:
    """How many codes are left."""
    number: int = await connection.fetchval(
        "select count(*) from recovery_code where organiser_id = $1 and used_at is null", organiser_id
    )
    return number
