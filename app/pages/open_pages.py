"""Pages that are open, by the browser session they belong to: signing out closes them all."""

from collections import defaultdict
from uuid import UUID

from nicegui import Client

# Its own tab is on its way already: a second order would cut off the answer with the new cookie.
# The moment's delay lets that cookie arrive before the other tabs ask who they are.
LEAVE = "setTimeout(() => window.consoleLeaving || location.reload(), 300)"


class OpenPages:
    def __init__(self) -> None:
        self._clients: defaultdict[UUID, set[Client]] = defaultdict(set)

    def opened(self, session_id: UUID, client: Client) -> None:
        self._clients[session_id].add(client)
        client.on_delete(lambda: self._closed(session_id, client))

    def close(self, session_id: UUID) -> None:
        """Each loads itself anew, and is shown what its browser may see now: mostly the sign-in."""
        for client in self._clients.pop(session_id, set()):
            client.run_javascript(LEAVE)

    def _closed(self, session_id: UUID, client: Client) -> None:
        clients = self._clients.get(session_id, set())
        clients.discard(client)
        if not clients:
            self._clients.pop(session_id, None)


# One for the process, as the pages' own registry is one for the process.
OPEN = OpenPages()
