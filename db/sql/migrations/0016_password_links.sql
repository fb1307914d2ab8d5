-- Links that let somebody set a password once: an invitation, or after a forgotten one.
create table password_links (
    token_hash bytea primary key,                         -- sha-256 of 256 random bits
    user_id uuid not null references auth.users (id) on delete cascade,
    workspace_id text references workspaces (id) on delete cascade,  -- whose admins made it; null: sent to the person's own mailbox
    created_by uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index password_links_of_user on password_links (user_id);
