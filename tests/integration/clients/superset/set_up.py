"""Set Superset up by its own three commands, in one process: each of its own spends five seconds on imports alone.

Run by `make clients` with Superset's Python; SUPERSET_HOME says where the settings' database goes. The user made here has the name and the
password that the test logs in with: there is nothing else in this Superset.
"""

from superset.cli.main import superset

ADMIN = ["--username", "admin", "--password", "admin", "--firstname", "Data", "--lastname", "Manager", "--email", "data@example.org"]

for command in (["db", "upgrade"], ["fab", "create-admin", *ADMIN], ["init"]):
    superset(command, standalone_mode=False)
