"""A small real HTTP service that imitates providers, with honest bad days."""
