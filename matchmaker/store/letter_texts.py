"""Letter texts: what an association says in its own words."""

from collections.abc import Mapping
from datetime import datetime

from matchmaker.model.letter_text import PHRASES_MAX
from matchmaker.model.message import LetterKind
from matchmaker.store.connection import Connection

LETTERS_MAX = 1_000


async def find(connection: Connection, letter: LetterKind, language: str) -> dict[str, str]:
    """The association's own words in a letter, by phrase."""
    rows = await connection.fetch(
        "select phrase, words from letter_text where letter = $1 and language = $2 order by phrase limit $3",
        letter.value,
        language,
        PHRASES_MAX,
    )
    return {row["phrase"]: row["words"] for row in rows}


async def count(connection: Connection) -> dict[tuple[str, str], int]:
    """In how many phrases the association has words of its own, by letter and language."""
    rows = await connection.fetch(
        """
        select letter, language, count(*) as phrases
          from letter_text
         group by letter, language
         limit $1
        """,
        LETTERS_MAX,
    )
    return {(row["letter"], row["language"]): row["phrases"] for row in rows}


async def remove(connection: Connection, letter: LetterKind, language: str) -> None:
    """The letter says again what it said as it came."""
    await connection.execute("delete from letter_text where letter = $1 and language = $2", letter.value, language)


async def add_all(
    connection: Connection, letter: LetterKind, language: str, words: Mapping[str, str], at: datetime
) -> None:
    """Keep `words`, by phrase, of which none is kept yet."""
    await connection.execute(
        """
        insert into letter_text (letter, language, phrase, words, created_at)
        select $1, $2, given.phrase, given.words, $5
          from unnest($3::text[], $4::text[]) as given (phrase, words)
        """,
        letter.value,
        language,
        list(words),
        list(words.values()),
        at,
    )
