"""The journeys through the organisers' pages have the same clock and settings as those pages' own tests."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from matchmaker.settings import Settings
from tests.web.browser import Clock
from tests.web.conftest import clock, page_clock, page_settings
from tests.web.served import chromium, served

__all__ = ["clock", "page_clock", "page_settings"]


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock, "localhost") as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser
