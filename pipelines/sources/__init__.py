"""Sources: the contract that every academy's data is brought to, and one folder per MIS that says how.

Here: what the rest of Matlas may ask of them. An MIS is a folder of data (profile.yml, columns.csv, codes.csv, README.md, sample/); adding
one whose files are tables needs no Python.
"""

from pipelines.sources.code_sets import CodeMap, CodeSet, code_map, code_set, code_sets
from pipelines.sources.contract import Column, Contract, Entity, contract
from pipelines.sources.errors import SourceError
from pipelines.sources.loading import load_profile, profile_names
from pipelines.sources.matching import TableMatch, match_file, match_header
from pipelines.sources.profile import Lookup, Mapping, Profile, SourceColumn, Table

__all__ = [
    "CodeMap",
    "CodeSet",
    "Column",
    "Contract",
    "Entity",
    "Lookup",
    "Mapping",
    "Profile",
    "SourceColumn",
    "SourceError",
    "Table",
    "TableMatch",
    "code_map",
    "code_set",
    "code_sets",
    "contract",
    "load_profile",
    "match_file",
    "match_header",
    "profile_names",
]
