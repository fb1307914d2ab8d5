"""One execution, first step to last; a test and a run are the same code.

Read in this order: task (what goes in and what comes out), doors (the world outside), events (what
is told on the way), run (the story), walk (one step after another), steps/<kind> (what each does).
"""
