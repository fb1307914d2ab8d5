-- What somebody wishes for many runs at once: each has its turn once, whoever restarts in between.

create table run_wishes (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    wish text not null check (wish in ('again', 'cancel')),
    from_step text not null default 'failed_step' check (from_step in ('failed_step', 'start')),
    version text not null default 'same' check (version in ('same', 'latest')),
    run_ids uuid[] not null,                              -- in the order of their turns
    total integer not null,
    behind integer not null default 0,                    -- how many had their turn
    done integer not null default 0,
    refused jsonb not null default '{}',                  -- {"This run has finished already.": 3}
    stopped boolean not null default false,               -- somebody wants no more of it
    acts_as uuid not null,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create index run_wishes_newest on run_wishes (workspace_id, created_at desc);
create index run_wishes_open on run_wishes (created_at) where finished_at is null;
