"""Asks the system for the addresses of a name, without ever holding up the event loop."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

WAIT_S = 5.0


class SystemNames:
    """A bounded number of threads: a slow name server cannot take more of the process."""

    def __init__(self, threads: int = 16) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def __call__(self, name: str, port: int) -> list[str]:
        """Twenty calls to one host at once are one question. Raises OSError."""
        asked = self._asked.get((name, port))
        if asked is None:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._threads, _look_up, name, port)
            self._asked[name, port] = asked
            asked.add_done_callback(lambda done: self._forget((name, port), done))
        return await asyncio.shield(asked)

    def _forget(self, question: tuple[str, int], done: asyncio.Future[list[str]]) -> None:
        self._asked.pop(question, None)
        if not done.cancelled():
            done.exception()  # nobody may be waiting for it any more

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(name: str, port: int) -> list[str]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
