#!/usr/bin/env python3
"""Plants one violation of every rule in a small clean tree and demands that exactly it is found."""
import os
import sys
import tempfile
import unittest

import rules
import tidy

CLEAN = {
    "core/README.md": "Rules.\n",
    "core/a.hpp": '#pragma once\n// Says time(nullptr) and "rand()" in a comment only.\n#include "messages/b.hpp"\n',
    "core/a.cpp": '#include "core/a.hpp"\n#include <vector>\nconst char* text = "std::random_device rand() // no";\n'
                  "const long big = 1'000'000; int operand(int); int x = operand(3);\n",
    "messages/README.md": "Messages.\n",
    "messages/b.hpp": "#pragma once\n#include <string>\nnamespace optix { struct Once {}; struct Twice { struct Once {}; }; template <class Once> "
                      "struct Other {}; }\n",
    "messages/c.cpp": "namespace optix { namespace { struct Once {}; } struct Twice::Impl {}; struct Later; }\n",
    "actors/transport/README.md": "Transports.\n",
    "actors/transport/t.cpp": "#include <caf/actor.hpp>\n#include <zmq.hpp>\nauto t = std::chrono::steady_clock::now();\n",
    "tests/core/a_test.cpp": '#include "core/a.hpp"\n',
    "CMakeLists.txt": "add_compile_options(-O2)\n",
}

# (rule, path, text): adding this file to the clean tree must be found as this rule on its last line.
PLANTED = [
    ("include-direction", "messages/p.cpp", '#include "core/a.hpp"\n'),
    ("include-direction", "core/p.cpp", '\n\n#include "config/value.hpp"\n'),
    ("include-direction", "core/p.cpp", '#include "actors/node_type.hpp"\n'),
    ("include-direction", "core/p.cpp", '  #  include "tools/optix/x.hpp"\n'),
    ("include-direction", "core/p.cpp", '#include "tests/main.hpp"\n'),
    ("include-direction", "core/p.cpp", '#include "../messages/b.hpp"\n'),
    ("include-direction", "core/p.cpp", '#include "a.hpp"\n'),
    ("include-direction", "core/p.cpp", "#include <messages/b.hpp>\n"),
    ("include-direction", "actors/transport/p.cpp", '#include "tools/optix/x.hpp"\n'),
    ("transport-headers", "core/p.cpp", "#include <caf/actor_system.hpp>\n"),
    ("transport-headers", "core/p.cpp", "#include <zmq.hpp>\n"),
    ("transport-headers", "core/p.cpp", "#include <zmq.h>\n"),
    ("transport-headers", "core/p.cpp", "#include <zmq_addon.hpp>\n"),
    ("transport-headers", "tests/core/p_test.cpp", "#include <caf/all.hpp>\n"),
    ("one-definition", "messages/p.cpp", "namespace optix { struct Once { int a; }; }\n"),
    ("one-definition", "messages/p.cpp", "namespace optix {\nnamespace inner { struct Once {}; }\nclass Once final : public Base<int> {};}\n"),
    ("banned-call", "core/p.cpp", "self->delayed_send(self, s);\n"),
    ("banned-call", "core/p.cpp", "std::random_device device;\n"),
    ("banned-call", "core/p.cpp", "std::mt19937_64 engine;\n"),
    ("banned-call", "core/p.cpp", "int x = rand();\n"),
    ("banned-call", "core/p.cpp", "auto t = time(nullptr);\n"),
    ("banned-call", "core/p.cpp", "auto t = std::time(0);\n"),
    ("banned-call", "core/p.cpp", "auto t = std::chrono::steady_clock::now();\n"),
    ("banned-call", "messages/p.cpp", "auto t = std::chrono::system_clock::now();\n"),
    ("banned-call", "core/p.cpp", "auto t = Clock_clock :: now();\n"),
    ("banned-call", "core/p.cpp", "clock_gettime(CLOCK_REALTIME, &ts);\n"),
    ("banned-call", "core/p.cpp", 'auto v = std::getenv("HOME");\n'),
    ("banned-call", "core/p.cpp", "std::unordered_map<int, int> m;\n"),
    ("banned-call", "core/p.cpp", "std::unordered_set<int> m;\n"),
    ("banned-call", "core/p.cpp", "std::map<const Node*, int> m;\n"),
    ("banned-call", "core/p.cpp", "auto id = std::this_thread::get_id();\n"),
    ("banned-call", "core/p.cpp", "std::cout << 1;\n"),
    ("banned-call", "core/p.cpp", 'std::printf("x");\n'),
    ("banned-call", "core/p.cpp", "/* one\n two */ const char* a = \"x\"; int b = rand();\n"),
    ("library-functions", "core/p.cpp", "double x = std::exp(1.0);\n"),
    ("library-functions", "messages/p.cpp", "double x = std::log1p (1.0);\n"),
    ("threads", "core/p.cpp", "std::thread worker;\n"),
    ("threads", "messages/p.cpp", "std::mutex lock;\n"),
    ("fast-math", "core/CMakeLists.txt", "add_compile_options(-ff" "ast-math)\n"),
    ("fast-math", "cmake/flags.cmake", "add_compile_options(-Of" "ast)\n"),
    ("fast-math", "core/p.cpp", "#pragma GCC optimize(\"O3\")\n"),
    ("header-guard", "core/p.hpp", "struct P {};\n"),
    ("header-guard", "core/p-inl.hpp", "#pragma once\n"),
    ("header-namespace", "core/p.hpp", "#pragma once\nusing namespace std;\n"),
    ("macros", "core/p.cpp", "#define MAX(a, b) ((a) > (b) ? (a) : (b))\n"),
    ("file-size", "core/p.cpp", "\n" * rules.MAX_LINES + "int x;\n"),
    ("blanks", "core/p.cpp", "\tint x;\n"),
    ("blanks", "core/p.cpp", "int x; \n"),
    ("final-newline", "core/p.cpp", "int x;"),
    ("machine-paths", "docs/p.md", "see /wo" "rk/notes\n"),
    ("machine-paths", "core/p.cpp", "// /tm" "p/x.log\n"),
    ("package-hosts", "docs/p.md", "get it from deb.deb" "ian.org\n"),
    ("marker-words", "core/p.cpp", "// TO" "DO: later\n"),
    ("marker-words", "docs/p.md", "FIX" "ME\n"),
    ("folder-readme", "core/deep/p.cpp", "int x;\n"),
]


