-- Sharing: which template a connector stands for, the order of the featured row, and the nightly watch over the
-- services that official templates call.

alter table connector_templates
    add column featured_place integer,                    -- in the featured row; null: after those that have one
    add column review_since timestamptz;                  -- when it was handed in, or handed in again
create index connector_templates_featured on connector_templates (featured_place nulls last, name) where is_featured;

-- What a connector was shared as, or which template it is a working copy of.
create table template_sources (
    connector_id uuid primary key,
    workspace_id text not null,
    template_id uuid not null references connector_templates (id) on delete cascade,
    made_by uuid references auth.users (id) on delete set null,
    created_at timestamptz not null default now(),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
create index template_sources_template on template_sources (template_id);

-- Where practice runs find keys, and in whose name they are made. One row, or none.
create table canary_settings (
    here boolean primary key default true check (here),
    workspace_id text references workspaces (id) on delete cascade,
    acts_as uuid references auth.users (id) on delete cascade,
    hour smallint not null default 3 check (hour between 0 and 23),
    updated_at timestamptz not null default now()
);

create table template_canaries (
    template_id uuid primary key references connector_templates (id) on delete cascade,
    watched boolean,                                      -- null: if its calls only read
    state text not null default 'waiting' check (state in ('waiting', 'same', 'changed', 'failed', 'skipped')),
    message text,
    differences jsonb not null default '[]',              -- [{step, path, was, now}]
    seen jsonb not null default '{}',                     -- {step: {path: types}}; never a value
    accepted jsonb not null default '{}',                 -- the same, where an admin said that it is fine
    ran_at timestamptz,
    state_since timestamptz,
    claimed_until timestamptz
);
