"""The frame around every page."""

from components.frame.frame import Command, Frame, frame, notice
from components.frame.places import Viewer

__all__ = ["Command", "Frame", "Viewer", "frame", "notice"]
