"""Lists of rows: links, badges, moments, buttons."""

from components.listing.listing import Act, Column, Listing, Row, badge_cell, moment

__all__ = ["Act", "Column", "Listing", "Row", "badge_cell", "moment"]
