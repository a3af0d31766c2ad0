"""The configuration of a run: what `result.json` or `config.yaml` of its folder says."""
import json
import os
from decimal import Decimal


def scalar(text):
    text = text.strip()
    if text in ("", "~", "null"):
        return None
    if text[0] == '"' and text[-1] == '"':
        return json.loads(text)
    if text == "[]":
        return []
    if text == "{}":
        return {}
    return text


def parse(text):
    """Block style as the program writes it: maps, lists, scalars, two spaces a level."""
    lines = []
    for line in text.splitlines():
        line = line.split("  # ")[0].rstrip()
        bare = line.lstrip(" ")
        if bare and not bare.startswith("#"):
            lines.append((len(line) - len(bare), bare))
    value, _ = block(lines, 0, lines[0][0] if lines else 0)
    return value


def block(lines, at, indent):
    if lines[at][1].startswith("- "):
        items = []
        while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("- "):
            rest = lines[at][1][2:]
            if is_pair(rest):  # a map whose first key stands after the dash
                lines[at] = (indent + 2, rest)
                value, at = block(lines, at, indent + 2)
            else:
                value, at = scalar(rest), at + 1
            items.append(value)
        return items, at
    values = {}
    while at < len(lines) and lines[at][0] == indent and is_pair(lines[at][1]):
        key, _, rest = lines[at][1].partition(":")
        at += 1
        if rest.strip():
            values[key.strip('"')] = scalar(rest)
        elif at < len(lines) and (lines[at][0] > indent or (lines[at][0] == indent and lines[at][1].startswith("- "))):
            values[key.strip('"')], at = block(lines, at, lines[at][0])
        else:
            values[key.strip('"')] = None
    return values, at


def is_pair(text):
    return not text.startswith('"') and (text.endswith(":") or ": " in text) or text.startswith('"') and '":' in text


class Settings:
    """Parameters of the nodes of a run, found by type."""

    def __init__(self, folder):
        self.result = None
        result = os.path.join(folder, "result.json")
        if os.path.exists(result):
            with open(result, encoding="utf-8") as f:
                self.result = json.load(f)
            text = self.result["config"]
        elif os.path.exists(os.path.join(folder, "config.yaml")):
            with open(os.path.join(folder, "config.yaml"), encoding="utf-8") as f:
                text = f.read()
        else:
            raise OSError(f"{folder}: the run did not finish: it has no result.json, which says how it was configured; "
                          "run it again, or read how far it got with 'optix journal show'")
        self.config = parse(text)
        self.nodes = self.config["nodes"]

    def node(self, kind, preferred):
        """Name of the node of a type; `preferred` when there are several."""
        names = [name for name, node in self.nodes.items() if node.get("type") == kind]
        return preferred if preferred in names else names[0] if names else None

    def param(self, node, path, fallback=None):
        """A parameter by its path, such as "fill.model"."""
        value = self.nodes.get(node, {})
        for key in path.split("."):
            if not isinstance(value, dict) or value.get(key) is None:
                return fallback
            value = value[key]
        return value

    def amount(self, node, path, fallback="0"):
        return Decimal(self.param(node, path, fallback))
