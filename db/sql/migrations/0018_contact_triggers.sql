-- Connectors that start when a contact comes or changes; and whom they are still to be started on.

create table contact_triggers (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null,
    connector_id uuid not null,
    on_created boolean not null default true,
    on_updated boolean not null default false,
    fields text[],                                        -- an update of one of these counts; null: of any
    input jsonb not null default '{}',
    enabled boolean not null default true,
    reason text,                                          -- why it switched itself off
    acts_as uuid,                                         -- whose rights it runs with: the last person who changed it
    created_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, id),
    check (on_created or on_updated),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
create index contact_triggers_newest on contact_triggers (workspace_id, created_at desc, id desc);

-- A contact that changes three times before anybody looks is one run.
create table contact_trigger_queue (
    trigger_id uuid not null,
    contact_id uuid not null,
    workspace_id text not null,
    at timestamptz not null default now(),
    primary key (trigger_id, contact_id),
    foreign key (workspace_id, trigger_id) references contact_triggers (workspace_id, id) on delete cascade,
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete cascade
);
create index contact_trigger_queue_contact on contact_trigger_queue (workspace_id, contact_id);
