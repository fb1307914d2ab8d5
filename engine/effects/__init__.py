"""Each file is the only door to one outside thing.

Read `egress.py` first: one call, from the address a step wrote to the answer it may see. On its
way it is read (`urls`), admitted (`policy`, `addresses`), given its secret (`credentials`, `hosts`,
`placing`), written (`wire`), carried (`pool`, `dialing`, `names`, `connection`), unpacked
(`bodies`) and masked (`redact`, `variants`). `vault.py` keeps the secrets while they rest.
"""
