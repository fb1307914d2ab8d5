-- The record of a test keeps the beginning of a big answer; whoever builds may want to read all of it.

create table connector_step_answers (
    connector_id uuid not null,
    workspace_id text not null,
    step_id text not null,
    good boolean not null,
    media_type text not null,
    body bytea not null,                                  -- as it came, secrets masked
    primary key (connector_id, step_id, good),
    foreign key (workspace_id, connector_id) references connectors (workspace_id, id) on delete cascade
);
