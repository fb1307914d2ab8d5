"""Names under which requests carry keys."""

import re
from typing import Final

_NAMES: Final = re.compile(
    r"authorization|proxy-authorization|cookie|x-?api-?key|api-?key|apikey|key|api-?token|"
    r"x-?auth.*|access-?token|access-?key|auth-?token|secret|client-?secret|password|token|bearer|"
    r".*[-_](api-?key|token|secret|password)"
)


def names_a_secret(name: str) -> bool:
    """Whether a header, parameter or member of this name usually holds a key."""
    return bool(_NAMES.fullmatch(name.lower().replace("_", "-")))
