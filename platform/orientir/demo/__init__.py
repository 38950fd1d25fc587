"""Regions to try everything on, marked «ДЕМО»: a small one made in seconds, and one at full size."""

from orientir.demo.building import build_demo, demo_notes, has_demo, refuse_demo, refuse_production
from orientir.demo.places import PLACES, SHOWCASE
from orientir.demo.staff import NOTES, PASSWORD

__all__ = [
    "NOTES",
    "PASSWORD",
    "PLACES",
    "SHOWCASE",
    "build_demo",
    "demo_notes",
    "has_demo",
    "refuse_demo",
    "refuse_production",
]
