"""What one step of a run did: its call, its answer, what was kept."""

from components.run_step.run_step import run_step

__all__ = ["run_step"]
