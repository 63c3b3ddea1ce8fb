"""What the operator chooses, read once from the environment; no other module reads it.

Each name may also be given as `NAME_FILE`, the path of a file that holds the value, so that a password need not stand
in the environment. A value that makes no sense is refused with words for the operator, all of them at once.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from matchmaker.errors import Invalid

PREFIX = "MATCHMAKER_"
SECRET_CHARS_MIN = 32
MAIL_WAYS = ("folder", "smtp", "hold")
SMTP_SECURITY = ("starttls", "tls", "none")
CRASH_POINTS = ("after_claim", "before_dot", "transmitting", "after_dot", "after_sent")
LOG_LEVELS = ("debug", "info", "warning", "error")


class UnusableSettings(Invalid):
    """The settings cannot be used as they are."""


class Settings(Struct, frozen=True, kw_only=True):
    """How this process runs. Without a `database_url` the embedded PostgreSQL in `data` is used.

    `database_url` is for the app's role, which row-level security binds; `owner_database_url` for migrations only.
    `secret` signs cursors; servers that share a database share it, a single one makes its own in `data`.
    Links in answers are made from `base_url`, never from what a client sends as host.

    `mail` is `folder` (letters become files in `mail_folder`, by default `mailbox` in `data`, and nothing leaves), `smtp`, or
    `hold` for a copy that must not write to anybody. `mail_from` is for associations without a verified sender of their own.
    `smtp_deduplicates` says that the server takes a second letter with the same Message-ID for the first. `dkim_keys` is a
    folder of `NAME.pem`. Workers take back what a mail server puts into the folder `mail_drop`.

    Messages are kept `keep_message_days` after their end, sign-ups that nobody confirmed
    `keep_unverified_days`, attendees `keep_attendee_days` after the day of their event; 0 is for ever.
    `crash_at` ends the worker at a point of its delivery, to test what remains.
    """

    data: Path = Path("data")
    database_url: str | None = None
    owner_database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    secret: str | None = None
    log_level: str = "info"
    pool_connections_max: int = 10
    rate_requests: int = 600
    rate_requests_anonymous: int = 60
    rate_window_seconds: int = 60
    rate_links: int = 20
    body_bytes_max: int = 1_000_000
    import_bytes_max: int = 10_000_000
    import_rows_max: int = 20_000
    mail: str = "folder"
    mail_folder: Path | None = None
    mail_drop: Path | None = None
    mail_from: str = "letters@matchmaker.invalid"
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_username: str | None = None
    smtp_password: str | None = None
    smtp_bounce_address: str | None = None
    smtp_deduplicates: str = "no"
    dkim_keys: Path | None = None
    keep_message_days: int = 400
    keep_unverified_days: int = 14
    keep_attendee_days: int = 0
    crash_at: str | None = None


def from_environment(
    environment: Mapping[str, str] | None = None, *, given: Mapping[str, str] | None = None
) -> Settings:
    """The settings of this process; what is `given`, by the same names, goes before the environment.

    Raises `UnusableSettings`, which names every bad value.
    """
    reading = _Reading({**(os.environ if environment is None else environment), **(given or {})})
    plain = Settings()
    port = reading.whole("PORT", plain.port, 1, 65_535)
    host = reading.text("HOST") or plain.host
    settings = Settings(
        data=Path(reading.text("DATA") or plain.data).expanduser(),
        database_url=reading.database_url("DATABASE_URL"),
        owner_database_url=reading.database_url(f"{PREFIX}OWNER_DATABASE_URL"),
        host=host,
        port=port,
        base_url=reading.base_url(f"http://{_shown(host)}:{port}"),
        secret=reading.secret(),
        log_level=reading.choice("LOG_LEVEL", plain.log_level, LOG_LEVELS),
        pool_connections_max=reading.whole("POOL_CONNECTIONS_MAX", plain.pool_connections_max, 2, 1_000),
        rate_requests=reading.whole("RATE_REQUESTS", plain.rate_requests, 1, 1_000_000),
        rate_requests_anonymous=reading.whole("RATE_REQUESTS_ANONYMOUS", plain.rate_requests_anonymous, 1, 1_000_000),
        rate_window_seconds=reading.whole("RATE_WINDOW_SECONDS", plain.rate_window_seconds, 1, 3_600),
        rate_links=reading.whole("RATE_LINKS", plain.rate_links, 1, 1_000_000),
        body_bytes_max=reading.whole("BODY_BYTES_MAX", plain.body_bytes_max, 1_000, 10_000_000),
        import_bytes_max=reading.whole("IMPORT_BYTES_MAX", plain.import_bytes_max, 1_000, 100_000_000),
        import_rows_max=reading.whole("IMPORT_ROWS_MAX", plain.import_rows_max, 1, 100_000),
        mail=reading.choice("MAIL", plain.mail, MAIL_WAYS),
        mail_folder=reading.path("MAIL_FOLDER"),
        mail_drop=reading.path("MAIL_DROP"),
        mail_from=reading.text("MAIL_FROM") or plain.mail_from,
        smtp_host=reading.text("SMTP_HOST"),
        smtp_port=reading.whole("SMTP_PORT", plain.smtp_port, 1, 65_535),
        smtp_security=reading.choice("SMTP_SECURITY", plain.smtp_security, SMTP_SECURITY),
        smtp_username=reading.text("SMTP_USERNAME"),
        smtp_password=reading.text("SMTP_PASSWORD"),
        smtp_bounce_address=reading.text("SMTP_BOUNCE_ADDRESS"),
        smtp_deduplicates=reading.choice("SMTP_DEDUPLICATES", plain.smtp_deduplicates, ("no", "yes")),
        dkim_keys=reading.path("DKIM_KEYS"),
        # Fewer, and what was written once could be written again: a reconnect is due for 165 days.
        keep_message_days=reading.whole("KEEP_MESSAGE_DAYS", plain.keep_message_days, 200, 10_000),
        keep_unverified_days=reading.whole("KEEP_UNVERIFIED_DAYS", plain.keep_unverified_days, 4, 10_000),
        keep_attendee_days=reading.whole("KEEP_ATTENDEE_DAYS", plain.keep_attendee_days, 0, 10_000),
        crash_at=reading.choice("CRASH_AT", "", ("", *CRASH_POINTS)) or None,
    )
    reading.require_server(settings)
    reading.refuse_if_wrong()
    return settings


class _Reading:
    """Reads values and remembers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._wrong: list[str] = []

    def text(self, name: str) -> str | None:
        return self._value(PREFIX + name)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 12 and least <= int(value) <= most):
            self._wrong.append(f"{PREFIX}{name} must be a whole number from {least} to {most}, not {value!r}.")
            return default
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = (self.text(name) or default).lower()
        if value not in choices:
            self._wrong.append(f"{PREFIX}{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        return None if value is None else Path(value).expanduser()

    def require_server(self, settings: Settings) -> None:
        if settings.mail == "smtp" and (settings.smtp_host is None or self.text("MAIL_FROM") is None):
            self._wrong.append(f"{PREFIX}MAIL=smtp needs {PREFIX}SMTP_HOST and {PREFIX}MAIL_FROM.")

    def secret(self) -> str | None:
        value = self.text("SECRET")
        if value is not None and len(value) < SECRET_CHARS_MIN:
            self._wrong.append(f"{PREFIX}SECRET must have at least {SECRET_CHARS_MIN} characters.")
        return value

    def base_url(self, default: str) -> str:
        value = (self.text("BASE_URL") or default).rstrip("/")
        if not _is_web_url(value):
            self._wrong.append(f"{PREFIX}BASE_URL must look like https://matchmaker.example.org, not {value!r}.")
        return value

    def database_url(self, name: str) -> str | None:
        value = self._value(name)
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            self._wrong.append(f"{name} must begin with postgresql://; Matchmaker uses PostgreSQL only.")
        return value

    def refuse_if_wrong(self) -> None:
        if self._wrong:
            raise UnusableSettings(" ".join(self._wrong))

    def _value(self, name: str) -> str | None:
        direct, file = self._environment.get(name), self._environment.get(f"{name}_FILE")
        if direct and file:
            self._wrong.append(f"Set either {name} or {name}_FILE, not both.")
        return direct or (self._content(name, file) if file else None)

    def _content(self, name: str, file: str) -> str | None:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self._wrong.append(f"{name}_FILE names {file!r}, which cannot be read: {error}.")
            return None


def _is_web_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        return False


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
