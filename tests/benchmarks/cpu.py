"""How much processor time was used, by us and by a Postgres server."""

import resource
from contextlib import suppress

import psutil


def ours() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def of_postgres(postmaster: int) -> float:
    """The server and its processes, those that ended included; in steps of 10 ms."""
    server = psutil.Process(postmaster)
    used = server.cpu_times()
    total = used.user + used.system + used.children_user + used.children_system
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            used = child.cpu_times()
            total += used.user + used.system
    return float(total)
