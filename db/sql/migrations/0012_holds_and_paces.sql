-- Runs on hold, services that are left alone until one call got through, and the pace that all workers keep.

-- Why a run waits that no clock brings back (quota, reconnect), and for which credential. Whoever claims it empties both.
alter table engine_jobs add held_for text, add held_by uuid;
create index engine_jobs_held on engine_jobs (workspace_id, held_by) where held_for is not null;

-- asked: the service said how long. broken, quota: it is tried again with one call, and left alone twice as long where
-- that fails, too.
alter table service_pauses
    add why text not null default 'asked' check (why in ('asked', 'broken', 'quota')),
    add times integer not null default 1,
    add trial_until timestamptz;                          -- one call is under way to find out

-- The next free turn of each account at each host. Turns are taken many at a time.
create table service_paces (
    workspace_id text not null references workspaces (id) on delete cascade,
    account text not null,                                -- the credential's id; empty where none is used
    host text not null,
    next_at timestamptz not null,
    primary key (workspace_id, account, host)
) with (fillfactor = 50);
