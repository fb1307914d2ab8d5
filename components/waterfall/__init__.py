"""A run's steps as a tree beside their time line."""

from components.waterfall.waterfall import Planned, Waterfall, spans, under_way

__all__ = ["Planned", "Waterfall", "spans", "under_way"]
