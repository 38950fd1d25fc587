"""Settings of a region: data that people change on a page, with who changed what and when."""
