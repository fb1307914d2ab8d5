-- Measured with three calls a run, 64 at once (tests/benchmarks): together a fifth of the server's work.

-- Ids that begin with the time, so that what is made together lies together in every index. Postgres makes them itself
-- from version 18 on; before that, the first 48 bits of a random one become the milliseconds since 1970 (RFC 9562, 5.7).
do $$
declare
    made constant text := case when to_regproc('pg_catalog.uuidv7') is not null then 'uuidv7()' else
        $made$ encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
               substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
               52, 1), 53, 1), 'hex')::uuid $made$ end;
begin
    execute 'create function app.new_id() returns uuid language sql volatile parallel safe return ' || made;
end $$;
revoke all on function app.new_id() from public;
grant execute on function app.new_id() to authenticated, service_role, console_run;
alter table connector_executions alter id set default app.new_id();
alter table contacts alter id set default app.new_id();

-- What a foreign key looks up: the id first, which differs in every row, then the workspace, which hardly ever does.
do $$
declare
    target text;
    pointing record;
    again text[];
    one text;
begin
    foreach target in array array['connector_executions', 'contacts'] loop
        again := '{}';
        for pointing in
            select conrelid::regclass as holder, conname, pg_get_constraintdef(oid) as said from pg_constraint
             where contype = 'f' and confrelid = target::regclass and conindid = (target || '_workspace_id_id_key')::regclass
        loop
            again := again || format('alter table %s add constraint %I %s', pointing.holder, pointing.conname, pointing.said);
            execute format('alter table %s drop constraint %I', pointing.holder, pointing.conname);
        end loop;
        execute format('alter table %I drop constraint %I, add unique (id, workspace_id)', target, target || '_workspace_id_id_key');
        foreach one in array again loop
            execute one;
        end loop;
    end loop;
end $$;

-- A checkpoint is written only by whoever holds the run's job, and a policy sees to that (policies/execution_steps.sql):
-- the foreign key locked and rewrote the execution's row for every step. What it took along is taken along by a
-- trigger (functions/runs.sql).
alter table execution_steps drop constraint execution_steps_workspace_id_execution_id_fkey;

-- Nobody asks for a write by its id alone. Ids are one identity's, so they stay unique without an index.
alter table contact_field_writes drop constraint contact_field_writes_pkey;

-- Both updates of a run fit on its page now; before, every fourth row moved, and all its indexes with it.
alter table connector_executions set (fillfactor = 25);
