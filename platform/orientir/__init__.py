"""Orientir: surveys, registrations and coverage for a region's career guidance, built of plugins."""

__version__ = "0.1.0"
