"""Exports: say how a list becomes a file, watch it being written, download it; the past ones."""
