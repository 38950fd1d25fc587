"""Slots, bookings, the queue and attendance: one engine for trials, forums, excursions and shifts."""
