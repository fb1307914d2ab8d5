"""Where a page is found."""

from functools import partial

from nicegui import ui

# The framework gives a page three seconds and answers 500 then; on a day when the database is
# slow, people would rather wait. Longer than a question to the database may take.
open_at = partial(ui.page, response_timeout=20)
