"""A short data folder: the embedded database's socket does not fit into pytest's long ones."""

from tests.processes.conftest import data_dir

__all__ = ["data_dir"]
