"""The process that keeps the embedded PostgreSQL server for all who use one data directory: the keeper.

`embedded.start` runs this file by its path, with the standard library alone, and hands it a `Plan` on
standard input. The keeper makes the cluster if there is none, runs the server, runs it again when it crashes,
and stops it as soon as nobody uses it. It signals only its own unreaped child, so never a reused number.

Three files under `run/` are locked with `flock`, which the kernel gives back however their holder dies:

- `users.lock`   shared by every process that uses the server; whoever gets it alone knows that nobody is;
- `keeper.lock`  held by the keeper, taken by its starter beforehand, so there is never a second keeper;
- `server.lock`  inherited by the server and its children; whoever gets it knows that none of them is left.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

if sys.platform != "win32":  # absent there, where `embedded.start` refuses with its own words
    import fcntl

READY = b"ready"
SUPERUSER = "postgres"
DATABASE = "matchmaker"
OWNER = "matchmaker_owner"
PORT = 5432

CRASHES_MAX = 5
CRASHES_WINDOW_SECONDS = 60.0
SURVIVORS_WAIT_SECONDS = 30.0
STOP_WAIT_SECONDS = 60.0
WATCH_SECONDS = 0.1
START_TOLERANCE_SECONDS = 2.0

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "io_method": "sync",  # on a small machine I/O workers are three more processes
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Statements, their parameters, an error's text ("invalid input: …") and detail ("Key (email)=(…)") can
    # hold personal data. `log` drops errors and warnings, which the client gets, and keeps the server's own.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
}
INITDB = (
    f"--username={SUPERUSER}",
    "--auth-local=trust",  # the folder of the socket is the guard
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",  # the same order everywhere, whatever the system's C library
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
SINGLE_USER = ("-j", "-c", "exit_on_error=true", SUPERUSER)
# The caller's environment may hold secrets and PG* variables: the server gets neither.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


class Refused(Exception):
    """The server cannot run here; the message says why, in words for whoever started it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """Where a server lives and how it is run. Paths are absolute strings, so that the plan travels as JSON.

    `prefix` goes before each command (`unshare …`); `user` and `group` are numbers to become, None to stay.
    """

    binaries: str
    cluster: str
    run: str
    socket_folder: str
    log: str
    prefix: Sequence[str] = ()
    user: int | None = None
    group: int | None = None


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    if os.fork():
        os._exit(0)  # the keeper belongs to no user process: none has to reap it
    for interrupt in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Sent to a whole service, whose members may still need us. Not SIG_IGN, which children inherit.
        signal.signal(interrupt, lambda *_: None)
    os.chdir("/")
    try:
        keep(plan)
    except (Refused, OSError) as error:
        _say(plan, str(error))
        with contextlib.suppress(OSError):
            os.write(1, str(error).encode(errors="replace"))
        sys.exit(1)


def keep(plan: Plan) -> None:
    """Runs the server until nobody uses it. Raises `Refused` when it does not start, or crashes too often."""
    if not Path(plan.cluster, "PG_VERSION").exists():
        _create_cluster(plan)
    server = _run(plan)
    _until_ready(plan, server)
    crashes: deque[float] = deque(maxlen=CRASHES_MAX)
    with open(Path(plan.run, "users.lock"), "rb") as users:
        _detach()
        while not try_lock(users, alone=True):
            if server.poll() is not None:
                crashes.append(time.monotonic())
                if len(crashes) == CRASHES_MAX and crashes[-1] - crashes[0] < CRASHES_WINDOW_SECONDS:
                    raise Refused(f"ended {CRASHES_MAX} times in {CRASHES_WINDOW_SECONDS:.0f} s, giving up")
                _say(plan, f"ended with {server.returncode} while in use, starting it again")
                server = _run(plan)
            time.sleep(WATCH_SECONDS)
        _stop(server)  # while we hold `users` alone: who comes now waits, and then starts the next keeper


def ready(plan: Plan) -> bool:
    """Whether the server accepts connections: it says so in `postmaster.pid`, and something listens.

    The file is read again after that, since the first reading may be a killed server's last word.
    """
    return _says_ready(plan) and _listens(plan) and _says_ready(plan)


def try_lock(file: IO[bytes], *, alone: bool) -> bool:
    """Takes a lock if it is free, to be held until the file is closed in every process that inherited it."""
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_cluster(plan: Plan) -> None:
    """A whole cluster, roles and database included, under another name, then renamed: never half of one."""
    fresh = Path(f"{plan.cluster}.new")
    with _server_lock(plan) as lock:
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        if plan.user is not None and plan.group is not None:
            os.chown(fresh, plan.user, plan.group)
        _finish(plan, lock, ["initdb", "-D", str(fresh), *INITDB])
        roles = Path(__file__).with_name("roles.sql").read_text()
        words = f"{roles}\n\ncreate database {DATABASE} owner {OWNER};\n\n"
        _finish(plan, lock, ["postgres", "--single", "-D", str(fresh), *SINGLE_USER], words)
        fresh.rename(plan.cluster)
        _sync_folder(Path(plan.cluster).parent)


