"""The real providers, played from their documented facts; see imitation.py."""
