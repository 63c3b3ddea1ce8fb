"""The schema keeps its promises by the catalogue: tenants apart, keys composite, ranges equal to the structs'."""

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from msgspec import Struct
from msgspec.inspect import IntType, ListType, Metadata, NoneType, StrType, Type, UnionType, type_info

from matchmaker.model import (
    association,
    attendee,
    attendee_import,
    event,
    exclusion,
    feedback,
    group,
    introduction,
    learning,
    message,
    organiser,
    pairing,
    person,
    programme,
    promise,
    run,
    sender,
    wish,
)
from matchmaker.store import embedded
from tests.store.catalogue import UNTENANTED, columns, tables, tenant_column, tenant_tables

Owner = asyncpg.Connection


@pytest.fixture
async def owner(database: embedded.Server) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(database.dsn(embedded.OWNER))
    yield connection
    await connection.close()


async def test_every_table_has_a_tenant_or_stands_on_the_list(owner: Any) -> None:
    found = set(await tables(owner))
    assert found >= UNTENANTED
    for table in await tenant_tables(owner):
        assert (await columns(owner, table))[0] == tenant_column(table), table


async def test_row_level_security_is_on_and_forced(owner: Any) -> None:
    found = await tables(owner)
    assert [name for name in await tenant_tables(owner) if not (found[name]["secured"] and found[name]["forced"])] == []


async def test_policies_cover_all_four_verbs_both_ways(owner: Any) -> None:
    rows = await owner.fetch(
        "select tablename, permissive, roles::text[], cmd, qual, with_check from pg_policies where schemaname = 'public'"
    )
    assert sorted(row["tablename"] for row in rows) == await tenant_tables(owner)
    for row in rows:
        own = (
            f"({tenant_column(row['tablename'])} = "
            "(NULLIF(current_setting('app.association'::text, true), ''::text))::uuid)"
        )
        assert (row["permissive"], row["roles"], row["cmd"]) == ("PERMISSIVE", ["public"], "ALL")
        assert (row["qual"], row["with_check"]) == (own, own)


async def test_every_foreign_key_between_tenant_tables_includes_the_association(owner: Any) -> None:
    rows = await owner.fetch(
        """
        select conname as name, conrelid::regclass::text as child, confrelid::regclass::text as parent,
               array(select attname::text
                       from unnest(conkey) with ordinality as key (number, place)
                       join pg_attribute on attrelid = conrelid and attnum = key.number
                      order by place) as child_columns,
               array(select attname::text
                       from unnest(confkey) with ordinality as key (number, place)
                       join pg_attribute on attrelid = confrelid and attnum = key.number
                      order by place) as parent_columns
          from pg_constraint
         where contype = 'f'
           and connamespace = 'public'::regnamespace
        """
    )
    assert len(rows) > 10
    for row in rows:
        assert row["child_columns"][0] == "association_id", row["name"]
        assert row["parent_columns"][0] == tenant_column(row["parent"]), row["name"]
    children = {row["child"] for row in rows}
    assert set(await tenant_tables(owner)) - children == {"association"}


async def test_every_unique_index_starts_with_the_association(owner: Any) -> None:
    rows = await owner.fetch(
        """
        select indexrelid::regclass::text as name, indrelid::regclass::text as table,
               pg_get_indexdef(indexrelid, 1, true) as first_column
          from pg_index
          join pg_class on pg_class.oid = indrelid
         where indisunique
           and relnamespace = 'public'::regnamespace
           and relkind in ('r', 'p')
        """
    )
    tenants = await tenant_tables(owner)
    found = [row for row in rows if row["table"] in tenants]
    assert {row["table"] for row in found} == set(tenants)
    assert [row["name"] for row in found if row["first_column"] != tenant_column(row["table"])] == []


async def test_every_foreign_key_has_an_index_that_serves_it(owner: Any) -> None:
    """Otherwise removing a parent reads all children: one begins with columns of the key, and not the association's alone."""
    rows = await owner.fetch(
        """
        select conname
          from pg_constraint
         where contype = 'f'
           and connamespace = 'public'::regnamespace
           and confrelid <> 'association'::regclass
           and not exists (select
                             from pg_index
                            cross join lateral (select (string_to_array(indkey::text, ' ')::smallint[]) as numbers) as own
                             join pg_attribute as first on first.attrelid = conrelid and first.attnum = numbers[1]
                             left join pg_attribute as second on second.attrelid = conrelid and second.attnum = numbers[2]
                            where indrelid = conrelid
                              and numbers[1] = any(conkey)
                              and (first.attname <> 'association_id' or second.attnum = any(conkey)))
        """
    )
    assert [row["conname"] for row in rows] == []


async def test_the_app_owns_nothing_and_cannot_step_over(owner: Any) -> None:
    rows = await owner.fetch(
        """
        select relname
          from pg_class
         where pg_has_role('matchmaker_app', relowner, 'member')
           and relnamespace = 'public'::regnamespace
         union all
        select proname
          from pg_proc
         where pg_has_role('matchmaker_app', proowner, 'member')
           and pronamespace = 'public'::regnamespace
        """
    )
    role = await owner.fetchrow(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'matchmaker_app'"
    )
    assert [row["relname"] for row in rows] == []
    assert tuple(role) == (False, False, False)