def _finish(plan: Plan, lock: IO[bytes], command: Sequence[str], words: str = "") -> None:
    process = _spawn(plan, lock, command, signal.SIGKILL, reads=subprocess.PIPE, writes=subprocess.PIPE)
    said, _ = process.communicate(words.encode())
    if process.returncode != 0:
        raise Refused(f"{command[0]} failed:\n{_last_lines(said)}")


def _run(plan: Plan) -> subprocess.Popen[bytes]:
    settings = SETTINGS | {"unix_socket_directories": plan.socket_folder}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = ["postgres", "-D", plan.cluster, *options]
    with _server_lock(plan) as lock, open(plan.log, "ab") as log:
        _clear_stale(plan)
        return _spawn(plan, lock, command, signal.SIGINT, reads=subprocess.DEVNULL, writes=log)


@contextlib.contextmanager
def _server_lock(plan: Plan) -> Iterator[IO[bytes]]:
    """The lock that a server inherits, free once every process of the server before has gone."""
    until = time.monotonic() + SURVIVORS_WAIT_SECONDS
    with open(Path(plan.run, "server.lock"), "rb") as lock:
        while not try_lock(lock, alone=True):
            if time.monotonic() > until:
                raise Refused(f"processes of an earlier server still run in {plan.cluster}: end them first")
            time.sleep(0.01)
        yield lock


def _clear_stale(plan: Plan) -> None:
    """Removes what a killed server left: PostgreSQL does not start while *any* process has the old number.

    The server lock is held, so no server of ours is alive. One that somebody else started there may be.
    """
    if not Path("/proc/self/stat").exists():
        return  # no way to tell whose number it is: PostgreSQL's own, stricter check decides
    note = Path(plan.cluster, "postmaster.pid")
    process, started = _who(note)
    if process and _is_postmaster(process, started, plan.cluster):
        raise Refused(f"process {process}, a PostgreSQL not started by Matchmaker, uses it: stop that first")
    for left in (note, _socket(plan), _socket(plan).with_suffix(f".{PORT}.lock")):
        left.unlink(missing_ok=True)


def _who(note: Path) -> tuple[int, int]:
    """Process number and start (seconds since 1970) from `postmaster.pid`; zeros when absent or torn."""
    try:
        lines = note.read_text().splitlines()
        return int(lines[0]), int(lines[2])
    except (FileNotFoundError, IndexError, ValueError):
        return 0, 0


def _is_postmaster(process: int, started: int, cluster: str) -> bool:
    """By name, and by start time or (as clocks get set) by its folder: a number alone proves nothing."""
    proc = Path("/proc", str(process))
    try:
        if proc.joinpath("comm").read_text().strip() != "postgres":
            return False
        ticks = int(proc.joinpath("stat").read_text().rpartition(")")[2].split()[19])
        boot = int(Path("/proc/stat").read_text().partition("btime ")[2].split()[0])
        begun = boot + ticks / os.sysconf("SC_CLK_TCK")
        here = proc.joinpath("cwd").readlink() == Path(cluster)
        return here or abs(begun - started) <= START_TOLERANCE_SECONDS
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _spawn(
    plan: Plan,
    lock: IO[bytes],
    command: Sequence[str],
    dies_by: signal.Signals,
    *,
    reads: int,
    writes: int | IO[bytes],
) -> subprocess.Popen[bytes]:
    """Runs a program as the plan's user; it inherits the lock, and is signalled if the keeper dies."""
    keeper = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def die_with_keeper() -> None:  # runs after the change of user, which would undo it
        if prctl is not None:
            prctl(1, int(dies_by))  # PR_SET_PDEATHSIG
            if os.getppid() != keeper:
                os._exit(1)

    return subprocess.Popen(
        [*plan.prefix, str(Path(plan.binaries, command[0])), *command[1:]],
        stdin=reads,
        stdout=writes,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT,
        user=plan.user,
        group=plan.group,
        extra_groups=None if plan.user is None else [],
        umask=0o077,
        pass_fds=(lock.fileno(),),
        preexec_fn=die_with_keeper,
    )


def _until_ready(plan: Plan, server: subprocess.Popen[bytes]) -> None:
    while not ready(plan):
        if server.poll() is not None:
            raise Refused(f"PostgreSQL did not start:\n{_last_lines(Path(plan.log).read_bytes())}")
        time.sleep(0.01)


def _says_ready(plan: Plan) -> bool:
    try:
        lines = Path(plan.cluster, "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _listens(plan: Plan) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        return probe.connect_ex(str(_socket(plan))) == 0


def _socket(plan: Plan) -> Path:
    return Path(plan.socket_folder, f".s.PGSQL.{PORT}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # fast: open transactions are rolled back, nothing acknowledged is lost
    try:
        server.wait(STOP_WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)  # at once: the next start recovers
        server.wait()


def _detach() -> None:
    """Tells the starter that the server is ready, and lets go of its pipe."""
    with contextlib.suppress(BrokenPipeError):
        os.write(1, READY)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)


def _say(plan: Plan, words: str) -> None:
    with contextlib.suppress(OSError), open(plan.log, "a") as log:
        log.write(f"embedded server: {words}\n")


def _last_lines(said: bytes, count: int = 5) -> str:
    return "\n".join(said.decode(errors="replace").strip().splitlines()[-count:])


def _sync_folder(folder: Path) -> None:
    """Makes a rename in it outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if __name__ == "__main__":
    main()
