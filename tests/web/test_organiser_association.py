"""The association's own pages: sender, keys, kept columns, what was learned, and how good introductions were."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar

from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId
from matchmaker.model.learning import WeightsState, WeightsVersion
from matchmaker.model.organiser import Role
from matchmaker.model.run import Format
from matchmaker.services import keys as making
from matchmaker.services import learn
from matchmaker.store import keys, mappings, runs, senders, weights
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.tokens import API_KEY_PATTERN
from matchmaker.web.organiser.association import PARTS
from tests import factories
from tests.factories import AT
from tests.seating import draft
from tests.web.browser import Clock, Page
from tests.web.organiser import Desk, signed_in

SENDER, KEYS, MAPPINGS, LEARNED = (f"/association/{one}" for one in ("sender", "keys", "mappings", "learned"))
GIVEN = {
    "name": "Bridge Builders",
    "address": "events@example.org",
    "language": "de",
    "opens_hour": "9",
    "closes_hour": "18",
    "weekends": "yes",
    "version": "1",
}


async def test_each_role_sees_the_parts_that_are_its_own(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    for role, number in ((Role.OWNER, 6), (Role.ORGANISER, 5)):
        async with signed_in(app, association_id, clock, role, email=f"{role.value}@example.org") as desk:
            page = await desk.get("/association")
            assert page.text.count('<li><a href="/association/') == number
            for one in PARTS:
                expected = 403 if role is Role.ORGANISER and one.key == "keys" else 200
                assert ((await desk.get(f"/association/{one.key}")).status_code) == expected
    async with signed_in(app, association_id, clock, Role.HELPER, email="helper@example.org") as desk:
        assert 'href="/association"' not in (await desk.get("/events")).text
        assert (await desk.get("/association")).status_code == 403


# Sender


async def test_a_sender_is_set_and_changed(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        before = Page((await desk.get(SENDER)).text)
        assert (before.fields["version"], before.fields["name"]) == ("1", "Association of Examples")
        assert "Nothing is set yet" in before.text
        answer = await desk.press(SENDER, **GIVEN)
        assert answer.headers["location"].endswith(f"{SENDER}?said=saved")
        page = Page((await desk.get(SENDER)).text)
        assert "events@example.org is not verified yet" in page.text
        assert "doctor --mail example.org" in page.text
        async with tenant_transaction(pool, association_id) as connection:
            stored = await senders.get(connection)
            assert stored is not None
            assert (stored.language, stored.opens_hour, stored.closes_hour, stored.weekends) == ("de", 9, 18, True)
            assert (stored.reply_to, stored.dkim_key) == (None, None)
            await senders.verify(connection, AT)
        assert "Your letters come from events@example.org." in Page((await desk.get(SENDER)).text).text


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": ""}, "name", "please fill this in"),
        ({"address": "nobody"}, "address", "this is no e-mail address"),
        ({"reply_to": "a@"}, "reply_to", "this is no e-mail address"),
        ({"closes_hour": "9"}, "closes_hour", "the hours end before they begin"),
        ({"opens_hour": "24"}, "opens_hour", "a whole hour"),
        ({"closes_hour": ""}, "closes_hour", "a whole hour"),
        ({"dkim_domain": "example.org"}, "dkim_key", "give all three, or none"),
        ({"dkim_domain": "e" * 201}, "dkim_domain", "at most 200 characters"),
    ],
)
async def test_a_wrong_sender_is_told_at_its_field(
    app: Litestar,
    pool: Pool,
    association_id: AssociationId,
    clock: Clock,
    given: dict[str, str],
    field: str,
    words: str,
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(SENDER, **{**GIVEN, **given})
    assert answer.status_code == 422
    told = re.findall(rf'id="{field}-mistake">([^<]+)<', answer.text)
    assert len(told) == 1
    assert words in told[0]
    async with tenant_transaction(pool, association_id) as connection:
        assert await senders.get(connection) is None


async def test_of_two_who_set_the_sender_the_second_chooses(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await desk.press(SENDER, **GIVEN)
        answer = await desk.press(SENDER, **{**GIVEN, "name": "Others"})
        page = Page(answer.text)
        assert (answer.status_code, page.title) == (409, "Somebody changed this meanwhile")
        await desk.press(SENDER, **page.fields)
    async with tenant_transaction(pool, association_id) as connection:
        stored = await senders.get(connection)
    assert stored is not None
    assert stored.name == "Others"


# Keys


async def secret_in(desk: Desk, **fields: Any) -> str:
    """The secret of a key that is made."""
    answer = await desk.press(KEYS, label="website", scopes=["events:read"], **fields)
    assert answer.status_code == 200
    return Page(answer.text).fields[""]


async def test_a_key_is_shown_once_and_opens_what_was_ticked(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        secret = await secret_in(desk, expires_on="2027-01-31")
        assert re.fullmatch(API_KEY_PATTERN, secret)
        later = await desk.get(KEYS)
        assert (secret in later.text, secret[-4:] in later.text) == (False, True)
        assert "See events, letters, the sender and settings" in Page(later.text).text
    caller = await making.authenticate(pool, secret, clock.at)
    assert caller is not None
    assert (caller.association_id, caller.key.scopes) == (association_id, [Scope.EVENTS_READ])
    assert caller.key.expires_at == datetime(2027, 1, 31, 23, 59, tzinfo=UTC)


async def test_a_withdrawn_key_opens_nothing(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        secret = await secret_in(desk)
        async with tenant_transaction(pool, association_id) as connection:
            (key,) = await keys.find(connection, limit=2)
        for _ in range(2):
            answer = await desk.press(f"{KEYS}/{key.id}/removal")
            assert answer.headers["location"].endswith("said=key_withdrawn")
        page = await desk.get(KEYS)
        assert "It opens nothing." in page.text
        assert f"{key.id}/removal" not in page.text
        assert (await desk.press(f"{KEYS}/{association_id}/removal")).status_code == 404
    assert await making.authenticate(pool, secret, clock.at) is None


async def test_a_key_may_be_for_one_event_of_ours_only(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    from tests.conftest import new_association

    other = await new_association(pool)
    async with tenant_transaction(pool, other) as connection:
        foreign = (await factories.event(connection)).id
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Spring day")
    async with signed_in(app, association_id, clock) as desk:
        refused = await desk.press(KEYS, label="website", scopes=["events:read"], event=foreign)
        assert refused.status_code == 422
        await secret_in(desk, event=event.id)
        assert "Only for: Spring day" in Page((await desk.get(KEYS)).text).text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": ""}, "label"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"expires_on": "2001-01-01"}, "expires_on"),
        ({"expires_on": "9001-01-01"}, "expires_on"),
    ],
)
async def test_a_wrong_key_is_told_at_its_field(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, given: dict[str, Any], field: str
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press(KEYS, **{"label": "website", "scopes": ["events:read"], **given})
    assert (answer.status_code, f'id="{field}-mistake"' in answer.text) == (422, True)
    async with tenant_transaction(pool, association_id) as connection:
        assert await keys.find(connection, limit=1) == []


async def test_keys_are_listed_page_by_page(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        for number in range(51):
            asked = factories.key_input(label=f"program {number}")
            await making.create(connection, association_id, asked, AT + timedelta(minutes=number))
    async with signed_in(app, association_id, clock) as desk:
        first = await desk.get(KEYS)
        (onward,) = re.findall(rf'href="({KEYS}\?after=[0-9a-f-]+)"', first.text)
        second = await desk.get(onward)
    shown = [int(one) for page in (first, second) for one in re.findall(r"<h3 [^>]*>program (\d+)", page.text)]
    assert shown == list(range(50, -1, -1))


# Kept columns


async def test_kept_columns_are_read_renamed_and_removed(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        one = await mappings.add(connection, factories.mapping_input(name="Tickets"), AT)
        await mappings.add(connection, factories.mapping_input(name="Members"), AT)
    path = f"{MAPPINGS}/{one.id}"
    async with signed_in(app, association_id, clock) as desk:
        assert path in (await desk.get(MAPPINGS)).text
        page = await desk.get(path)
        assert all((rule.column or "") in page.text for rule in one.rules)
        taken = await desk.press(path, name="Members", version="1")
        assert (taken.status_code, 'id="name-mistake"' in taken.text) == (422, True)
        assert (await desk.press(path, name="", version="1")).status_code == 422
        await desk.press(path, name="Tickets of spring", version="1")
        stale = await desk.press(path, name="Another", version="1")
        assert (stale.status_code, "Tickets of spring" in stale.text) == (409, True)
        kept = await desk.press(f"{path}/removal", version="1")
        assert kept.headers["location"].endswith("said=mapping_changed_meanwhile")
        await desk.press(f"{path}/removal", version="2")
        assert (await desk.get(path)).status_code == 404
    async with tenant_transaction(pool, association_id) as connection:
        assert [mapping.name for mapping in await mappings.find(connection, limit=9)] == ["Members"]


# What was learned


async def a_version(pool: Pool, association_id: AssociationId, state: WeightsState) -> WeightsVersion:
    """A version in that state; one that was learned is in use."""
    async with tenant_transaction(pool, association_id) as connection:
        queued = await learn.request(connection, at=AT)
        if state is WeightsState.FAILED:
            await weights.fail(connection, queued.id, "Nothing.", AT)
        elif state is not WeightsState.QUEUED:
            await weights.finish(connection, queued.id, state, factories.taught(), AT)
        if state is WeightsState.LEARNED:
            await learn.activate(connection, queued.id)
        return queued


async def active(pool: Pool, association_id: AssociationId) -> int | None:
    async with tenant_transaction(pool, association_id) as connection:
        found = await weights.active(connection)
    return found.version if found else None


async def test_a_version_is_used_and_given_up(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    first = await a_version(pool, association_id, WeightsState.LEARNED)
    second = await a_version(pool, association_id, WeightsState.LEARNED)
    async with signed_in(app, association_id, clock) as desk:
        assert "Version 2 is used." in Page((await desk.get(LEARNED)).text).text
        await desk.press(f"{LEARNED}/{first.id}/use")
        assert await active(pool, association_id) == 1
        await desk.press(f"{LEARNED}/{second.id}/rest")
        assert await active(pool, association_id) == 1
        await desk.press(f"{LEARNED}/{first.id}/rest")
        assert await active(pool, association_id) is None
        assert "Nothing that was learned is used." in Page((await desk.get(LEARNED)).text).text


async def test_a_version_that_is_no_better_takes_no_ones_place(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    await a_version(pool, association_id, WeightsState.LEARNED)
    worse = await a_version(pool, association_id, WeightsState.NO_BETTER)
    async with signed_in(app, association_id, clock) as desk:
        assert f"{worse.id}/use" not in (await desk.get(LEARNED)).text
        answer = await desk.press(f"{LEARNED}/{worse.id}/use")
        assert answer.headers["location"].endswith("said=learned_no_better")
    assert await active(pool, association_id) == 1


async def test_each_version_is_told_in_words(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    found = {}
    async with signed_in(app, association_id, clock) as desk:
        for state in (*(one for one in WeightsState if one is not WeightsState.QUEUED), WeightsState.QUEUED):
            made = await a_version(pool, association_id, state)
            found[state] = Page((await desk.get(f"{LEARNED}/{made.id}")).text)
        whole = Page((await desk.get(LEARNED)).text)
    taught = factories.taught()
    assert f"It rests on {taught.figures.answers} answers from {taught.figures.events} events." in found[
        WeightsState.LEARNED
    ].text  # fmt: skip
    assert taught.learned is not None
    assert all(word in found[WeightsState.LEARNED].text for word in ("What it goes by", "How strongly"))
    assert "That was our mistake" in found[WeightsState.FAILED].text
    assert "too few answers" in found[WeightsState.TOO_FEW].text
    assert "It is being learned." in whole.text
    assert "Learn now" not in whole.text


async def test_learning_is_asked_for_once(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        said = [(await desk.press(LEARNED)).headers["location"].partition("said=")[2] for _ in range(2)]
    assert said == ["learning_begun", "learning_under_way"]
    async with tenant_transaction(pool, association_id) as connection:
        assert len(await weights.find(connection, limit=9)) == 1


# Quality


async def test_quality_is_told_of_all_events_or_of_the_releases_of_one(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        assert "So far nobody has answered." in Page((await desk.get("/association/quality")).text).text
        async with tenant_transaction(pool, association_id) as connection:
            of = await draft(connection, Format.ROUNDS)
            await runs.release(connection, of.event_id, of.run_id, AT)
        everywhere = await desk.get("/association/quality")
        assert everywhere.text.count("<svg") == 3
        one = await desk.get(f"/association/quality?event={of.event_id}")
        assert (one.text.count("<svg"), "Each release of this event" in one.text) == (3, True)
        assert f"{AT:%Y-%m-%d}" in one.text
        assert (await desk.get(f"/association/quality?event={association_id}")).status_code == 404
