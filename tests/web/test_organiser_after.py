"""After an event: pictures with their tables, and the page for the board; of an event without a release, kind words."""

import re

import pytest
from litestar import Litestar

from matchmaker.model.ids import AssociationId
from matchmaker.model.run import Format
from matchmaker.services import why
from matchmaker.store import runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.seating import Draft, draft
from tests.web.browser import Clock, Page
from tests.web.organiser import signed_in

BYTES_MAX = 100_000


async def released(pool: Pool, association_id: AssociationId) -> Draft:
    """Four pairs in rounds, released."""
    async with tenant_transaction(pool, association_id) as connection:
        of = await draft(connection, Format.ROUNDS)
        await runs.release(connection, of.event_id, of.run_id, AT)
    return of


async def test_an_event_without_a_release_says_that_there_is_nothing_yet(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
    async with signed_in(app, association_id, clock) as desk:
        page = Page((await desk.get(f"/events/{event.id}/after")).text)
        groups = Page((await desk.get(f"/events/{event.id}/after/fairness")).text)
    assert "Nothing is released yet" in page.text
    assert "Too few to tell: 0 pairs were introduced" in page.text
    assert "There is none yet." in groups.text


async def test_each_picture_has_its_table(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await released(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{of.event_id}/after")
    page = Page(answer.text)
    assert answer.text.count("<svg") == answer.text.count("<table") >= 4
    assert "Step Pairs Of the step before Proposed 4" in page.text
    assert "Introductions People 0 1 1" in page.text
    assert len(answer.content) < BYTES_MAX


async def test_the_network_is_a_page_and_a_part_of_one(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await released(pool, association_id)
    path = f"/events/{of.event_id}/after/network"
    async with signed_in(app, association_id, clock) as desk:
        whole, part = await desk.get(path), await desk.get(path, **{"HX-Request": "true"})
    for answer in (whole, part):
        assert "organisations that were new to them" in Page(answer.text).text
        assert answer.text.count("<svg") == answer.text.count("<table") == 1
    assert "<html" not in part.text


async def test_an_answer_that_takes_too_long_is_said_and_no_error(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await released(pool, association_id)
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", 0)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{of.event_id}/after/network")
    assert answer.status_code == 200
    assert "This could not be worked out just now." in Page(answer.text).text


async def test_groups_are_compared_by_what_one_chooses(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await released(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{of.event_id}/after/fairness?by=first_time")
    assert re.search(r'value="first_time" selected', answer.text)
    assert answer.text.count("<svg") == answer.text.count("<table") == 3
    assert "fewer than five people" in Page(answer.text).text


async def test_the_page_for_the_board_is_one_page_with_pictures_in_both_languages(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await released(pool, association_id)
    for language in ("en", "de"):
        async with signed_in(app, association_id, clock, email=f"{language}@example.org") as desk:
            path = f"/events/{of.event_id}/files/board/download"
            answer = await desk.get(path, **{"Accept-Language": language})
        assert answer.content.startswith(b"%PDF-")
        assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 1
