-- The door for webhooks: who holds an address may ask what is behind it; the secret stays sealed.

create or replace function app.find_webhook(p_token_hash bytea)
returns table (id uuid, workspace_id text, connector_id uuid, secret text, created_by uuid, role text)
language sql stable security definer set search_path = '' as $$
    select w.id, w.workspace_id, w.connector_id, w.secret, w.created_by, m.role
      from public.webhooks w
      left join public.workspace_members m on m.workspace_id = w.workspace_id and m.user_id = w.created_by
     where w.token_hash = p_token_hash
$$;
revoke all on function app.find_webhook(bytea) from public;
grant execute on function app.find_webhook(bytea) to console_signin;
