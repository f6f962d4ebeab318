"""Erasing a person on request, and the proof that it was done."""
