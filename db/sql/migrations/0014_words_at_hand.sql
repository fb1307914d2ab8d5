-- A search reads the words of very many templates: they stay in the row, and only the documents are kept elsewhere.

alter table connector_templates set (toast_tuple_target = 1024);
create index connector_templates_tags on connector_templates using gin (tags);
