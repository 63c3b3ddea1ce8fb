"""Several PDFs of Typst's → one, so that a thousand pages need no more memory than the first two hundred.

Only for what Typst writes: a plain table of objects, each whole between its offset and the next, none within another. The
first file keeps its numbers; those of the others move up, and a new root of pages stands above the roots they came with.
"""

import re
from collections.abc import Sequence

_REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ENTRY = re.compile(rb"(\d{10}) \d{5} n")
_TEXT = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)

Objects = dict[int, bytes]


def joined(parts: Sequence[bytes]) -> bytes:
    """The pages of all parts in order; title and language are the first's."""
    if len(parts) == 1:
        return parts[0]
    first, trailer = _read(parts[0])
    objects = dict(first)
    roots = [_pages_of(objects, trailer)]
    for part in parts[1:]:
        theirs, their_trailer = _read(part)
        up = max(objects)
        left_out = {_named(their_trailer, b"Root"), _named(their_trailer, b"Info")}
        roots.append(_pages_of(theirs, their_trailer) + up)
        objects |= {number + up: _moved(body, up) for number, body in theirs.items() if number not in left_out}
    top = max(objects) + 1
    pages = sum(int(_found(rb"/Count\s+(\d+)", objects[root])) for root in roots)
    for root in roots:
        objects[root] = objects[root].replace(b"<<", b"<</Parent %d 0 R " % top, 1)
    kids = b" ".join(b"%d 0 R" % root for root in roots)
    objects[top] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    catalog = _named(trailer, b"Root")
    objects[catalog] = re.sub(rb"/Pages\s+\d+ 0 R", b"/Pages %d 0 R" % top, objects[catalog], count=1)
    return _written(parts[0][: parts[0].index(b"1 0 obj")], objects, trailer)


def _read(pdf: bytes) -> tuple[Objects, bytes]:
    """The bodies of a file's objects by number, and its trailer."""
    start = int(_found(_START, pdf))
    table, _, trailer = pdf[start:].partition(b"trailer")
    offsets = [int(offset) for offset in _ENTRY.findall(table)]
    ends = dict(zip(sorted(offsets), [*sorted(offsets)[1:], start], strict=True))
    return {number: _body(pdf[offset : ends[offset]], number) for number, offset in enumerate(offsets, 1)}, trailer


def _body(text: bytes, number: int) -> bytes:
    """What stands between `obj` and `endobj`."""
    opening, closing = b"%d 0 obj" % number, text.rindex(b"endobj")
    if not text.startswith(opening):
        raise ValueError(f"object {number} is not where the table says")
    return text[len(opening) : closing].strip(b"\r\n")


def _moved(body: bytes, up: int) -> bytes:
    """The object with its references moved up; what is in a stream, or in a string, is no reference."""
    head, stream, data = body.partition(b"stream\n") if b"stream\n" in body else (body, b"", b"")
    parts, at = [], 0
    for text in _TEXT.finditer(head):
        parts += [_renumbered(head[at : text.start()], up), text.group()]
        at = text.end()
    return b"".join([*parts, _renumbered(head[at:], up), stream, data])


def _renumbered(text: bytes, up: int) -> bytes:
    return _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + up), text)


def _pages_of(objects: Objects, trailer: bytes) -> int:
    return _named(objects[_named(trailer, b"Root")], b"Pages")


def _named(text: bytes, name: bytes) -> int:
    """The number of the object that `/name` refers to."""
    return int(_found(rb"/" + name + rb"\s+(\d+) 0 R", text))


def _found(pattern: bytes | re.Pattern[bytes], text: bytes) -> bytes:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"no {pattern!r} in a file that Typst wrote")
    return found[1]


def _written(head: bytes, objects: Objects, trailer: bytes) -> bytes:
    parts, table, at = [head], [b"0000000000 65535 f\r\n"], len(head)
    for number in range(1, max(objects) + 1):
        if number not in objects:
            table.append(b"0000000000 00000 f\r\n")
            continue
        text = b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
        table.append(b"%010d 00000 n\r\n" % at)
        parts.append(text)
        at += len(text)
    size = re.sub(rb"/Size\s+\d+", b"/Size %d" % (max(objects) + 1), trailer[: trailer.index(b"startxref")], count=1)
    return b"".join([*parts, b"xref\n0 %d\n" % len(table), *table, b"trailer", size, b"startxref\n%d\n%%%%EOF" % at])
