"""Faults planted in real runs: after each of them the old or the new database stands whole under the public name.

`python -m tests.faults` plants them all and prints the table; `test_faults.py` is the short form. A family of faults is
a file; `attempt.py` is the way of one try, `judging.py` says what stands afterwards.
"""
