"""Three provider calls on loopback, as cheap as they get: `python -m tests.benchmarks.stub`.

Prints its port. `?wait=0.05` answers that much later.
"""

import asyncio
import json
from typing import cast

import httptools
import uvloop

PERSON = json.dumps(
    {
        "data": {
            "name": {"fullName": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace"},
            "email": "ada@example.com",
            "employment": {"domain": "example.com", "name": "Analytical Engines", "title": "Head"},
            "emails": [{"value": f"ada{n}@example.com", "confidence": 90 - n} for n in range(12)],
            "history": [{"company": f"Works {n}", "from": 1830 + n} for n in range(15)],
        }
    }
).encode()
COMPANY = json.dumps(
    {
        "company": {
            "name": "Analytical Engines Ltd",
            "domain": "example.com",
            "employees": 42,
            "offices": [{"city": f"City {n}", "country": "GB", "people": n} for n in range(30)],
        }
    }
).encode()
SCORE = json.dumps({"score": 87, "grade": "A", "why": ["title", "size", "country"]}).encode()
ANSWERS = {b"/per": PERSON, b"/com": COMPANY, b"/sco": SCORE}


class Stub(asyncio.Protocol):
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_message_complete(self) -> None:
        body = ANSWERS[self._url[:4]]
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        answer = head % len(body) + body
        wait = self._url.partition(b"wait=")[2].partition(b"&")[0]
        if wait and float(wait):
            asyncio.get_running_loop().call_later(float(wait), self.transport.write, answer)
        else:
            self.transport.write(answer)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
