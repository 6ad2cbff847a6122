"""The nightly job: its steps as Dagster assets and checks, when it runs, and how it runs in this process.

Here: the order of the stages and what is recorded of each. Not here: the work of a stage, and any word for the person at the keyboard.
"""
