"""Settings are read from the environment, files included, and nonsense is refused all at once."""

from pathlib import Path

import pytest

from matchmaker.settings import Settings, UnusableSettings, from_environment


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment({}) == Settings()


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://app:secret@db/matchmaker\n")
    settings = from_environment({"DATABASE_URL_FILE": str(tmp_path / "url"), "MATCHMAKER_PORT": "9000"})
    assert settings.database_url == "postgresql://app:secret@db/matchmaker"
    assert settings.base_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MATCHMAKER_PORT", "0"),
        ("MATCHMAKER_PORT", "http"),
        ("MATCHMAKER_PORT", "65536"),
        ("MATCHMAKER_PORT", "٣"),
        ("MATCHMAKER_LOG_LEVEL", "loud"),
        ("MATCHMAKER_BASE_URL", "matchmaker.example.org"),
        ("MATCHMAKER_BASE_URL", "https://["),
        ("MATCHMAKER_SECRET", "short"),
        ("MATCHMAKER_RATE_REQUESTS", "-1"),
        ("MATCHMAKER_MAIL", "pigeon"),
        ("MATCHMAKER_MAIL", "smtp"),
        ("MATCHMAKER_SMTP_SECURITY", "some"),
        ("MATCHMAKER_SMTP_DEDUPLICATES", "perhaps"),
        ("MATCHMAKER_CRASH_AT", "now"),
        ("DATABASE_URL", "mysql://db"),
        ("DATABASE_URL_FILE", "/nowhere"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UnusableSettings, match=name.removesuffix("_FILE")):
        from_environment({name: value})


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {"MATCHMAKER_PORT": "x", "MATCHMAKER_LOG_LEVEL": "x", "DATABASE_URL": "a", "DATABASE_URL_FILE": "b"}
    with pytest.raises(UnusableSettings) as refused:
        from_environment(wrong)
    assert all(name in refused.value.detail for name in ("MATCHMAKER_PORT", "MATCHMAKER_LOG_LEVEL", "not both"))


def test_a_secret_is_not_repeated_in_words() -> None:
    with pytest.raises(UnusableSettings) as refused:
        from_environment({"DATABASE_URL": "mysql://app:hunter2@db", "MATCHMAKER_SECRET": "hunter2"})
    assert "hunter2" not in refused.value.detail
