"""A run's steps as a tree beside their time line."""

from components.waterfall.waterfall import Waterfall, spans, under_way

__all__ = ["Waterfall", "spans", "under_way"]
