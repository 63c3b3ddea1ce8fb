"""Several PDFs of Typst's → one, so that a thousand pages need no more memory than the first two hundred.

Only for what Typst writes: a plain table of objects, each whole between its offset and the next, none within another. The
first file keeps its numbers; those of the others move up, and a new root of pages stands above the roots they came with. So it
is with the tags that screen readers read by: one root, and keys and names that are each one's own (ISO 32000-1, 14.7).
"""

import re
from collections.abc import Sequence

from msgspec import Struct

_REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ENTRY = re.compile(rb"(\d{10}) \d{5} n")
_TEXT = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_KEY = re.compile(rb"(/StructParents? )(\d+)\b")
_NUMBERED = re.compile(rb"(\d+) (\d+ 0 R)")
_NAMED = re.compile(rb"\((\w+)\)(\d+ 0 R)")
_NAME = re.compile(rb"\(\w+\)")

Objects = dict[int, bytes]


def joined(parts: Sequence[bytes]) -> bytes:
    """The pages of all parts in order; title and language are the first's."""
    if len(parts) == 1:
        return parts[0]
    first, trailer = _read(parts[0])
    objects = dict(first)
    roots = [_pages_of(objects, trailer)]
    tags_at = _tags_of(objects, trailer)
    tags = _Tags(objects[tags_at])
    whole = max(objects) + 1
    objects[whole] = b""
    objects |= _beneath(objects, tags_at, whole)
    for place, part in enumerate(parts[1:], 2):
        theirs, their_trailer = _read(part)
        move = _Move(up=max(objects), keys=tags.keys, part=place)
        their_tags = _tags_of(theirs, their_trailer)
        left_out = {_named(their_trailer, b"Root"), _named(their_trailer, b"Info"), their_tags}
        roots.append(_pages_of(theirs, their_trailer) + move.up)
        moved = {number + move.up: _moved(body, move) for number, body in theirs.items() if number not in left_out}
        objects |= moved | _beneath(moved, their_tags + move.up, whole)
        tags.add(_moved(theirs[their_tags], move), theirs[their_tags])
    objects[whole] = b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (tags_at, b" ".join(tags.kids))
    objects[tags_at] = tags.written(whole)
    top = max(objects) + 1
    pages = sum(int(_found(rb"/Count\s+(\d+)", objects[root])) for root in roots)
    for root in roots:
        objects[root] = objects[root].replace(b"<<", b"<</Parent %d 0 R " % top, 1)
    kids = b" ".join(b"%d 0 R" % root for root in roots)
    objects[top] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    catalog = _named(trailer, b"Root")
    objects[catalog] = re.sub(rb"/Pages\s+\d+ 0 R", b"/Pages %d 0 R" % top, objects[catalog], count=1)
    return _written(parts[0][: parts[0].index(b"1 0 obj")], objects, trailer)


class _Move(Struct, frozen=True, kw_only=True):
    """How far a part's objects and the keys of its tags move up, and which part it is."""

    up: int
    keys: int
    part: int


class _Tags:
    """The root of the tags: what stands beneath it, which page or link has which, and which header has which name."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self.keys = int(_found(rb"/ParentTreeNextKey (\d+)", root))
        self.kids = [_found(rb"/K\[([^\]]*)\]", root)]
        self._numbered = _NUMBERED.findall(_found(rb"/Nums\[([^\]]*)\]", root))
        self._named = _NAMED.findall(root)

    def add(self, moved: bytes, before: bytes) -> None:
        """Those of another part, moved up; `before` they were."""
        up = self.keys
        self.kids.append(_found(rb"/K\[([^\]]*)\]", moved))
        numbered = _NUMBERED.findall(_found(rb"/Nums\[([^\]]*)\]", moved))
        self._numbered += [(b"%d" % (int(key) + up), tag) for key, tag in numbered]
        self._named += _NAMED.findall(moved)
        self.keys += int(_found(rb"/ParentTreeNextKey (\d+)", before))

    def written(self, whole: int) -> bytes:
        roles = _found(rb"(/RoleMap<<[^>]*>>)", self._root)
        numbered = b" ".join(b" ".join(one) for one in self._numbered)
        named = b"".join(b"(%s)%s" % one for one in sorted(self._named))
        tree = b"/IDTree<</Names[%s]>>" % named if named else b""
        return b"<</Type/StructTreeRoot%s/K[%d 0 R]/ParentTree<</Nums[%s]>>%s/ParentTreeNextKey %d>>" % (
            roles, whole, numbered, tree, self.keys,
        )  # fmt: skip


def _beneath(objects: Objects, root: int, whole: int) -> Objects:
    """The tags that stood at the root of a part, now within the document as a whole."""
    above, now = b"/P %d 0 R" % root, b"/P %d 0 R" % whole
    return {number: body.replace(above, now, 1) for number, body in objects.items() if above in body}


def _tags_of(objects: Objects, trailer: bytes) -> int:
    return _named(objects[_named(trailer, b"Root")], b"StructTreeRoot")


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


def _moved(body: bytes, move: _Move) -> bytes:
    """The object with its references, and keys and names of its tags, moved; what is in a stream, or in a text, is neither."""
    head, stream, data = body.partition(b"stream\n") if b"stream\n" in body else (body, b"", b"")
    parts, at = [], 0
    for text in _TEXT.finditer(head):
        before = head[at : text.start()]
        is_name = before.endswith((b"/ID", b"/Headers[", b"/Names[", b" 0 R")) or (not before and at)
        parts += [_renumbered(before, move), _renamed(text.group(), move) if is_name else text.group()]
        at = text.end()
    return b"".join([*parts, _renumbered(head[at:], move), stream, data])


def _renumbered(text: bytes, move: _Move) -> bytes:
    moved = _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + move.up), text)
    return _KEY.sub(lambda found: found[1] + b"%d" % (int(found[2]) + move.keys), moved)


def _renamed(text: bytes, move: _Move) -> bytes:
    """The name of a table's header, which every part begins to count anew."""
    return b"(P%d%s" % (move.part, text[1:]) if _NAME.fullmatch(text) else text


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
