-- Measured with three calls a run, 64 at once (tests/benchmarks):
-- the index of live rows told them by finished_at, so the end of each run wrote all indexes of its row anew: 8 % of
-- the server's work. Live rows have a job (engine_jobs); under this name we keep those that were planned for later,
-- which is settled when they are made.
drop index idx_connector_executions_status;
create index idx_connector_executions_status on connector_executions (workspace_id, run_at) where run_at > created_at;

-- Steps are a checkpoint, read again as they were written. As text they are not taken apart, sorted and put
-- together on the way, nor compressed: most of them fit on a page as they are.
alter table execution_steps alter column entry type json using entry::json, alter column result type json using result::json,
    set (toast_tuple_target = 8160);
