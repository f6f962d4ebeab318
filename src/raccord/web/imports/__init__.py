"""Importing a file of contacts: upload, progress, result, rejected lines."""
