-- Tokens that a credential gets for itself, and answers kept for later.

alter table workspace_api_credentials add constraint credential_of_workspace unique (workspace_id, id);

create table credential_tokens (
    workspace_id text not null,
    credential_id uuid not null,
    sealed text,                                          -- the token and the refresh token; opened only by the engine's vault
    serial bigint not null default 0,                     -- grows with each renewal, so that nobody stores an older one
    renewing_by text,                                     -- who asks the service for the next one; no transaction waits for that
    renewing_until timestamptz,
    updated_at timestamptz not null default now(),
    primary key (workspace_id, credential_id),
    foreign key (workspace_id, credential_id) references workspace_api_credentials (workspace_id, id) on delete cascade
);

create table connector_steps_cache (
    workspace_id text not null references workspaces (id) on delete cascade,
    key text not null,                                    -- a hash of the request without secrets, and of whose account asks
    answer text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, key)
);
create index connector_steps_cache_expired on connector_steps_cache (expires_at);
