"""Says where a sealed text belongs, so that it opens nowhere else."""

import struct


def bound(*parts: str) -> bytes:
    """Each part with its length before it: `c1` + `stripe` is not `c1s` + `tripe`."""
    encoded = [part.encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)
