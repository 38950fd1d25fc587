"""iCalendar (RFC 5545, 7986): occasions written as files and feeds, and when a region's occasions last changed."""
