"""Keeps the practice service answering, always on the same loopback port of a data folder."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from app.practice.service import service

log = logging.getLogger(__name__)
_FIRST_PORT = 8089


def address(data_dir: Path) -> str:
    """`127.0.0.1:PORT`, chosen once for a data folder, since stored connectors name it."""
    kept = data_dir / "practice-port"
    if not kept.exists():
        kept.write_text(str(_free_port()), "ascii")
    return f"127.0.0.1:{int(kept.read_text('ascii'))}"


def is_known(data_dir: Path) -> bool:
    """Whether a practice service was ever started for this data folder."""
    return (data_dir / "practice-port").exists()


@asynccontextmanager
async def running(data_dir: Path) -> AsyncIterator[None]:
    """Serves until the block ends; where another console of this folder serves, does nothing."""
    host, port = address(data_dir).split(":")
    config = uvicorn.Config(service(), log_level="error", access_log=False, lifespan="off")
    try:
        listener = _listen(host, int(port))
    except OSError:
        log.info(
            "the practice service of this data folder answers already, or its port %s is taken",
            port,
        )
        yield
        return
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the console's own server."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _free_port() -> int:
    for port in range(_FIRST_PORT, _FIRST_PORT + 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("No free port for the practice service was found between 8089 and 8288.")
