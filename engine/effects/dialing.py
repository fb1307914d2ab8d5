"""Opens a connection to the very address that was checked."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from ipaddress import ip_address

from engine.effects.addresses import Address
from engine.effects.connection import Connection
from engine.effects.failures import DestinationRefused, ServiceDidNotAnswer
from engine.effects.policy import Policy
from engine.effects.urls import Origin

# Asked with the name as the system shall see it: a public one ends in a dot, so that no search
# list of the machine can turn it into an internal name.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
PortOf = Callable[[Origin], int]

NAMES_S = 5.0
CONNECT_S = 10.0
MOST_ADDRESSES = 4


@cache
def default_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Dialer:
    """A name is looked up once; every answer must be allowed, and one of those is dialled."""

    def __init__(
        self,
        policy: Policy,
        resolve: Resolve,
        tls: ssl.SSLContext,
        stall_s: float,
        port_of: PortOf | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = tls
        self._port_of = port_of
        self._stall_s = stall_s
        self._open: set[Connection] = set()

    async def dial(self, origin: Origin, deadline: float) -> Connection:
        """Raises ServiceDidNotAnswer; nothing of a request has been sent by then."""
        until = min(deadline, asyncio.get_running_loop().time() + CONNECT_S)
        addresses = await self._addresses(origin, until)
        problem: Exception | None = None
        for address in addresses[:MOST_ADDRESSES]:
            try:
                async with asyncio.timeout_at(until):
                    return await self._connect(origin, address)
            except TimeoutError as late:
                raise _not_reached(origin, "timed out", timed_out=True) from late
            except ssl.SSLError as error:
                raise ServiceDidNotAnswer(
                    f"No secure connection to {origin.host} could be made.",
                    hint="Its certificate may have expired or belong to another name.",
                    detail=error.reason or type(error).__name__,
                ) from None
            except OSError as error:
                problem = error
        raise _not_reached(origin, type(problem).__name__)

    async def _addresses(self, origin: Origin, until: float) -> list[Address]:
        if origin.ip is not None:
            self._policy.admit_address(origin, origin.ip)
            return [origin.ip]
        name = origin.host if self._policy.names(origin) else origin.host + "."
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(until, now + NAMES_S)):
                found = await self._resolve(name, origin.port)
        except TimeoutError:
            raise _unknown_name(origin, "the name server did not answer", timed_out=True) from None
        except (OSError, UnicodeError) as error:
            raise _unknown_name(origin, type(error).__name__) from None
        addresses = [_address(origin, text) for text in found]
        for address in addresses:
            self._policy.admit_address(origin, address)
        if not addresses:
            raise _unknown_name(origin, "no address")
        return addresses

    async def _connect(self, origin: Origin, address: Address) -> Connection:
        secure = origin.scheme == "https"
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._open.discard, self._stall_s),
            str(address),
            self._port_of(origin) if self._port_of else origin.port,
            ssl=self._tls if secure else None,
            server_hostname=origin.host if secure else None,
        )
        if _address(origin, connection.peer) != address:
            connection.close()
            raise DestinationRefused("another machine answered")
        self._open.add(connection)
        return connection

    async def close(self) -> None:
        """Hangs up everywhere, and waits until the event loop knows."""
        for connection in list(self._open):
            connection.close()
        for _ in range(100):
            if not self._open:
                return
            await asyncio.sleep(0)


def _address(origin: Origin, text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise DestinationRefused(f"{origin.host} stands for no address") from None


def _not_reached(origin: Origin, detail: str, *, timed_out: bool = False) -> ServiceDidNotAnswer:
    return ServiceDidNotAnswer(
        f"{origin.host} could not be reached.", timed_out=timed_out, detail=detail
    )


def _unknown_name(origin: Origin, detail: str, *, timed_out: bool = False) -> ServiceDidNotAnswer:
    return ServiceDidNotAnswer(
        f"{origin.host} could not be found.",
        timed_out=timed_out,
        hint="Check the spelling of the address.",
        detail=detail,
    )
