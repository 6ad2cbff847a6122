"""What Matlas is measured against: the same attendance figures from the same mark files, as people would make them without Matlas.

Here: three peers, each a command of its own, and the comparison of their answers with ours. Not here: how they are timed (bench), anything
of `pipelines`: a peer that leaned on the product would be no opponent.
"""
