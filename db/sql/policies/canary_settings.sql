-- Admins of the service choose the place, in their own name and only where they may run connectors.

grant select, insert (workspace_id, acts_as, hour), update (workspace_id, acts_as, hour, updated_at)
   on canary_settings to authenticated;

create policy admins_view_canaries on canary_settings for select to authenticated
    using ((select app.saas_role()) is not null);
create policy admins_choose_the_place on canary_settings for insert to authenticated
    with check ((select app.saas_may('canaries')) and acts_as = (select auth.uid())
                and (workspace_id is null or workspace_id = any ((select app.workspaces('editor'))::text[])));
create policy admins_move_the_place on canary_settings for update to authenticated
    using ((select app.saas_may('canaries')))
    with check ((select app.saas_may('canaries'))
                and (workspace_id is null
                     or (acts_as = (select auth.uid()) and workspace_id = any ((select app.workspaces('editor'))::text[]))));
