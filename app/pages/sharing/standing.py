"""How a shared template stands, in one line for its author."""

from components.controls import badge, moment, row, stack, text
from components.sharing import state_card
from components.texts import _
from db.templates import Template


def draw_standing(template: Template | None) -> None:
    if template is None:
        return
    tone, symbol, words, more = _standing(template)
    with state_card(tone, symbol), stack("tight grow"):
        with row("wrap"):
            text(words, "headline", tag="span")
            if template.review_state == "pending" and template.review_since:
                text(_("Handed in"), "soft small", tag="span")
                moment(template.review_since, "ago").classes("soft small")
        if more:
            text(more, "small")


def standing_badge(template: Template) -> None:
    badge(*words_of(template))


def words_of(template: Template) -> tuple[str, str, str]:
    """Word, tone and icon."""
    if template.workspace_id is not None:
        return _("Only this workspace"), "", "lock"
    if template.review_state == "pending":
        return _("In review"), "warn", "clock"
    if template.review_state == "rejected":
        return _("Returned"), "bad", "undo-2"
    if not template.is_public:
        return _("Hidden"), "", "eye-off"
    if template.is_official:
        return _("Official"), "ok", "badge-check"
    return _("Public"), "ok", "globe"


def _standing(template: Template) -> tuple[str, str, str, str]:
    name = template.name
    if template.workspace_id is not None:
        more = _("The people of this workspace find it under Templates.")
        return "info", "lock", _("“{name}” is shared in this workspace.").format(name=name), more
    if template.review_state == "pending":
        more = _("Others see it once an admin of the marketplace has looked at it.")
        return "warn", "clock", _("“{name}” is in review.").format(name=name), more
    if template.review_state == "rejected":
        words = _("“{name}” was returned.").format(name=name)
        return "bad", "undo-2", words, template.review_note or _("No reason was given.")
    if not template.is_public:
        words = _("“{name}” is hidden from the marketplace.").format(name=name)
        return "warn", "eye-off", words, template.review_note or ""
    if template.is_official:
        words = _("“{name}” is an official template.").format(name=name)
        return "info", "badge-check", words, _("What you publish here is its next version.")
    more = _("A change is looked at again before others see it.")
    return "info", "globe", _("“{name}” is in the marketplace.").format(name=name), more
