"""Data protection: what is held of one person, taking it out, how long it is kept, and the record of processing.

Here: the questions of a data protection lead, answered from what Matlas holds. Not here: which rows a person has (ingest/about.py), the
door that refuses those who were erased (ingest), and what readers may see (expectations/audiences.yml). Nothing of a person is printed: a
bundle is a folder that only the account that asked may open; a terminal gets counts.
"""
