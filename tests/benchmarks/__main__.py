"""`python -m tests.benchmarks`: what a durable execution costs beside the bare three calls.

Rounds alternate, so that a busy machine burdens both alike; look at the ratios. CPU is counted of
the engine's process and of Postgres, enqueueing included, the pretended provider excluded.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from db.embedded import EmbeddedPostgres
from tests.databases import PASSWORD, Cluster, folder_for_postgres

IDEAL_WAIT = "0.05"


@dataclass(frozen=True)
class Cost:
    cpu_ms: float
    per_s: float
    postgres_ms: float = 0

    @property
    def whole_ms(self) -> float:
        return self.cpu_ms + self.postgres_ms

    def and_(self, other: "Cost") -> "Cost":
        """Halfway between two of a kind."""
        return Cost((self.cpu_ms + other.cpu_ms) / 2, (self.per_s + other.per_s) / 2)


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.benchmarks")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--executions", type=int, default=3000)
    asked.add_argument("--at-once", type=int, default=64)
    told = asked.parse_args()
    with durable_cluster() as (cluster, postmaster), provider() as port:
        fast, slow = [], []
        for number in range(told.rounds):
            with cluster.clone() as name:
                env = {
                    "DATABASE_URL": cluster.url(name, "console_web"),
                    "OWNER_URL": cluster.url(name, cluster.owner),
                    "POSTMASTER": str(postmaster),
                }
                before = floor(port, told.executions, told.at_once)
                kept = cost("durable", port, told.executions, told.at_once, "0", env)
                bare = before.and_(floor(port, told.executions, told.at_once))
                late = cost("durable", port, told.executions, 64, IDEAL_WAIT, env)
            fast.append((bare, kept))
            slow.append(late)
            show(number + 1, bare, kept, late)
    summary(fast, slow)


def show(number: int, bare: Cost, kept: Cost, late: Cost) -> None:
    print(
        f"round {number}: bare {bare.cpu_ms:.3f} ms"
        f" | durable {kept.cpu_ms:.3f} + Postgres {kept.postgres_ms:.3f} ms,"
        f" {kept.per_s:.0f}/s, {kept.whole_ms / bare.cpu_ms:.1f} x bare"
        f" | 50 ms, 64 in flight: {late.per_s:.0f}/s, {share(late):.0%} of ideal",
        flush=True,
    )


def summary(fast: list[tuple[Cost, Cost]], slow: list[Cost]) -> None:
    ratio = statistics.median(kept.whole_ms / bare.cpu_ms for bare, kept in fast)
    rate = statistics.median(kept.per_s for _, kept in fast)
    print(f"CPU of a durable three-call execution: {ratio:.1f} x three bare calls")
    print(f"executions a second, no latency: {rate:.0f}")
    print(
        f"share of the ideal rate at 50 ms, 64 in flight: {statistics.median(map(share, slow)):.0%}"
    )


def share(late: Cost) -> float:
    return late.per_s / (64 / (3 * float(IDEAL_WAIT)))


def floor(port: int, executions: int, at_once: int) -> Cost:
    """Asked before and after, and for five times as many: what takes a tenth of a second swings by
    half with what else the machine does."""
    return cost("bare", port, 5 * executions, at_once, "0")


def cost(
    what: str,
    port: int,
    executions: int,
    at_once: int,
    wait: str,
    env: dict[str, str] | None = None,
) -> Cost:
    command = [sys.executable, "-m", f"tests.benchmarks.{what}", port, executions, at_once, wait]
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        check=True,
    )
    used: dict[str, Any] = json.loads(done.stdout)
    if set(used.get("states", {"success ": 0})) != {"success "}:
        raise SystemExit(f"not all succeeded: {used['states']}")
    return Cost(
        cpu_ms=used["cpu_s"] / executions * 1000,
        per_s=executions / used["wall_s"],
        postgres_ms=used.get("postgres_s", 0) / executions * 1000,
    )


@contextmanager
def durable_cluster(**settings: str) -> Iterator[tuple[Cluster, int]]:
    """As people run it: each commit waits for the disk. With the process to watch."""
    with (
        folder_for_postgres() as folder,
        EmbeddedPostgres(folder / "postgres", settings=settings) as server,
    ):

        def url(database: str, login: str) -> str:
            return server.url(database, login, None if login == "postgres" else PASSWORD)

        cluster = Cluster(url, admin="postgres", owner="postgres")
        cluster.prepare()
        noted = (folder / "postgres" / "data" / "postmaster.pid").read_text()
        yield cluster, int(noted.splitlines()[0])


@contextmanager
def provider() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.benchmarks.stub"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


if __name__ == "__main__":
    main()
