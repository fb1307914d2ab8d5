"""Which network addresses are public, by our own table.

`ipaddress.is_global` calls multicast, NAT64 and a cloud's metadata address global, and its
answers change with the patch version of Python.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# fmt: off
_CLOSED_4 = tuple(IPv4Network(text) for text in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
    "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
    "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
))
# Everything outside 2000::/3 is closed; inside it, what carries other networks or documentation.
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(IPv6Network(text) for text in (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
))
# fmt: on
_ISATAP = (0x00005EFE, 0x02005EFE)  # an IPv4 address rides in the last 32 bits


def closed(address: Address) -> str | None:
    """Why an address is out of bounds, for the log; None where it is public."""
    if isinstance(address, IPv4Address):
        return next((str(network) for network in _CLOSED_4 if address in network), None)
    if address.scope_id:
        return "zone id"
    if address not in _OPEN_6:
        return "outside 2000::/3"
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return "ISATAP"
    return next((str(network) for network in _CLOSED_6 if address in network), None)
