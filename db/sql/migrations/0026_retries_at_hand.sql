-- Whether a run was started again: asked of thousands at once before they start again together.
create index connector_executions_retry_of on connector_executions (retry_of) where retry_of is not null;
