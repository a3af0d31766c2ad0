"""The checker of tools/checker, as a module: check(PROGRAM, RUN_FOLDER) gives counts and problems."""
import os
import sys

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "checker")
script = os.path.join(folder, "check_run.py")
sys.path.insert(0, folder)

from check_run import check

__all__ = ["check", "script"]
