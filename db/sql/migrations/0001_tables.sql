-- Everything the console keeps. Who may see what stands in ../policies and ../functions.

create table workspaces (
    id text primary key default gen_random_uuid()::text,
    name text not null check (length(name) between 1 and 200),
    is_demo boolean not null default false,
    created_by uuid references auth.users (id) on delete set null,
    created_at timestamptz not null default now()
);

create table workspace_members (
    workspace_id text not null references workspaces (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    role text not null default 'viewer' check (role in ('viewer', 'editor', 'admin', 'owner')),
    created_at timestamptz not null default now(),
    primary key (workspace_id, user_id)
);
create index workspace_members_user on workspace_members (user_id) include (workspace_id, role);

-- Sign-in. Passwords are ours, so that the same table works beside Supabase's auth.users.
create table user_passwords (
    user_id uuid primary key references auth.users (id) on delete cascade,
    hash text not null,                                   -- argon2id
    initial boolean not null default false,               -- made by the first start, still printed
    changed_at timestamptz not null default now()
);
create table sessions (
    id uuid primary key default gen_random_uuid(),
    token_hash bytea not null unique,                     -- sha-256 of the cookie's 256-bit token
    user_id uuid not null references auth.users (id) on delete cascade,
    workspace_id text references workspaces (id) on delete set null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create table sign_in_throttle (
    subject text primary key,                             -- 'email:…', 'address:…' or 'all'
    failures integer not null default 0,
    blocked_until timestamptz,
    updated_at timestamptz not null default now()
);
create table api_keys (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    name text not null,
    key_hash bytea not null unique,                       -- sha-256 of a 256-bit secret
    last4 text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at timestamptz
);

create table contacts (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    email text, phone text, first_name text, last_name text, company text, job_title text, website text,
    linkedin_url text, street text, city text, state text, postal_code text, country text,
    data jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, id)
);
create index idx_contacts_newest on contacts (workspace_id, created_at desc, id desc);

create table connector_templates (
    id uuid primary key default gen_random_uuid(),
    workspace_id text references workspaces (id) on delete cascade,   -- set: private to that workspace
    name varchar(255) not null,
    description text not null default '', icon text, category text,
    config jsonb not null, input_schema jsonb not null default '{}', field_mappings jsonb not null default '[]',
    slots jsonb not null default '[]', example_contact jsonb not null default '{}', example_responses jsonb not null default '{}',
    is_official boolean not null default false, is_featured boolean not null default false, is_public boolean not null default false,
    usage_count integer not null default 0, install_count integer not null default 0,
    rating numeric(3, 2) not null default 0, rating_count integer not null default 0,
    tags text[] not null default '{}',
    published_by uuid references auth.users (id) on delete set null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now()
);
-- A private name must not be learnable from outside: names are unique in public, and apart inside each workspace.
create unique index connector_templates_public_name on connector_templates (name) where workspace_id is null;
create unique index connector_templates_private_name on connector_templates (workspace_id, name) where workspace_id is not null;

create table connectors (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    name text not null, description text not null default '', icon text, category text,
    type text not null default 'single-step' check (type in ('single-step', 'multi-step')),
    config jsonb not null, input_schema jsonb not null default '{}', field_mappings jsonb not null default '[]',
    enabled boolean not null default true,
    timeout_ms integer not null default 30000, max_retries integer not null default 3, continue_on_error boolean not null default false,
    total_executions integer not null default 0, successful_executions integer not null default 0, failed_executions integer not null default 0,
    last_executed_at timestamptz,
    created_from_template uuid references connector_templates (id) on delete set null,
    version integer not null default 1,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (workspace_id, id)
);
create index idx_connectors_workspace on connectors (workspace_id, created_at desc, id desc);
create index idx_connectors_category on connectors (workspace_id, category);
create index idx_connectors_enabled on connectors (workspace_id) where enabled;
create index idx_connectors_type on connectors (workspace_id, type);

create table connector_versions (
    connector_id uuid not null,
    workspace_id text not null,
    version integer not null,
    definition jsonb not null,     -- {name, description, config, input_schema, field_mappings, timeout_ms, max_retries, continue_on_error}
    created_by uuid references auth.users (id) on delete set null,
    created_at timestamptz not null default now(),
    primary key (connector_id, version),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
-- What someone is editing: forgiving, saved at each change, never run by the queue.
create table connector_drafts (
    connector_id uuid primary key,
    workspace_id text not null,
    draft jsonb not null,
    base_version integer not null,            -- the published version it began from
    revision integer not null default 1,      -- grows with each save; two editors meet here
    updated_by uuid references auth.users (id) on delete set null,
    updated_at timestamptz not null default now(),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
-- The last good and the last failed answer of each step when it was tested, secrets masked.
create table connector_step_tests (
    connector_id uuid not null,
    workspace_id text not null,
    step_id text not null,
    good boolean not null,
    fingerprint text not null,                -- of the step's settings: another one means the answer is stale
    entry jsonb not null,                     -- as in steps_executed
    tested_at timestamptz not null default now(),
    primary key (connector_id, step_id, good),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);

create table connector_executions (
    id uuid primary key default gen_random_uuid(),
    connector_id uuid not null,
    workspace_id text not null,
    contact_id uuid,
    flow_run_id text,
    bulk_id uuid,
    retry_of uuid,
    status text not null default 'pending' check (status in ('pending', 'running', 'success', 'failed', 'timeout', 'cancelled')),
    outcome text check (outcome in ('found', 'partly', 'not_found', 'skipped', 'failed')),
    steps_executed jsonb not null default '[]',           -- whole once the execution has ended; before that, see execution_steps
    current_step text,
    input_data jsonb not null default '{}', output_data jsonb,
    error_message text, error_code text, error_hint text,
    execution_time_ms integer,
    trigger_run_id text,
    trigger text not null default 'api',                  -- manual, api, schedule, webhook, bulk, retry
    attempt integer not null default 1,
    connector_version integer not null,
    cancel_requested boolean not null default false,
    created_by uuid,
    created_at timestamptz not null default now(),
    run_at timestamptz not null default now(),
    started_at timestamptz, finished_at timestamptz,
    unique (workspace_id, id),
    -- Foreign keys look past row-level security: every one of them carries the workspace.
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade,
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete set null (contact_id)
) with (fillfactor = 70);
alter table connector_executions set (toast_tuple_target = 256);
create index idx_connector_executions_workspace on connector_executions (workspace_id, created_at desc, id desc);
create index idx_connector_executions_connector on connector_executions (workspace_id, connector_id, created_at desc, id desc);
create index idx_connector_executions_created on connector_executions using brin (created_at);
-- Live rows only, told by a column that changes once: with the status in it every change of that would rewrite all indexes.
create index idx_connector_executions_status on connector_executions (workspace_id, created_at desc) where finished_at is null;
create index idx_connector_executions_contact on connector_executions (workspace_id, contact_id, created_at desc) where contact_id is not null;
create index idx_connector_executions_bulk on connector_executions (bulk_id) where bulk_id is not null;

-- The checkpoint: one row a finished step (or item, attempt, page), written once.
create table execution_steps (
    execution_id uuid not null,
    workspace_id text not null,
    path text not null,                                   -- find_person, loop[3].one
    position integer not null,                            -- order in steps_executed
    entry jsonb not null,                                 -- what the record shows, secrets masked
    result jsonb,                                         -- what later steps need
    primary key (execution_id, path),
    foreign key (workspace_id, execution_id) references connector_executions (workspace_id, id) on delete cascade
);

-- What happened, in sentences: append-only, one partition a day.
create table execution_events (
    id bigint generated always as identity,
    workspace_id text not null,
    execution_id uuid not null,
    connector_id uuid not null,
    type text not null,
    at timestamptz not null default now(),
    step_id text,
    status text,
    outcome text,
    sentence text not null,
    primary key (at, id)
) partition by range (at);
create index execution_events_of on execution_events (execution_id, id);
create index execution_events_new on execution_events (workspace_id, id);

create table contact_field_writes (
    id bigint generated always as identity primary key,
    workspace_id text not null,
    contact_id uuid not null,
    execution_id uuid,                                    -- null: a person wrote it
    connector_id uuid,
    step_id text,
    field text not null,
    action text not null,
    before jsonb, after jsonb,
    written_by uuid,
    at timestamptz not null default now(),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, id) on delete cascade
);
create index contact_field_writes_contact on contact_field_writes (workspace_id, contact_id, id desc);
create index contact_field_writes_execution on contact_field_writes (execution_id) where execution_id is not null;

-- The queue: ids only. visible_at is ready time, retry time and lease end in one.
create table engine_jobs (
    execution_id uuid primary key,
    workspace_id text not null,
    priority smallint not null default 0,                 -- 0 a person waits, 1 scheduled, 2 bulk
    visible_at timestamptz not null default now(),
    owner text,
    fence bigint not null default 0,
    takeovers integer not null default 0,                 -- claims since the last finished step: a poison pill shows here
    cancelled boolean not null default false,             -- asked for; whoever holds the execution ends it
    state jsonb,                                          -- attempts made of the step under way; null before the first
    foreign key (workspace_id, execution_id) references connector_executions (workspace_id, id) on delete cascade
) with (fillfactor = 70);
create index engine_jobs_due on engine_jobs (workspace_id, priority, visible_at);
create index engine_jobs_owner on engine_jobs (workspace_id) where owner is not null;
create table engine_lanes (
    workspace_id text primary key references workspaces (id) on delete cascade,
    cap integer not null default 128,                     -- runs at once, over all workers
    next_at timestamptz not null default now(),
    served_at timestamptz not null default now()
) with (fillfactor = 50);

create table data_keys (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    kek_id text not null,
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    retired_at timestamptz
);
create unique index data_keys_current on data_keys (workspace_id) where retired_at is null;

create table workspace_api_credentials (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    service_name varchar(100) not null,
    label text not null default '',
    auth jsonb not null default '{"type": "none"}',
    credentials jsonb not null default '{}',              -- {field: sealed text}; opened only by the engine's vault
    fields jsonb not null default '{}',                   -- {field: last four or null}: what may be shown
    settings jsonb not null default '{}',
    allowed_hosts text[] not null default '{}',
    test jsonb,                                           -- a request that proves the key works
    state text not null default 'untested' check (state in ('untested', 'works', 'failing', 'reconnect')),
    state_since timestamptz, state_message text,
    created_by uuid references auth.users (id) on delete set null,
    last_used_at timestamptz,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (workspace_id, service_name)
);
create index idx_workspace_api_credentials_workspace on workspace_api_credentials (workspace_id, created_at desc, id desc);

create table saas_admin_users (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null unique references auth.users (id) on delete cascade,
    role text not null default 'admin' check (role in ('developer', 'admin', 'owner')),
    permissions jsonb not null default '{}',
    created_by uuid references auth.users (id) on delete set null,
    created_at timestamptz not null default now()
);

create table idempotency_keys (
    workspace_id text not null references workspaces (id) on delete cascade,
    route text not null,
    key text not null,
    body_hash bytea not null,
    status integer,                                       -- null while the first is at work
    answer jsonb,
    created_at timestamptz not null default now(),
    primary key (workspace_id, route, key)
);

create table audit_log (
    id bigint generated always as identity primary key,
    workspace_id text,
    actor_id uuid,
    action text not null,                                 -- credential.replaced
    object_type text not null, object_id text,
    before jsonb, after jsonb,                            -- without secrets
    at timestamptz not null default now()
);
create index audit_log_newest on audit_log (workspace_id, id desc);
