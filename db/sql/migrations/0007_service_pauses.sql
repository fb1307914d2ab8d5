-- Pauses that services asked for: all runs with the same credential keep to them.

create table service_pauses (
    workspace_id text not null,
    credential_id uuid not null,
    host text not null,
    until timestamptz not null,
    primary key (workspace_id, credential_id, host),
    foreign key (workspace_id, credential_id) references workspace_api_credentials (workspace_id, id) on delete cascade
);
