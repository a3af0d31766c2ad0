"""The rules of the source tree. A rule is a function (path, text) that yields (line, what)."""
import os
import re

# Exceptions as (path, rule). Stays empty: change the code or change the rule.
ALLOWED = frozenset()

MAX_LINES = 500
CODE = (".hpp", ".cpp", ".h")
PRODUCT = ("messages", "core", "config", "actors", "tools", "plugins")

# Which top-level folders a file may include from, by its own top-level folder.
MAY_INCLUDE = {
    "messages": {"messages"},
    "core": {"core", "messages"},
    "config": {"config", "core", "messages"},
    "actors": {"actors", "config", "core", "messages"},
    "tools": {"tools", "actors", "config", "core", "messages", "plugins"},
    "plugins": set(),  # plugins/abi and plugins/sdk only
    "tests": {"tests", "tools", "plugins", "actors", "config", "core", "messages"},
}


def top(path):
    return path.split("/", 1)[0]


def is_engine(path):
    """Code whose behaviour must depend on nothing but the messages it is given."""
    return path.endswith(CODE) and (top(path) in ("messages", "core") or
                                    top(path) == "actors" and not path.startswith("actors/transport/"))


TOKENS = re.compile(r'''
    //[^\n]*
  | /\*.*?\*/
  | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
  | "(?:\\.|[^"\\\n])*"
  | (?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'
''', re.S | re.X)


def blank_out(text, keep_strings=False):
    """C++ text with comments (and string literals) as blanks; lines keep their numbers."""
    def blank(match):
        token = match.group(0)
        if keep_strings and not token.startswith(("//", "/*")):
            return token
        return re.sub(r"[^\n]", " ", token)
    return TOKENS.sub(blank, text)


def matches(pattern, text):
    """(line, matched text) of every match of a compiled pattern."""
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(0).strip()


# --- includes ------------------------------------------------------------------------------------

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def includes(text):
    code = blank_out(text, keep_strings=True)
    for match in INCLUDE.finditer(code):
        yield code.count("\n", 0, match.start(1)) + 1, match.group(1), match.group(2)


def include_direction(path, text):
    if not path.endswith(CODE) or top(path) not in MAY_INCLUDE:
        return
    for line, kind, name in includes(text):
        if kind != '"':
            if name.split("/")[0] in PRODUCT and "/" in name:
                yield line, f'<{name}> is ours: include it as "{name}"'
        elif top(path) == "plugins":
            if not name.startswith(("plugins/abi/", "plugins/sdk/")):
                yield line, f'plugins may include plugins/abi and plugins/sdk only, not "{name}"'
        elif top(name) not in MAY_INCLUDE or ".." in name.split("/"):
            yield line, f'"{name}" is not a path from the top of the tree'
        elif top(name) not in MAY_INCLUDE[top(path)]:
            yield line, f'{top(path)} may not include "{name}"'


TRANSPORT_HEADER = re.compile(r"^(caf/|zmq\.|zmq_addon)")


def transport_headers(path, text):
    """CAF and ZeroMQ headers stay below actors/transport; tests of rules and nodes need none either."""
    folder = path[len("tests/"):] if path.startswith("tests/") else path
    if not path.endswith(CODE) or top(folder) not in PRODUCT or folder.startswith("actors/transport/"):
        return
    for line, _, name in includes(text):
        if TRANSPORT_HEADER.match(name):
            yield line, f"<{name}> belongs below actors/transport"


# --- determinism ---------------------------------------------------------------------------------

