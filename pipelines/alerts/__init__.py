"""Alerts: what is wrong tonight at an academy or in the trust, known the night it appears, and said once.

Here: the rules (rules.yml, rules/*.sql), what they find (evaluating.py) in which words (sentences.py), the life of an alert (life.py) and
the order of a night (steering.py). Not here: how alerts are kept (store/alerts.py), and who is told (telling/).
"""
