"""Who is told when an integration needs a person, and what they were told."""
