"""Test cases in files beside a prompt, in promptfoo's schema: one module for each kind of file.

Reading never fails: it gives what it could read, and problems with ranges.
"""
