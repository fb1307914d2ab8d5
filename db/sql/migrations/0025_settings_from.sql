-- A setting cut out of a secret, such as the data centre at the end of a key, is cut anew from the next key.

alter table workspace_api_credentials
    add column settings_from jsonb not null default '{}' check (jsonb_typeof(settings_from) = 'object');
