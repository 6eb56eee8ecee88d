-- A database from inside, without a lock on any of its tables.
SELECT current_setting('default_transaction_read_only')::boolean,
       coalesce(current_setting('reseed.environment', true), ''),
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'dbos' AND c.relname = 'workflow_status')
