"""`serve` and `work`: the API with a worker beside it, or a worker alone."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import uvicorn

from matchmaker.cli.database import data_option, database, settings_of
from matchmaker.settings import Settings

STOP_SECONDS_MAX = 10
RESTART_SECONDS = 1


@click.command()
@data_option
@click.option("--host", help="[default: MATCHMAKER_HOST, else 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65_535), help="[default: MATCHMAKER_PORT, else 8000]")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run a worker beside the API.")
def serve(data: Path | None, host: str | None, port: int | None, worker: bool) -> None:
    """Serve the API, with a worker beside it."""
    with database(settings_of(data, host=host, port=port)) as settings:
        serve_settings(settings, worker=worker)


def serve_settings(settings: Settings, *, worker: bool = True) -> None:
    """Serve until told to stop; requests under way are finished first."""
    from matchmaker.app import create_app

    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
    if worker:
        with worker_beside(settings):
            uvicorn.Server(config).run()
    else:
        uvicorn.Server(config).run()


@click.command()
@data_option
def work(data: Path | None) -> None:
    """Carry out match runs and other jobs, without the API."""
    from matchmaker.worker import work as work_until_stopped

    with database(settings_of(data)) as settings:
        asyncio.run(work_until_stopped(settings))


@contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """A worker in a process of its own, begun again whenever it ends, for the length of the block."""
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            worker = subprocess.Popen([sys.executable, "-m", "matchmaker", "work", "--data", str(settings.data)])
            running[:] = [worker]
            if stopping.is_set():
                worker.send_signal(signal.SIGTERM)
            worker.wait()
            stopping.wait(RESTART_SECONDS)

    keeper = threading.Thread(target=keep, name="worker-keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for worker in running:
            worker.send_signal(signal.SIGTERM)
        keeper.join(STOP_SECONDS_MAX)
        for worker in running:
            worker.kill()
