"""What happens in a run, line by line, however many lines."""

from components.run_log.run_log import LogLine, RunLog

__all__ = ["LogLine", "RunLog"]
