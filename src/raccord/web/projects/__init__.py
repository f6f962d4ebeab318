"""Projects and their fields: what a contact database consists of."""
