"""
What the code promises about its own shape.

Each promise is a function that lists its breaches in a folder, tried twice: on the
project, where it finds none, and on a planted breach, which it must find.
"""
