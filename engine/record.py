"""Values that nobody changes, for what is made a dozen times in every run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform, overload

C = TypeVar("C")


@overload
def record(of: type[C]) -> type[C]: ...
@overload
def record(*, eq: bool) -> Callable[[type[C]], type[C]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(of: type[C] | None = None, *, eq: bool = True) -> object:
    """A dataclass that the type checker takes for frozen.

    One that is frozen when it runs, too, takes four times as long to make: a twentieth of what a
    run of three calls costs Python.
    """

    def made(of: type[C]) -> type[C]:
        return dataclass(slots=True, eq=eq, unsafe_hash=eq)(of)

    return made if of is None else made(of)
