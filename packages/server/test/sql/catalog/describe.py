"""Connects, lists and describes as programs over psycopg do; prints what it was told. Arguments: port, user."""
import sys

import psycopg
import psycopg2
from psycopg.types import TypeInfo

port, user = sys.argv[1:3]
place = {"host": "127.0.0.1", "port": port, "user": user, "dbname": "myorg"}
columns = """SELECT column_name, data_type, is_nullable, ordinal_position FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position LIMIT 3"""

with psycopg.connect(**place, autocommit=True) as connection:
    print("psycopg 3:", connection.info.server_version, connection.info.dbname, connection.info.user)
    for binary in (False, True):
        with connection.cursor(binary=binary) as cursor:
            print(cursor.execute(columns, ("developers",)).fetchall())
            cursor.execute("SELECT relname, relhasindex, relacl::text[] FROM pg_class WHERE oid = 'developers'::regclass")
            print(cursor.fetchall())
    print(TypeInfo.fetch(connection, "json"), TypeInfo.fetch(connection, "nothing"))
    cursor = connection.execute("SELECT relname, 1 AS one FROM pg_class LIMIT 0")
    print(cursor.description, cursor.statusmessage)
    for _ in range(8):
        print(connection.execute("SELECT relname FROM pg_class WHERE relname = %s", ("keys",), prepare=True).rowcount)
    try:
        connection.execute("SELECT * FROM pg_nothing")
    except psycopg.errors.UndefinedTable as error:
        print(error.diag.message_primary, error.diag.statement_position)
    print(connection.execute("SELECT email, \"firstName\", lastname FROM developers").fetchall())

with psycopg.connect(**place) as connection:
    print(connection.execute("SELECT current_database(), current_user, version()").fetchone())
    print(connection.execute("SELECT count(*) FROM public.developers").fetchone())

connection = psycopg2.connect(**place)
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("SELECT current_schema(), pg_get_userbyid(datdba), datname FROM pg_database ORDER BY 3")
print("psycopg 2:", cursor.fetchall())
