"""The events of a journal, read through the program that wrote it."""
import json
import re
import subprocess

HEAD = re.compile(rb'{"tag":"([^"]*)","source":"([^"]*)","sequence":(\d+),"to":"([^"]*)","message":"([^"]*)"')


class Event:
    __slots__ = ("tag", "source", "sequence", "to", "message", "line", "_body")

    def __init__(self, tag, source, sequence, to, message, line):
        self.tag, self.source, self.sequence, self.to, self.message, self.line = tag, source, sequence, to, message, line
        self._body = None

    @property
    def node(self):
        return self.to.split(".")[0]

    @property
    def body(self):
        if self._body is None:
            self._body = json.loads(self.line)["body"]
        return self._body


def show(program, file, *filters):
    command = [program, "journal", "show", "--json", "--bodies", *filters, file]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    if process.returncode != 0:
        raise OSError(f"{file}: {(out + err).decode(errors='replace').strip()}")
    for line in out.splitlines():
        head = HEAD.match(line)
        if not head:
            raise OSError(f"{file}: not an event: {line[:120]!r}")
        tag, source, sequence, to, message = (part.decode() for part in head.groups())
        yield Event(tag, source, int(sequence), to, message, line)


def by_tag(events):
    """[(tag, events)] in the order of the journal."""
    tags = []
    for event in events:
        if not tags or tags[-1][0] != event.tag:
            tags.append((event.tag, []))
        tags[-1][1].append(event)
    return tags


def once(events):
    """Each emission once, however many wires carried it."""
    seen = set()
    for event in events:
        key = (event.source, event.sequence)
        if key not in seen:
            seen.add(key)
            yield event
