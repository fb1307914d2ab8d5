"""The pretended providers in a process of their own: prints the address, serves until stopped."""

import signal
import sys

from tests.providers.service import Service

if __name__ == "__main__":
    service = Service(int(sys.argv[1]) if len(sys.argv) > 1 else 0).start()
    print(service.url, flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    service.stop()
