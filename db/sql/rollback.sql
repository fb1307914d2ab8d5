-- What belongs to a template or a connector goes before it.
drop table if exists template_versions, template_installs, review_reports, template_sources, template_canaries, canary_settings;

-- What belongs to a credential goes before it.
drop table if exists alert_deliveries, alerts, alert_channels, alert_watches, password_links, key_rotations, credential_tokens, service_pauses, service_paces, execution_pages;

-- Then what the original plan drops, in its order.
drop table if exists saas_admin_users;
drop table if exists workspace_api_credentials;
drop table if exists connector_templates cascade;
drop table if exists connector_executions cascade;
drop table if exists connectors cascade;
drop function if exists increment_connector_stats(uuid, boolean);
drop function if exists update_updated_at_column() cascade;

-- Then what we added to it.
drop table if exists saved_views, run_wishes, error_groups, connector_step_answers;
drop table if exists template_ratings, usage_daily, webhook_calls, webhooks, contact_trigger_queue, contact_triggers, schedule_fires, connector_schedules, bulk_contacts, bulk_executions, audit_log, idempotency_keys, data_keys, engine_lanes, engine_jobs, contact_field_writes,
    execution_events, execution_steps, connector_step_tests, connector_drafts, connector_versions, contacts,
    api_keys, sign_in_throttle, sessions, user_passwords, workspace_members, workspaces, connector_steps_cache,
    console_migrations cascade;
drop schema if exists app cascade;

-- Users go only where no Supabase keeps them.
do $$
begin
    if to_regclass('auth.users') is not null
       and obj_description(to_regclass('auth.users'), 'pg_class') = 'made by Connector Console' then
        drop schema auth cascade;
    end if;
end $$;
