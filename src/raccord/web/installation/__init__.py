"""The page of the installation itself: what it is, and what a person says of it when it is held."""
