-- Attaches a lake of ours with DuckDB's own ducklake extension and reads it. For the DuckDB command line, 1.3 or later:
--
--   duckdb < verify-ducklake.sql
--
-- after LAKE below was set to the catalog. It downloads the extensions, so it needs the network. It has not been run where these
-- sources are tested: there the extension cannot be had, and the tests ask the specification's queries instead.
INSTALL ducklake;
LOAD ducklake;

-- Embedded:   'ducklake:sqlite:/path/to/data/amls.db' (INSTALL sqlite; the tables stand in the file's only schema)
-- PostgreSQL: 'ducklake:postgres:dbname=amls host=127.0.0.1 user=amls', with META_SCHEMA 'lake'
INSTALL postgres;
LOAD postgres;
ATTACH 'ducklake:postgres:dbname=amls host=127.0.0.1 user=amls' AS lake (META_SCHEMA 'lake', READ_ONLY);

-- Every dataset with its rows: the same figures as 'amls dataset list'.
SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY table_name;

-- Every snapshot and what it changed: the same ids as 'amls dataset log NAME -o json' has under snapshot_id.
SELECT snapshot_id, snapshot_time, changes FROM lake.snapshots() ORDER BY snapshot_id;

-- Rows of one dataset now and at one snapshot; set the name and the id.
-- SELECT count(*) FROM lake.main.NAME;
-- SELECT count(*) FROM lake.main.NAME AT (VERSION => 3);
