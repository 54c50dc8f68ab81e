"""What a team knows together, in a database of PostgreSQL's.

psycopg is imported by what connects, and needed by nobody else.
"""
