"""What the pages of the marketplace are made of."""
