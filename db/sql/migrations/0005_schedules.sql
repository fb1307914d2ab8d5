-- Connectors that start by the clock. The row is the schedule: whichever worker looks first at the time fires it.

create table connector_schedules (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null,
    connector_id uuid not null,
    cron text not null,
    time_zone text not null default 'UTC',
    contact_ids uuid[],                                   -- these, or
    filter jsonb,                                         -- whoever is found at that time, or neither: one run without
    input jsonb not null default '{}',
    enabled boolean not null default true,
    reason text,                                          -- why it switched itself off
    next_fire_at timestamptz,                             -- null while it is switched off
    last_fire_at timestamptz,
    acts_as uuid,                                         -- whose rights it runs with: the last person who changed it
    created_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, id),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
create index connector_schedules_newest on connector_schedules (workspace_id, created_at desc, id desc);
create index connector_schedules_due on connector_schedules (next_fire_at) where enabled;

-- The key is the promise: one time of one schedule happens once.
create table schedule_fires (
    schedule_id uuid not null,
    workspace_id text not null,
    fire_at timestamptz not null,
    execution_id uuid,
    bulk_id uuid,
    fired_at timestamptz not null default now(),
    primary key (schedule_id, fire_at),
    foreign key (workspace_id, schedule_id) references connector_schedules (workspace_id, id) on delete cascade
);
