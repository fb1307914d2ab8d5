-- The pages of a list that a run has read so far: whoever takes the run over goes on at the next one. Of no use once
-- the execution has ended.
create table execution_pages (
    execution_id uuid not null,
    workspace_id text not null,
    path text not null,                                   -- of the step, as in execution_steps
    number integer not null,                              -- from 0
    items jsonb not null,
    next jsonb,                                           -- what leads to the page after it
    primary key (execution_id, path, number),
    foreign key (workspace_id, execution_id) references connector_executions (workspace_id, id) on delete cascade
);
