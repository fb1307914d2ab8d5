-- Filters of a list that somebody wants to see again, and what is to become of runs that fail alike.

create table saved_views (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    place text not null check (place = 'runs'),
    name text not null check (length(name) between 1 and 80),
    asked jsonb not null,                                 -- the filters, as they stand in the address
    created_at timestamptz not null default now(),
    unique (workspace_id, user_id, place, name)
);

-- Runs fail alike where connector, step and error code are the same. No row: open.
create table error_groups (
    workspace_id text not null,
    connector_id uuid not null,
    step_id text not null default '',                     -- the step that ended the run; empty: none had begun
    error_code text not null,
    state text not null check (state in ('resolved', 'ignored')),
    until timestamptz,                                    -- ignored so long; null: for good
    set_at timestamptz not null default now(),            -- resolved: a later failure opens it again
    set_by uuid,
    primary key (workspace_id, connector_id, step_id, error_code),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);

-- Few runs fail: finding them must not cost a look at all the others.
create index connector_executions_trouble on connector_executions (workspace_id, created_at desc, id desc)
    where error_code is not null;
create index connector_executions_flow on connector_executions (workspace_id, flow_run_id)
    where flow_run_id is not null;
