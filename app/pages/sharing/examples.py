"""An invented contact and invented answers: what others see before they give a key."""

from app.pages.sharing.json_field import json_field
from app.pages.sharing.sharing import Sharing
from components.controls import box, text
from components.texts import _
from engine.errors import BadDefinition
from engine.model.definition import load
from engine.model.parts import HttpStep, all_steps


class Examples:
    def __init__(self, sharing: Sharing) -> None:
        self.sharing = sharing

    def draw(self) -> None:
        said = self.sharing.said
        with box("card", id="examples"):
            with box("part-head"):
                text(_("Examples"), tag="h2")
                text(
                    _("The contact is invented. Answers have the shape of your last test, and "
                      "none of its values."),
                    "hint",
                )  # fmt: skip
            json_field(
                self.sharing, _("Example contact"), said, "example_contact", "example_contact"
            )
            for step_id, name in self._calls():
                json_field(
                    self.sharing,
                    _("Example answer of “{step}”").format(step=name),
                    said["example_responses"],
                    step_id,
                    f"example_responses.{step_id}",
                    rows=8,
                    hint=self._hint(step_id),
                )

    def _hint(self, step_id: str) -> str:
        if step_id in self.sharing.said["example_responses"]:
            return ""
        return _("Test the step once, and its answer is proposed here: {example}").format(
            example='{"status": 200, "body": …}'
        )

    def _calls(self) -> list[tuple[str, str]]:
        try:
            read = load({"config": self.sharing.said["config"]})
        except BadDefinition:
            return []
        return [
            (step.id, step.name or step.id)
            for step in all_steps(read.steps)
            if isinstance(step, HttpStep)
        ]
