"""Delivered files are unpacked within the limits, and whatever is wrong with the packing is said."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.ingest.encoding import encoding_of
from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.opening import entries, unpacked
from pipelines.trust import Limits
from tests.reading_helpers import Reader

HEADER = "source_pupil_id,session_date,session,mark_code\n"
MARKS = HEADER + "1,2025-09-02,AM,/\n2,2025-09-02,AM,L\n"
NAME = "matlas_attendance_mark.csv"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return path


def test_a_gzipped_file_is_read_as_the_plain_one(reader: Reader) -> None:
    plain = reader.read_text("arbor", NAME, MARKS)
    packed = reader.read_text("arbor", f"{NAME}.gz", gzip.compress(MARKS.encode()))

    assert packed.status == "read"
    assert packed.entities[0].rows_accepted == plain.entities[0].rows_accepted == 2


def test_an_entry_of_a_zip_is_read_packed_or_not(reader: Reader, tmp_path: Path) -> None:
    pack = zipped(tmp_path / "pack.zip", {f"export/{NAME}": MARKS.encode(), f"{NAME}.gz": gzip.compress(MARKS.encode())})

    assert entries(pack) == [f"export/{NAME}", f"{NAME}.gz"]
    for entry in entries(pack):
        assert reader.read("arbor", pack, entry=entry).entities[0].rows_accepted == 2


@pytest.mark.parametrize("name", ["../matlas_pupil.csv", "/matlas_pupil.csv", "a/../../b.csv", "C:\\matlas_pupil.csv", "..\\b.csv"])
def test_a_zip_with_an_unsafe_path_is_refused(tmp_path: Path, name: str) -> None:
    pack = zipped(tmp_path / "pack.zip", {name: MARKS.encode()})

    with pytest.raises(ReadingFault) as caught:
        entries(pack)

    assert caught.value.reason_code == "unsafe_path"


def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"not a zip")

    with pytest.raises(ReadingFault) as caught:
        entries(path)

    assert caught.value.reason_code == "unreadable_file"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / f"{NAME}.gz"
    bomb.write_bytes(gzip.compress(b"0" * (50 << 20)))

    with pytest.raises(ReadingFault) as caught, unpacked(bomb, None, Limits(), tmp_path / "tmp"):
        pass

    assert caught.value.reason_code == "too_compressed"
    assert "max_compression" in caught.value.sentence
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress])
def test_a_file_over_the_limit_is_refused_packed_or_not(reader: Reader, pack: Callable[[bytes], bytes]) -> None:
    reader.limits = Limits(max_file_gib=1e-6)
    name = NAME if pack(b"a") == b"a" else f"{NAME}.gz"
    reading = reader.read_text("arbor", name, pack(MARKS.encode() * 100))

    assert (reading.status, reading.reason_code) == ("rejected", "too_large")
    assert "max_file_gib" in (reading.reason or "")


def test_a_halved_gzip_is_unreadable(reader: Reader) -> None:
    whole = gzip.compress(MARKS.encode() * 500)
    reading = reader.read_text("arbor", f"{NAME}.gz", whole[: len(whole) // 2])

    assert (reading.status, reading.reason_code) == ("rejected", "unreadable_file")


def test_a_file_that_is_gone_is_said_to_be_gone(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read("arbor", tmp_path / NAME)

    assert (reading.status, reading.reason_code) == ("rejected", "unreadable_file")


SURNAMES = "Müller,Évans,O’Brien\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_name_survives_whatever_the_mis_wrote(tmp_path: Path, codec: str) -> None:
    export = tmp_path / "pupils.csv"
    export.write_bytes(SURNAMES.encode(codec))

    assert export.read_bytes().decode(encoding_of(export)) == SURNAMES


def test_a_multibyte_character_across_a_chunk_border_is_still_utf8(tmp_path: Path) -> None:
    export = tmp_path / "pupils.csv"
    export.write_bytes(b"x" * ((1 << 20) + 3) + "ü".encode())

    assert encoding_of(export) == "utf-8"


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_means_nothing_rejects_the_file_with_its_position(reader: Reader, byte: int) -> None:
    reading = reader.read_text("arbor", NAME, MARKS.encode() + b"3,2025-09-02,AM,\xe9" + bytes([byte]) + b"\n")

    assert (reading.status, reading.reason_code) == ("rejected", "unreadable_file")
    assert f"byte {len(MARKS) + 18} (line 4)" in (reading.reason or "")


def test_half_a_utf16_file_is_unreadable(reader: Reader) -> None:
    reading = reader.read_text("arbor", NAME, MARKS.encode("utf-16")[:-1])

    assert (reading.status, reading.reason_code) == ("rejected", "unreadable_file")
