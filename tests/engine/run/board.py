"""What all runs of one worker know about a service, in the time of the test."""

from engine.run.doors import Shut


class Board:
    def __init__(self, clock):
        self.clock, self.known, self.told = clock, {}, []
        self.trials = 1  # how many may try at a time

    @property
    def any(self):
        return True

    @property
    def troubled(self):
        return True

    def shut(self, credential, host):
        until, why = self.known.get((credential.id, host), (0, "asked"))
        left_s = max(until - self.clock.monotonic(), 0)
        if until and (left_s or why != "asked"):
            return Shut(left_s, why)
        return None

    def close(self, credential, host, for_s, why):
        self.known[credential.id, host] = (self.clock.monotonic() + for_s, why)

    async def ask_for(self, credential, host, seconds):
        self.told.append(("asked", seconds))
        self.close(credential, host, seconds, "asked")

    async def take_trial(self, credential, host):
        self.trials -= 1
        return self.trials >= 0

    async def went_well(self, credential, host):
        self.told.append(("well", None))
        self.known.pop((credential.id, host), None)

    async def went_badly(self, credential, host):
        self.told.append(("badly", None))

    async def used_up(self, credential, host, asked_s):
        self.told.append(("quota", asked_s))
        self.close(credential, host, asked_s or 3600, "quota")
        return asked_s or 3600


class Turns:
    """One call in so many seconds, as one worker keeps to it."""

    def __init__(self, clock, full=0):
        self.clock, self.next, self.full, self.asked = clock, 0.0, full, []

    async def turn(self, workspace_id, credential_id, host, every_s):
        self.asked.append((workspace_id, credential_id, host, every_s))
        if self.full:
            self.full -= 1
            return 400.0, False
        at = max(self.next, self.clock.monotonic())
        self.next = at + every_s
        return at - self.clock.monotonic(), True
