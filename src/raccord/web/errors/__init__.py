"""Error pages: in the same look and in both languages, and standing when nothing else does."""
