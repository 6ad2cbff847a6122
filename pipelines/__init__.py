"""Matlas: from the files of every academy to one checked warehouse of the trust."""
