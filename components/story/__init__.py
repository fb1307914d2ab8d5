"""What happened, line by line: a moment, a sentence."""

from components.story.story import Line, Story

__all__ = ["Line", "Story"]
