"""`serve` and `work`: the API with a worker beside it, or a worker alone."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import click
import uvicorn

from matchmaker.cli.database import data_option, database, say_what_waits, settings_of
from matchmaker.cli.logs import log_to_stderr
from matchmaker.cli.start import say_where_to_start
from matchmaker.errors import Invalid
from matchmaker.settings import Settings

REQUESTS_SECONDS_MAX = 8
WORKER_SECONDS_MAX = 9
RESTART_SECONDS = 1
BACKLOG = 2_048
SWITCH_SECONDS = 0.001  # a thread that reads a file gives way to the loop so soon, and not after five thousandths


@click.command()
@data_option
@click.option("--host", help="[default: MATCHMAKER_HOST, else 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65_535), help="[default: MATCHMAKER_PORT, else 8000]")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run a worker beside the API.")
def serve(data: Path | None, host: str | None, port: int | None, worker: bool) -> None:
    """Serve the API, with a worker beside it."""
    settings = settings_of(data, host=host, port=port)
    with listening(settings) as listener, database(settings) as settings:
        say_where_to_start(settings)
        if worker:
            with worker_beside(settings) as end_worker:
                serve_settings(settings, listener, also=end_worker)
        else:
            serve_settings(settings, listener)


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The port, taken before anything else is begun. Raises `Invalid` where it cannot be had."""
    try:
        listener = _bound(settings.host, settings.port)
    except OSError as error:
        raise Invalid(
            f"Port {settings.port} of {settings.host} cannot be served: {error.strerror}.",
            cure="Choose another with --port, or stop the programme that has it.",
        ) from None
    with listener:
        yield listener


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def serve_settings(settings: Settings, listener: socket.socket, *, also: Callable[[], None] = lambda: None) -> None:
    """Serve until told to stop, which `also` is told then; requests under way are finished first."""
    from matchmaker.app import create_app

    say_what_waits(settings)
    log_to_stderr(settings.log_level)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=REQUESTS_SECONDS_MAX,
    )

    def end() -> None:
        app.state.stopping = True
        also()

    server = _Server(config, end)
    for name in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises it again at its end, which must not end us
        signal.signal(name, server.handle_exit)
    click.echo(f"Serving on {settings.base_url}; its documentation is at {settings.base_url}/docs. Stop with Ctrl-C.")
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Calls `end` as soon as it is told to stop."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            self._end()
        super().handle_exit(sig, frame)


@click.command()
@data_option
@click.option(
    "--beside", is_flag=True, hidden=True, help="End when standard input does: with the process that began us."
)
def work(data: Path | None, beside: bool) -> None:
    """Carry out match runs and other jobs, without the API."""
    settings = settings_of(data)
    log_to_stderr(settings.log_level)
    with database(settings) as settings:
        asyncio.run(_work(settings, beside=beside))


async def _work(settings: Settings, *, beside: bool) -> None:
    from matchmaker.worker import work as work_until

    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    if beside:
        loop.add_reader(sys.stdin, _end, stopping)
    await work_until(settings, stopping)


def _end(stopping: asyncio.Event) -> None:
    asyncio.get_running_loop().remove_reader(sys.stdin)
    stopping.set()


@contextmanager
def worker_beside(settings: Settings) -> Iterator[Callable[[], None]]:
    """A worker in a process of its own, begun again whenever it ends, for the length of the block; ended early by a call.

    It has no share in the terminal's Ctrl-C, and ends when this process does, in whatever way.
    """
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "matchmaker", "work", "--beside", "--data", str(settings.data)]

    def keep() -> None:
        while not stopping.is_set():
            with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as worker:
                running[:] = [worker]
                if stopping.is_set():
                    worker.terminate()
                worker.wait()
            stopping.wait(RESTART_SECONDS)

    def end() -> None:
        stopping.set()
        for worker in running:
            worker.terminate()

    keeper = threading.Thread(target=keep, name="worker-keeper")
    keeper.start()
    try:
        yield end
    finally:
        end()
        keeper.join(WORKER_SECONDS_MAX)
        for worker in running:
            with suppress(OSError):
                worker.kill()
        keeper.join()
