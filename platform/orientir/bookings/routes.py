"""All pages and codes of the package, for the roof."""

from __future__ import annotations

from orientir.bookings.class_routes import blueprint as classes
from orientir.bookings.own_routes import blueprint as own
from orientir.bookings.record_routes import blueprint as records
from orientir.bookings.ticket_routes import blueprint as tickets
from orientir.bookings.tickets import TICKET_CODE

PAGES = (records, own, tickets, classes)
CODES = (TICKET_CODE,)
