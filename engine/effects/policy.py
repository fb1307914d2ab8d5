"""Where connectors may call: the public internet, and what the operator named besides."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_network

from engine.effects.addresses import Address, Network, closed
from engine.effects.failures import DestinationRefused
from engine.effects.urls import Key, Origin, parse_origin

PORTS = frozenset({80, 443, 8080, 8443})
MAIL_PORTS = frozenset({25, 465, 587, 2525})
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Policy:
    """Decides before anything is dialled. Only the operator's settings can widen it."""

    named: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[tuple[Network, int], ...] = ()
    own_names: frozenset[str] = frozenset()  # the console itself is not a service to call
    _admitted: dict[Key, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_settings(cls, allow_private: str, *, own_names: Iterable[str] = ()) -> "Policy":
        """Reads `host:port` and `network:port`, comma-separated; raises ValueError."""
        named: set[tuple[str, int]] = set()
        networks: list[tuple[Network, int]] = []
        for entry in filter(None, (part.strip() for part in allow_private.split(","))):
            found = _read(entry)
            if isinstance(found, Origin):
                named.add((found.host, found.port))
            else:
                networks.append(found)
        return cls(frozenset(named), tuple(networks), frozenset(own_names))

    def admit(self, origin: Origin) -> bool:
        """Refuses what can be refused from the address alone, before any name is looked up.

        Says whether a secret may go there over plain http: only where the operator named it.
        """
        known = self._admitted.get(origin.key)
        if known is None:
            known = self._decide(origin)
            if len(self._admitted) >= _REMEMBERED:
                self._admitted.clear()
            self._admitted[origin.key] = known
        return known

    def _decide(self, origin: Origin) -> bool:
        if self.names(origin):
            return True
        if origin.special or origin.host in self.own_names:
            raise DestinationRefused(f"special name {origin.host}")
        if origin.port not in PORTS and not any(port == origin.port for _, port in self.networks):
            raise DestinationRefused(f"port {origin.port}")
        if origin.ip is None:
            return False
        self.admit_address(origin, origin.ip)
        return self._in_network(origin.ip, origin.port)

    def admit_address(self, origin: Origin, address: Address) -> None:
        """Checks one address a name stands for."""
        if self.names(origin) or self._in_network(address, origin.port):
            return
        if origin.port not in PORTS:
            raise DestinationRefused(f"port {origin.port}")
        if why := closed(address):
            raise DestinationRefused(f"{origin.host} is {address}, in {why}")

    def admit_mail(self, origin: Origin, address: Address) -> None:
        """The same for a mail server, on its own ports."""
        if self.names(origin) or self._in_network(address, origin.port):
            return
        if origin.port not in MAIL_PORTS:
            raise DestinationRefused(f"port {origin.port} for mail")
        if why := closed(address):
            raise DestinationRefused(f"{origin.host} is {address}, in {why}")

    def names(self, origin: Origin) -> bool:
        """Whether the operator wrote down exactly this host and port."""
        return (origin.host, origin.port) in self.named

    def _in_network(self, address: Address, port: int) -> bool:
        return any(
            port == open_port and address.version == network.version and address in network
            for network, open_port in self.networks
        )


def _read(entry: str) -> Origin | tuple[Network, int]:
    host, _, port = entry.rpartition(":")
    try:
        if not port.isdecimal():
            raise ValueError
        if "/" in host:
            network = ip_network(host.removeprefix("[").removesuffix("]"))
            return network, parse_origin("http", f"0.0.0.0:{port}").port
        if not host:
            raise ValueError
        origin = parse_origin("http", entry)
    except (ValueError, DestinationRefused):
        raise ValueError(
            f"CONSOLE_ALLOW_PRIVATE: “{entry}” is neither host:port nor network:port, "
            "such as 127.0.0.1:8099 or 10.1.0.0/16:8080."
        ) from None
    return origin if origin.ip is None else (ip_network(origin.ip), origin.port)
