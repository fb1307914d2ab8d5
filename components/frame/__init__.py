"""The frame around every page."""

from components.frame.frame import Command, Frame, frame, notice
from components.frame.places import Hits, Viewer

__all__ = ["Command", "Frame", "Hits", "Viewer", "frame", "notice"]
