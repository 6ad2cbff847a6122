"""The commands of `matlas`, one module a command or family: what is asked, what is answered, in words for the person at the keyboard.

Not here: the work itself, which is the job's and the stages'.
"""
