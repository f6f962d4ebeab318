"""Where a person arrives: what there is, what waits, what needs them, what to do next."""
