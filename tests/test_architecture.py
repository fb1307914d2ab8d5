"""The house as it was meant: imports point one way, and each library stays in its room."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_point_one_way():
    script = Path(sys.executable).with_name("lint-imports")
    seen = subprocess.run(
        [script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert seen.returncode == 0, seen.stdout + seen.stderr


def test_every_page_has_the_time_it_needs():
    """An address given with the framework's own word has three seconds."""
    pages = [path for path in (ROOT / "app").rglob("*.py") if path.name != "open_at.py"]
    assert [path.name for path in pages if "@ui.page(" in path.read_text()] == []
