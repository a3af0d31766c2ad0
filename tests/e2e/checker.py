"""The checker of tools/checker, as a module: check(PROGRAM, RUN_FOLDER) gives counts and problems."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "checker"))

from check_run import check

__all__ = ["check"]
