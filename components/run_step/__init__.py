"""What one step of a run did: its call, its answer, what was kept."""

from components.run_step.run_step import AMBER, run_step, what_it_said

__all__ = ["AMBER", "run_step", "what_it_said"]
