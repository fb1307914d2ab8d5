"""A run's steps as a tree beside their time line."""

from components.waterfall.waterfall import Waterfall, spans

__all__ = ["Waterfall", "spans"]
