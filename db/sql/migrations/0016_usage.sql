-- What a day cost, and what its cache saved; days counted before this say nothing about it.
alter table usage_daily
    add cached bigint not null default 0,                 -- answers that came out of the cache instead of a call
    add cost numeric not null default 0;                  -- as the waterfalls say what their attempts cost

-- Entries of the log by kind of thing and by person, newest first.
create index audit_log_by_type on audit_log (workspace_id, object_type, id desc);
create index audit_log_by_actor on audit_log (workspace_id, actor_id, id desc);
