"""Many executions: claimed fairly, run side by side, recorded in groups.

Read in this order: shelf (what the queue asks of its store), recorder (one transaction for what
many runs did), worker (claim, run, record, hand back), clock (ticks).
"""
