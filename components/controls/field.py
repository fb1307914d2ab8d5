"""Fields with a label, a hint and an error: text, lines, numbers, secrets, choices, ticks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui.elements.mixins.value_element import ValueElement

from components.controls.made import made
from components.sentences import translated
from components.texts import _, number


class Field(ValueElement[Any], component="field.js"):
    """One labelled field. What is typed arrives 250 ms after the last key, or on leaving."""

    VALUE_PROP = "value"
    LOOPBACK = None

    def __init__(
        self,
        label: str,
        value: Any = "",
        *,
        on_change: Callable[[Any], Any] | None = None,
        on_enter: Callable[[], Any] | None = None,
        kind: str = "text",
        testid: str = "",
        **given: Any,
    ) -> None:
        """`kind`: text, lines, number, secret, choice, email, search, url, date …

        `given`: hint, error, placeholder, optional, hide_label, rows, mono, readonly, icon, min,
        max, name, autocomplete, autofocus.
        """
        super().__init__(value=value)
        made(self, props={"label": label, "kind": kind})
        made(self, props=((name.replace("_", "-"), said) for name, said in given.items()))
        if testid:
            made(self, props={"data-testid": testid})
        self._least, self._most = given.get("min"), given.get("max")
        self._outside = False
        if self._least is not None or self._most is not None:
            self.on_value_change(lambda event: self._say_range(event.value))
            self._say_range(value)
        if on_change:
            self.on_value_change(lambda event: on_change(event.value))
        if on_enter:
            self.on("enter", on_enter, args=[])

    def failed(self, error: str) -> None:
        """Show what is wrong with it; an empty text takes the message away."""
        self._props["error"] = translated(error)

    def _say_range(self, said: Any) -> None:
        """Beside the field, in its own unit; what it holds is told all the same."""
        words = ""
        if isinstance(said, int | float):
            if self._least is not None and said < self._least:
                words = _("At least {n}.").format(n=number(self._least))
            elif self._most is not None and said > self._most:
                words = _("At most {n}.").format(n=number(self._most))
        if words or self._outside:
            self._outside = bool(words)
            self.failed(words)

    def focus(self) -> None:
        self.run_method("focus")


class Choice(Field):
    """A choice among a few: {value: words}."""

    def __init__(
        self, label: str, choices: Mapping[Any, str], value: Any = None, **given: Any
    ) -> None:
        super().__init__(label, value, kind="choice", choices=_listed(choices), **given)

    def offer(self, choices: Mapping[Any, str]) -> None:
        self._props["choices"] = _listed(choices)


class Tick(ValueElement[bool], component="tick.js"):
    """A yes or no, with its sentence."""

    VALUE_PROP = "value"
    LOOPBACK = None

    def __init__(
        self,
        label: str,
        value: bool = False,
        *,
        hint: str = "",
        toggle: bool = False,
        on_change: Callable[[bool], Any] | None = None,
        testid: str = "",
    ) -> None:
        super().__init__(value=value)
        made(self, props={"label": label, "hint": hint, "toggle": toggle})
        if testid:
            made(self, props={"data-testid": testid})
        if on_change:
            self.on_value_change(lambda event: on_change(event.value))


def _listed(choices: Mapping[Any, str]) -> Sequence[dict[str, Any]]:
    return [{"value": value, "label": words} for value, words in choices.items()]


def field(label: str, value: Any = "", **given: Any) -> Field:
    return Field(label, value, **given)


def choice(label: str, choices: Mapping[Any, str], value: Any = None, **given: Any) -> Choice:
    return Choice(label, choices, value, **given)


def tick(label: str, value: bool = False, **given: Any) -> Tick:
    return Tick(label, value, **given)
