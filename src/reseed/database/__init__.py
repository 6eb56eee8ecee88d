"""Servers, connections and whole databases. The only room that imports psycopg."""
