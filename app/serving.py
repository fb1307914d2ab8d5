"""Starts and stops what the command line asks for: the console, a worker, a bootstrap."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from signal import SIGINT, SIGTERM
from typing import Any, TypeVar
from uuid import UUID

import uvicorn

from app.main import Console, build
from app.memory import collect_seldom
from app.practice import host as practice
from app.services import demo, first_start, official
from app.services.key_rotation import KeyRotation
from app.settings import Settings
from db.key_rotations import key_rotations
from db.logins import Logins, logins
from db.migrate import migrate
from db.owner import as_owner
from engine.effects.key_files import KeyFiles

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@contextmanager
def database_of(settings: Settings) -> Iterator[Logins]:
    """The database in use; the embedded one runs at least as long as the body."""
    with logins(
        settings.folder, settings.database_url, settings.migration_database_url
    ) as addresses:
        yield addresses


def serve(settings: Settings, *, with_worker: bool, with_demo: bool) -> int:
    listener = _listen(settings)
    if listener is None:
        return 1
    with listener, database_of(settings) as addresses:
        migrate(addresses.owner_url)
        official.load(addresses.owner_url)
        place = _Place(settings, addresses, listener, with_worker, with_demo)
        return until_done(_serve(place))


def work(settings: Settings) -> int:
    with database_of(settings) as addresses:
        migrate(addresses.owner_url)
        known = practice.is_known(settings.folder)
        return until_done(_work(_with_practice(settings) if known else settings, addresses))


def bootstrap(settings: Settings, **wanted: Any) -> dict[str, str]:
    """A user, a workspace, a membership and a new API key; see `accounts.bootstrap`."""
    with database_of(settings) as addresses:
        migrate(addresses.owner_url)
        return first_start.bootstrap(addresses.owner_url, **wanted)


@dataclass(frozen=True, slots=True)
class _Place:
    settings: Settings
    logins: Logins
    listener: socket.socket
    with_worker: bool
    with_demo: bool

    @property
    def address(self) -> str:
        host, port = self.listener.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


async def _serve(place: _Place) -> int:
    settings = _with_practice(place.settings) if place.with_demo else place.settings
    async with AsyncExitStack() as stack:
        if place.with_demo:
            await stack.enter_async_context(practice.running(settings.folder))
        console = build(settings, place.logins, tidied(settings, place.logins))
        config = uvicorn.Config(
            console.web,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        server = _Announcing(config, lambda: _announce(place, console))
        await stack.enter_async_context(_started(console, place.with_worker))
        if place.with_demo:
            first = first_start.first_sign_in(settings.folder, place.logins.owner_url)
            await demo.fill(
                console.services,
                UUID(first.user_id),
                first.workspace_id,
                practice.address(settings.folder),
            )
        await server.serve([place.listener])
    return 0


async def _work(settings: Settings, addresses: Logins) -> int:
    console = build(settings, addresses, tidied(settings, addresses), with_pages=False)
    stopped = asyncio.Event()
    for one in (SIGINT, SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    async with _started(console, with_worker=True):
        await stopped.wait()
    return 0


@asynccontextmanager
async def _started(console: Console, with_worker: bool) -> AsyncIterator[None]:
    await console.start(with_worker=with_worker)
    try:
        yield
    finally:
        await console.stop()


class _Announcing(uvicorn.Server):
    """Says where it is once it really answers."""

    def __init__(self, config: uvicorn.Config, announce: Any) -> None:
        super().__init__(config)
        self._announce = announce

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Like uvicorn's, but the signal is not raised again: it would break off our own stop."""
        before = {one: signal.signal(one, self.handle_exit) for one in (SIGINT, SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


def _announce(place: _Place, console: Console) -> None:
    print(f"Address: {place.address}", flush=True)
    if place.with_demo:
        email, password = first_start.how_to_sign_in(place.settings.folder, place.logins.owner_url)
        print(f"E-mail: {email}", flush=True)
        print(f"Password: {password}", flush=True)


def _listen(settings: Settings) -> socket.socket | None:
    """The address, taken before anything is started; None, with a word why, where it cannot be."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        print(_taken(settings, error), file=sys.stderr)
        return None
    listener.setblocking(False)
    return listener


def _taken(settings: Settings, error: OSError) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = settings.port + 1 if _is_free(settings.port + 1) else probe.getsockname()[1]
    return (
        f"{settings.host}:{settings.port} cannot be used ({error.strerror}). "
        "Perhaps a console runs there already.\n"
        f"Open it in the browser, or start another one with: CONSOLE_PORT={free} make run"
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return port < 65536 and probe.connect_ex(("127.0.0.1", port)) != 0


def _with_practice(settings: Settings) -> Settings:
    """Connectors may call this data folder's practice service, although it is on loopback."""
    allowed = ",".join(filter(None, (settings.allow_private, practice.address(settings.folder))))
    return replace(settings, allow_private=allowed)


def master_key(settings: Settings, addresses: Logins) -> KeyFiles:
    """Made on the first start; never anew while something is locked with the lost one."""
    with as_owner(addresses.owner_url) as owner:
        return KeyFiles.load_or_create(settings.master_key_path, owner.has_sealed_rows())


def tidied(settings: Settings, addresses: Logins) -> KeyFiles:
    """At a start: data keys that were replaced long ago go, unless the keys are changed now."""
    files = master_key(settings, addresses)
    with key_rotations(addresses.owner_url) as keys:
        if keys is not None:
            KeyRotation(keys, files).tidy()
    return files


def until_done(story: Coroutine[Any, Any, Result]) -> Result:
    collect_seldom()
    try:
        import uvloop
    except ImportError:
        return asyncio.run(story)
    return uvloop.run(story)
