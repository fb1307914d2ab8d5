-- Addresses at which the outside starts a connector.

create table webhooks (
    id uuid primary key,
    workspace_id text not null,
    connector_id uuid not null,
    name text not null,
    token_hash bytea not null unique,                     -- sha-256 of the address's 256-bit token
    secret text not null,                                 -- sealed; what callers sign with
    calls bigint not null default 0,
    last_called_at timestamptz,
    created_by uuid not null,                             -- in whose name it starts
    created_at timestamptz not null default now(),
    unique (workspace_id, id),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
create index webhooks_newest on webhooks (workspace_id, created_at desc, id desc);

-- Signatures taken lately: the same one is not taken again.
create table webhook_calls (
    webhook_id uuid not null,
    workspace_id text not null,
    signature bytea not null,
    at timestamptz not null default now(),
    primary key (webhook_id, signature),
    foreign key (workspace_id, webhook_id) references webhooks (workspace_id, id) on delete cascade
);
create index webhook_calls_lately on webhook_calls (webhook_id, at);
