-- What a workspace's people are told without looking, and over which ways.

alter table workspace_api_credentials add expires_at timestamptz;   -- as its people wrote it down

create table alert_channels (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    kind text not null check (kind in ('email', 'slack', 'webhook')),
    name text not null,
    settings jsonb not null default '{}',                 -- what may be shown: addressees, the host, the mail server
    secrets jsonb not null default '{}',                  -- {field: sealed text}: address, signing secret, password
    events text[] not null,                               -- the kinds of alert it takes
    enabled boolean not null default true,
    last_sent_at timestamptz,
    failing_since timestamptz, last_error text,
    created_by uuid,
    created_at timestamptz not null default now(),
    unique (workspace_id, id)
);

-- One row a thing: what happens again counts up, and is told again only after a while.
create table alerts (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null references workspaces (id) on delete cascade,
    kind text not null,
    subject text not null,                                -- what it is about: with the kind, the same thing
    sentence text not null,
    link text not null default '',                        -- a path inside the console
    count bigint not null default 1,
    told bigint not null default 0,                       -- how many of these were told about
    told_at timestamptz,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    unique (workspace_id, kind, subject),
    unique (workspace_id, id)
);
create index alerts_newest on alerts (workspace_id, last_at desc, id desc);
create index alerts_untold on alerts (workspace_id) where count > told;

create table alert_deliveries (
    id uuid primary key default gen_random_uuid(),
    workspace_id text not null,
    channel_id uuid not null,
    alert_id uuid,                                        -- null: somebody tries the channel
    kind text not null,
    sentence text not null,
    link text not null default '',
    count bigint not null default 1,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
    attempts integer not null default 0,
    next_at timestamptz not null default now(),
    error text,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    foreign key (workspace_id, channel_id) references alert_channels (workspace_id, id) on delete cascade,
    foreign key (workspace_id, alert_id) references alerts (workspace_id, id) on delete cascade
);
create index alert_deliveries_due on alert_deliveries (next_at) where state = 'waiting';
create index alert_deliveries_newest on alert_deliveries (workspace_id, created_at desc);

-- How far the looking for failed batches, schedules and rates has come.
create table alert_watches (
    workspace_id text primary key references workspaces (id) on delete cascade,
    seen_until timestamptz not null default now(),
    counts jsonb not null default '{}',                   -- {connector: [runs, failed]} when the hour began
    since timestamptz not null default now()
);
