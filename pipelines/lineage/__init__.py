"""From the models' SQL to expectations/lineage.csv: what each column is made of. Made by `make lineage`, never in a night.

Here: reading one query (reading.py) and the whole project (project.py). Not here: what the checks make of it (expectations/layered.py), nor
whether it is still true (expectations/lineage.py). It needs sqlglot, which only the tools for checking bring.
"""
