"""Which encoding is a delivered text file in, and the same text as UTF-8.

MIS exports arrive as UTF-8 with or without a byte-order mark, as UTF-16 or as Windows-1252, and never say which. The answer must be
certain: a wrong guess turns *Müller* into *MÃ¼ller* in every mart. Here: the decision and the transcoding. Not here: statistical
detection; it guesses.
"""

import codecs
from pathlib import Path

from pipelines.ingest.faults import ReadingFault

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20


def encoding_of(path: Path) -> str:
    """The Python codec that reads `path` without loss.

    A byte-order mark decides. Without one the file is UTF-8 if every byte of it is valid UTF-8, else Windows-1252, what a UK school's
    Windows machine writes.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, codec in BYTE_ORDER_MARKS:
            if head.startswith(mark):
                return codec
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def as_utf8(path: Path, encoding: str, file_name: str, temporary: Path) -> Path:
    """The file as UTF-8 without a byte-order mark: itself when it is that already, else a transcoded copy in `temporary`.

    Raises ReadingFault, with the position, at bytes that mean nothing in the encoding (five of them in Windows-1252).
    """
    if encoding == "utf-8":
        return path
    copy = temporary / f"{path.name}.utf8"
    decoder = codecs.getincrementaldecoder(encoding)()
    done, line = 0, 1
    with path.open("rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
        while chunk := source.read(CHUNK):
            text, line = _decoded(decoder, chunk, file_name, done, line)
            target.write(text)
            done += len(chunk)
        target.write(_decoded(decoder, b"", file_name, done, line)[0])
    return copy


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, file_name: str, done: int, line: int) -> tuple[str, int]:
    """The text of the next chunk, and the line it ends on."""
    try:
        text = decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        # The decoder may hold back the first bytes of a character: they stand before the chunk in what it was decoding.
        position = done + len(chunk) - len(error.object) + error.start
        line += error.object[: error.start].count(b"\n")
        raise ReadingFault(
            "unreadable_file",
            f"{file_name}: byte {position + 1} (line {line}) is no text in UTF-8 or Windows-1252. "
            "Export the file again, as UTF-8 if the MIS asks for an encoding.",
            file_name,
            line,
        ) from None
    return text, line + text.count("\n")
