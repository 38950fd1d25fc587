"""Places: regions, municipalities, organisations, classes and their dated headcounts."""
