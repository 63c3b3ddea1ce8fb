"""Encoded vectors of texts, kept by model and SHA-256 of the text, so that a text is encoded once an association."""

from collections.abc import Mapping, Sequence

from matchmaker.store.connection import Connection


async def find(connection: Connection, model: str, text_hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    """The vectors known of those texts, as bytes of float32, by hash."""
    rows = await connection.fetch(
        """
        select text_hash, vector
          from text_vector
         where model = $1
           and text_hash = any($2)
         limit cardinality($2::bytea[])
        """,
        model,
        text_hashes,
    )
    return {row["text_hash"]: row["vector"] for row in rows}


async def add_all(connection: Connection, model: str, vectors: Mapping[bytes, bytes]) -> None:
    """Keep those that are not kept already; always in one order, so that two who add the same texts do not deadlock."""
    ordered = sorted(vectors.items())
    await connection.execute(
        """
        insert into text_vector (model, text_hash, vector)
        select $1, text_hash, vector
          from unnest($2::bytea[], $3::bytea[]) as given (text_hash, vector)
            on conflict do nothing
        """,
        model,
        [text_hash for text_hash, _ in ordered],
        [vector for _, vector in ordered],
    )