def findings_of(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as f:
                f.write(text)
        # cmake/ of the planted tree needs no README of its own here.
        return [f for f in tidy.check_tree(root)[0] if not (f[2] == "folder-readme" and f[0] == "cmake")]


class Tidy(unittest.TestCase):
    def test_clean_tree_has_no_findings(self):
        self.assertEqual(findings_of(CLEAN), [])

    def test_each_planted_violation_is_caught(self):
        for rule, path, text in PLANTED:
            with self.subTest(rule=rule, path=path, text=text):
                found = findings_of({**CLEAN, path: text})
                where = os.path.dirname(path) if rule == "folder-readme" else path
                line = 1 if rule == "folder-readme" else max(1, text.count("\n"))
                # The oversized file is reported once, at the first line too many.
                self.assertEqual([(p, n, r) for p, n, r, _ in found], [(where, line, rule)], found)

    def test_every_rule_has_a_planted_violation(self):
        planted = {rule for rule, _, _ in PLANTED}
        known = {rule.__name__.replace("_", "-") for rule in rules.FILE_RULES} | {"folder-readme", "one-definition"}
        self.assertEqual(planted, known)

    def test_nothing_is_exempt(self):
        self.assertEqual(rules.ALLOWED, frozenset())

    def test_an_empty_tree_is_an_error(self):
        with tempfile.TemporaryDirectory() as root:
            sys.argv = ["tidy.py", root]
            self.assertEqual(tidy.main(), 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
