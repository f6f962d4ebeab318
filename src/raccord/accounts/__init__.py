"""People who sign in to Raccord."""