BANNED = [(re.compile(pattern), why) for pattern, why in (
    (r"\bdelayed_(?:anon_)?send\b", "timers are events in the queue: use Context::wake_at"),
    (r"\brandom_device\b", "random numbers are counter-based: use Context::draw"),
    (r"\bstd::(?:mt19937\w*|default_random_engine|minstd_rand0?)\b", "random numbers are counter-based: use draw"),
    (r"(?<![\w.>:])(?:std::)?s?rand\s*\(", "random numbers are counter-based: use draw"),
    (r"(?<![\w.>:])(?:std::|::)?time\s*\(\s*(?:NULL|nullptr|0|&\w+)\s*\)", "time arrives with the wave"),
    (r"\b\w+_clock\s*::\s*now\b|\bclock_gettime\b|\bgettimeofday\b", "time arrives with the wave"),
    (r"\b(?:secure_)?getenv\b", "configuration arrives as parameters"),
    (r"\bstd::unordered_(?:multi)?(?:map|set)\b", "its order is not defined: use std::map or a sorted vector"),
    (r"\bstd::(?:map|set)\s*<\s*(?:const\s+)?[\w:]+\s*(?:const\s*)?\*", "order by address differs from run to run"),
    (r"\bthis_thread\b|\bhardware_concurrency\b", "nothing may depend on the thread it runs on"),
    (r"\bstd::(?:cout|cerr|clog)\b|(?<![\w.>])(?:std::)?(?:f?printf|puts|putchar)\s*\(", "engine code does not print"),
)]


def banned_call(path, text):
    if not is_engine(path):
        return
    code = blank_out(text)
    for pattern, why in BANNED:
        for line, what in matches(pattern, code):
            yield line, f"{what}: {why}"


LIBM = re.compile(r"\bstd::(?:exp2?|expm1|log(?:2|10|1p)?|pow|erfc?|sinh?|cosh?|tanh?|a(?:sin|cos|tan)h?|atan2|cbrt|hypot|"
                  r"[lt]gamma)\s*\(")


def library_functions(path, text):
    """The C library's depend on its version and the processor; charts of core/store are looked at, not digested."""
    if is_engine(path) and not path.startswith("core/store/"):
        for line, what in matches(LIBM, blank_out(text)):
            yield line, f"{what}: use optix::math of core/pricing/elementary.hpp"


THREADS = re.compile(r"\bstd::(?:jthread|thread|async|mutex|shared_mutex|condition_variable)\b|\bpthread_create\b")


def threads(path, text):
    """Rules are single-threaded; only data/ and store/ of core may read ahead or write behind."""
    if path.endswith(CODE) and top(path) in ("messages", "core", "config"):
        if not path.startswith(("core/data/", "core/store/")):
            yield from matches(THREADS, blank_out(text))


FAST_MATH = re.compile(r"-(?:ff" r"ast-math|Of" r"ast|funsafe-math-optimizations|fassociative-math)")


def fast_math(path, text):
    """Compiler flags or pragmas that let two builds round differently."""
    name = os.path.basename(path)
    if name.endswith((".cmake", ".hpp", ".cpp")) or name == "CMakeLists.txt" or path == "tools/x":
        yield from matches(FAST_MATH, text)
        yield from matches(re.compile(r"#pragma\s+GCC\s+optimize[^\n]*"), text)


# --- form ----------------------------------------------------------------------------------------

def header_guard(path, text):
    """NAME-inl.hpp is read once per vector target: it has Highway's guard, which the target toggles."""
    if path.endswith("-inl.hpp"):
        if "== defined(HWY_TARGET_TOGGLE)" not in blank_out(text):
            yield 1, "a header that is read once per vector target starts with Highway's guard"
    elif path.endswith(".hpp"):
        lines = blank_out(text).split("\n")
        if not any(line.strip() == "#pragma once" for line in lines):
            yield 1, "a header starts with #pragma once"


def header_namespace(path, text):
    if path.endswith(".hpp"):
        yield from matches(re.compile(r"\busing\s+namespace\b[^\n;]*"), blank_out(text))


MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+\w+\([^\n]*", re.M)


def macros(path, text):
    """A template, a constexpr function or a table does it."""
    if path.endswith((".hpp", ".cpp")) and top(path) in PRODUCT:
        yield from matches(MACRO, blank_out(text))


def file_size(path, text):
    count = text.count("\n")
    if path.endswith(CODE + (".py", ".cmake")) and count > MAX_LINES:
        yield MAX_LINES + 1, f"{count} lines; {MAX_LINES} is the limit: split it by idea"


def is_text_of_ours(path):
    return path.endswith(CODE + (".py", ".cmake", ".md", ".yaml", ".yml", ".txt", ".json")) or "." not in os.path.basename(path)


def blanks(path, text):
    if not is_text_of_ours(path) or path == "LICENSE":
        return
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield number, "a tab: indent with spaces"
        if line.endswith(("\r", " ")) and not path.endswith(".md"):
            yield number, "blanks at the end of the line"


def final_newline(path, text):
    if is_text_of_ours(path) and (not text.endswith("\n") or text.endswith("\n\n")):
        yield text.count("\n") + 1, "a file ends in exactly one line feed"


# Spelt in pieces so that this file does not break its own rule.
MACHINE = re.compile(r"(?<![\w.~-])/(?:wo" r"rk|ro" r"ot|ho" r"me|tm" r"p)/[^\s\"')]*")
HOSTS = re.compile(r"\b(?:deb|security|snapshot|archive)\.deb" r"ian\.org|\bpypi\.o" r"rg|\bregistry\.npm" r"js\.org|"
                   r"\bconan\.i" r"o\b|\bproxy\.gol" r"ang\.org")
MARKERS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK|W" r"IP)\b")


def machine_paths(path, text):
    yield from matches(MACHINE, text)


def package_hosts(path, text):
    yield from matches(HOSTS, text)


def marker_words(path, text):
    yield from matches(MARKERS, text)


FILE_RULES = (include_direction, transport_headers, banned_call, library_functions, threads, fast_math,
              header_guard, header_namespace, macros, file_size, blanks, final_newline, machine_paths, package_hosts, marker_words)


# --- the tree ------------------------------------------------------------------------------------

# Neither template parameters (`<class T`) nor members defined apart (`struct A::Impl {`).
SCOPE = re.compile(r"\bnamespace(?:\s+([\w:]+))?\s*\{|(?<![<,])(?<![<,] )\b(?:struct|class|union|enum(?:\s+class)?)"
                   r"\s+(\w+)(?!\s*::|\w)[^;{}()=]*\{|[{}]")


def types_of(text):
    """(line, full name) of every type defined outside anonymous namespaces, functions and other types."""
    text = blank_out(text)
    scopes = []  # names of namespaces; None for everything that is none, "" for an anonymous one
    for at in SCOPE.finditer(text):
        token = at.group(0)
        if token == "}":
            if scopes:
                scopes.pop()
        elif token.startswith("namespace"):
            scopes.append(at.group(1) or "")
        else:
            if at.group(2) and all(scopes):
                yield text.count("\n", 0, at.start()) + 1, "::".join(scopes + [at.group(2)])
            scopes.append(None)


def one_definition(files):
    """Two types of one name in one namespace are undefined behaviour once both are linked, and no tool says so."""
    found = []
    places = {}
    for path in sorted(files):
        if path.endswith(CODE) and top(path) in PRODUCT:
            for line, name in types_of(files[path]):
                first = places.setdefault(name, path)
                if first != path:
                    found.append((path, line, "one-definition", f"{name} is defined in {first} as well"))
    return found


def folders_have_readmes(files):
    """Every folder that holds sources says in a README.md what lives there and what may not."""
    findings = []
    folders = {os.path.dirname(p) for p in files if p.endswith(CODE + (".py", ".yaml", ".cmake"))}
    for folder in sorted(f for f in folders if f):
        # Tests mirror the product: the README of tests/ speaks for mirrors, and for what lies deeper.
        below = folder.split("/")[1:] if folder.startswith("tests/") else []
        mirrored = below and (below[0] in PRODUCT or len(below) > 1)
        if not mirrored and f"{folder}/README.md" not in files:
            findings.append((folder, 1, "folder-readme", "no README.md says what lives here"))
    return findings
