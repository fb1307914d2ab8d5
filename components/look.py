"""The look of the console: both themes, the font, the icons, and how they reach the browser."""

import hashlib
from copy import copy
from functools import cache
from pathlib import Path
from typing import cast

from nicegui import app, ui
from nicegui.language import Language

from components.sheets import address
from components.texts import ENGLISH, for_browser, language

HERE = Path(__file__).parent
ASSETS = HERE.parent / "assets"
A_YEAR = 31_536_000


def lay() -> None:
    """Put the look under this page, and let the page speak its reader's language."""
    _lay_once()
    spoken = language()
    client = ui.context.client
    client.page = copy(client.page)  # the page is everybody's; its language is this reader's
    client.page.language = cast(Language, "en-US" if spoken == ENGLISH else spoken)
    if spoken != ENGLISH:
        ui.add_head_html(f"<script>{for_browser(spoken)}</script>")


@cache
def _lay_once() -> None:
    """Once in a process, before the first page is served."""
    app.add_static_files("/assets", ASSETS, max_cache_age=A_YEAR)
    app.colors(primary="#4f46e5")
    script, unsent = _serve(HERE / "look.js"), _serve(HERE / "unsent.js")
    ui.add_head_html(
        f'<script src="{script}" data-icons="{icons()}"></script>\n'
        f'<script src="{unsent}"></script>\n'
        '<link rel="preload" href="/assets/fonts/inter-latin-wght-normal.woff2" as="font"'
        f' type="font/woff2" crossorigin>\n<link rel="stylesheet" href="{address()}">',
        shared=True,
    )
    # `$t("Close")` and `$nt("{n} run", "{n} runs", n)` in every component's template.
    app.config.vue_config_script += (
        "Object.assign(app.config.globalProperties, "
        "{ $t: window.consoleText, $nt: window.consoleCount });\n"
    )


@cache
def icons() -> str:
    """The address of the icon sprite; it changes with its content, so browsers may keep it."""
    return f"/assets/icons.svg?{_print_of(ASSETS / 'icons.svg')}"


def _serve(path: Path) -> str:
    """Each version of a file has an address of its own: no browser ever shows a stale look."""
    return app.add_static_file(
        local_file=path,
        url_path=f"/look/{path.stem}.{_print_of(path)}{path.suffix}",
        max_cache_age=A_YEAR,
    )


def _print_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
