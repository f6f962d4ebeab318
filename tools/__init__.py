"""What `make` runs while building and checking; never imported by Raccord itself."""
