"""What all tests share: throw-away databases, a cast of people and places, a browser, a query counter.

`tests/conftest.py` turns it into fixtures; tests import the plain functions (`from orientir_testkit.cast import ...`).
"""
