"""The small things every page is made of."""

from components.controls.badge import FILLS, badge, run_badge, words_of_run
from components.controls.button import Button, button, icon_button
from components.controls.dialog import Sheet, confirm, sheet
from components.controls.field import Choice, Field, Tick, choice, field, tick
from components.controls.fold import fold
from components.controls.menu import menu, menu_item, menu_rule
from components.controls.moment import Moment, moment
from components.controls.news import empty_state, error_card
from components.controls.plain import Text, box, grow, icon, row, stack, text

__all__ = [
    "FILLS",
    "Button",
    "Choice",
    "Field",
    "Moment",
    "Sheet",
    "Text",
    "Tick",
    "badge",
    "box",
    "button",
    "choice",
    "confirm",
    "empty_state",
    "error_card",
    "field",
    "fold",
    "grow",
    "icon",
    "icon_button",
    "menu",
    "menu_item",
    "menu_rule",
    "moment",
    "row",
    "run_badge",
    "sheet",
    "stack",
    "text",
    "tick",
    "words_of_run",
]