async def test_the_app_may_not_truncate_refer_or_make_triggers(owner: Any) -> None:
    for table in await tables(owner):
        for right in ("truncate", "references", "trigger"):
            assert not await owner.fetchval("select has_table_privilege('matchmaker_app', $1, $2)", table, right)


async def test_nothing_runs_with_its_makers_rights(owner: Any) -> None:
    found = await owner.fetch("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace")
    views = await owner.fetch(
        "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
    )
    assert (found, views) == ([], [])


# Ranges: the same numbers in the catalogue and in the structs

PARTS: list[tuple[str, type[Struct], dict[str, str]]] = [
    ("association", association.Association, {}),
    ("api_key", association.ApiKey, {}),
    ("event", event.Event, {}),
    ("contact", person.Contact, {}),
    ("organiser", organiser.Organiser, {}),
    ("passkey", organiser.Passkey, {}),
    ("invitation", organiser.Invitation, {}),
    ("attendee", attendee.AttendeeReply, {}),
    ("exclusion", exclusion.ExclusionReply, {}),
    ("wish", wish.WishReply, {}),
    ("decision", wish.DecisionReply, {}),
    ("encounter", wish.EncounterReply, {}),
    ("feedback", feedback.FeedbackReply, {}),
    ("message", message.MessageReply, {}),
    ("introduction", introduction.Introduction, {}),
    ("promise", promise.Promise, {}),
    ("sender", sender.Sender, {}),
    ("slot", programme.SlotReply, {}),
    ("meeting_table", programme.TableReply, {}),
    ("weights", learning.WeightsVersion, {}),
    ("match_run", run.MatchRun, {}),
    ("run_event", run.RunProgress, {}),
    ("pairing", pairing.Pairing, {}),
    ("run_group", group.Group, {}),
    ("run_bye", group.Bye, {}),
    ("run_ask", group.RoutedAsk, {}),
    ("run_connector", group.Connector, {}),
    ("attendee_import", attendee_import.AttendeeImport, {}),
]


async def test_lengths_and_ranges_are_those_of_the_structs(owner: Any) -> None:
    checked = 0
    for table, struct, _ in PARTS:
        checks = await _checks(owner, table)
        present = await columns(owner, table)
        for field in struct_fields(struct):
            if field.name in present:
                for limit in limits(field.name, field.type):
                    assert limit in checks, f"{table}.{field.name}: {limit} is not in {sorted(checks)}"
                    checked += 1
    assert checked > 80


def struct_fields(struct: type[Struct]) -> Any:
    return type_info(struct).fields  # type: ignore[attr-defined]


def limits(column: str, type_: Type) -> list[str]:
    """The limits of a field in the words of the catalogue."""
    info = _bare(type_)
    if isinstance(info, StrType) and info.max_length is not None and info.min_length == info.max_length:
        return [f"char_length({column}) = {info.max_length}"] if info.max_length != 64 else [f"{column} ~ hash"]
    if isinstance(info, StrType) and info.max_length is not None:
        return [f"char_length({column}) >= {info.min_length or 1}", f"char_length({column}) <= {info.max_length}"]
    if isinstance(info, ListType) and column in ("reasons", "shared"):
        return [f"jsonb_array_length({column}) <= {info.max_length}"]
    if isinstance(info, ListType) and isinstance(_bare(info.item_type), IntType):
        return [f"cardinality({column}) <= {info.max_length}", f"rounds_fit({column})"]
    if isinstance(info, ListType) and column == "meets_at":
        return [f"cardinality({column}) <= {info.max_length}"]
    if isinstance(info, ListType) and column not in ("scopes", "errors"):
        return [
            f"cardinality({column}) <= {info.max_length}",
            f"entries_fit({column}, {info.item_type.max_length})",  # type: ignore[attr-defined]
        ]
    if type(info).__name__ in ("IntType", "FloatType"):
        return [f"{column} {sign} {limit:g}" for sign, limit in ((">=", info.ge), ("<=", info.le)) if _bounds(limit)]
    return []


def _bare(type_: Type) -> Any:
    """A type without its description and without None."""
    match type_:
        case Metadata():
            return _bare(type_.type)
        case UnionType():
            return _bare(next(one for one in type_.types if not isinstance(one, NoneType)))
    return type_


def _bounds(limit: float | None) -> bool:
    """Not where the column's type bounds it."""
    return limit is not None and limit != 2_147_483_647


async def _checks(owner: Any, table: str) -> set[str]:
    rows = await owner.fetch(
        "select pg_get_constraintdef(oid) as words from pg_constraint where conrelid = $1::text::regclass and contype = 'c'",
        table,
    )
    words = " AND ".join(row["words"].removeprefix("CHECK ") for row in rows)
    plain = re.sub(r'::(double precision|text|integer)|"', "", words)
    plain = re.sub(
        r"LEAST\(([^()]*)\) >= 0", lambda m: " AND ".join(f"{c.strip()} >= 0" for c in m[1].split(",")), plain
    )
    atoms = re.split(r"\s+AND\s+", plain)
    return {_unwrapped(atom) for atom in atoms}


def _unwrapped(atom: str) -> str:
    atom = re.sub(r"\((\d+)\)", r"\1", atom.strip())
    while atom.startswith("(") and atom.count("(") > atom.count(")"):
        atom = atom[1:]
    while atom.endswith(")") and atom.count(")") > atom.count("("):
        atom = atom[:-1]
    while atom.startswith("(") and atom.endswith(")"):
        atom = atom[1:-1]
    return atom
