-- One connector over many contacts: who is still to come waits here, and the queue gets a window of them at a time.

create table bulk_executions (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null,
    connector_id uuid not null,
    connector_version integer not null,
    trigger text not null default 'bulk',                 -- bulk, or the schedule that made it
    input jsonb not null default '{}',
    state text not null default 'running' check (state in ('running', 'paused', 'try_first', 'cancelled', 'finished')),
    reason text,                                          -- why it paused by itself
    total integer not null,
    fed integer not null default 0,                       -- how many contacts were handed to the queue, in their order
    try_first integer,                                    -- so many first, then pause; null once that is behind us
    max_cost numeric,
    cost_each numeric,                                    -- what one contact costs at most; null: no step says
    cost numeric not null default 0,                      -- of the runs in `settled`
    settled jsonb not null default '{}',                  -- {"success found": 12}: ended runs made before settled_until
    settled_until timestamptz not null default now(),
    acts_as uuid,                                         -- whose rights it runs with: the last person who let it run
    created_by uuid,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    unique (workspace_id, id),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
create index bulk_executions_newest on bulk_executions (workspace_id, created_at desc, id desc);
create index bulk_executions_at_work on bulk_executions (created_at) where finished_at is null;

-- Pages of contacts, so that a hundred thousand are two hundred rows. A contact that is gone by its turn is passed over.
create table bulk_contacts (
    bulk_id uuid not null,
    workspace_id text not null,
    page integer not null,
    contact_ids uuid[] not null,
    primary key (bulk_id, page),
    foreign key (workspace_id, bulk_id) references bulk_executions (workspace_id, id) on delete cascade
);

-- What a batch did is counted from where the last count stopped.
drop index idx_connector_executions_bulk;
create index idx_connector_executions_bulk on connector_executions (bulk_id, created_at) where bulk_id is not null;
