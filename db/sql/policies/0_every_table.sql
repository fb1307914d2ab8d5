-- First the same for every table of ours: row-level security on, for the owner too, and no right or policy but the
-- ones in this folder. What somebody added by hand is gone afterwards.

do $$
declare
    ours constant text[] := array[
        'workspaces', 'workspace_members', 'user_passwords', 'sessions', 'sign_in_throttle', 'api_keys', 'contacts',
        'connector_templates', 'connectors', 'connector_versions', 'connector_drafts', 'connector_step_tests',
        'connector_executions', 'execution_steps', 'execution_events', 'contact_field_writes', 'engine_jobs',
        'engine_lanes', 'data_keys', 'workspace_api_credentials', 'credential_tokens', 'connector_steps_cache',
        'service_pauses', 'service_paces', 'execution_pages',
        'saas_admin_users', 'idempotency_keys', 'audit_log',
        'bulk_executions', 'bulk_contacts', 'connector_schedules', 'schedule_fires',
        'contact_triggers', 'contact_trigger_queue',
        'webhooks', 'webhook_calls', 'usage_daily', 'template_ratings',
        'template_versions', 'template_installs', 'review_reports',
        'template_sources', 'canary_settings', 'template_canaries',
        'key_rotations', 'password_links', 'alert_channels', 'alerts', 'alert_deliveries', 'alert_watches',
        'saved_views', 'run_wishes', 'error_groups', 'connector_step_answers',
        'console_migrations'];
    ours_alone constant text[] := array[
        'user_passwords', 'sessions', 'sign_in_throttle', 'api_keys', 'key_rotations', 'password_links', 'console_migrations'];
    one text;
    old record;
begin
    foreach one in array ours loop
        execute format('alter table public.%I enable row level security, force row level security', one);
        execute format('revoke all on public.%I from public, anon, authenticated, service_role, console_run, console_engine, console_signin', one);
        for old in select policyname from pg_policies where schemaname = 'public' and tablename = one loop
            execute format('drop policy %I on public.%I', old.policyname, one);
        end loop;
        -- The owner migrates, and is who the functions of app act as; FORCE would shut it out.
        execute format('create policy owner_keeps_house on public.%I to current_user using (true) with check (true)', one);
        if one <> all (ours_alone) then
            execute format('grant select, insert, update, delete on public.%I to service_role', one);
            execute format('create policy %I on public.%I to service_role using (true) with check (true)',
                           case one when 'connector_executions' then 'service_role_executions' else 'service_role_access' end, one);
        end if;
    end loop;
end $$;
