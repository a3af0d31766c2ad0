#!/usr/bin/env python3
"""Drives the program as a user would and checks exit codes, output, messages and files.

usage: cli_test.py PROGRAM SOURCE [WORD...]

PROGRAM is the built `optix`, SOURCE the source tree. With words, only the tests whose name contains
one of them run. Exits with 0 when all passed, 1 when one failed, 2 when it could not run.
"""
import os
import sys
import unittest

import program


def main(arguments):
    if len(arguments) < 2 or not os.access(arguments[0], os.X_OK) or not os.path.isdir(arguments[1]):
        print(__doc__, file=sys.stderr)
        return 2
    program.program = os.path.abspath(arguments[0])
    program.source = os.path.realpath(arguments[1])
    loader = unittest.TestLoader()
    if len(arguments) > 2:
        loader.testNamePatterns = [f"*{word}*" for word in arguments[2:]]
    names = ["bad_data_cases", "bad_config_cases", "config_cases", "journal_cases", "run_cases", "spx_cases", "live_cases",
             "pricing_cases", "dataset_cases"]
    suite = loader.loadTestsFromNames(names)
    if suite.countTestCases() == 0:
        print("no test has such a name", file=sys.stderr)
        return 2
    outcome = unittest.TextTestRunner(verbosity=2).run(suite)
    return 0 if outcome.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
