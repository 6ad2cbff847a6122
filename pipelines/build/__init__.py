"""From accepted deliveries to built tables: what dbt is given (inputs.py) and how it is run (dbt.py). Not here: the models (models/)."""
