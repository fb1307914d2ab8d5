-- What practice runs learned about services: shapes of answers, never a value. Admins of the service only.

grant select, insert (template_id, watched, claimed_until),
      update (watched, contact, state, message, differences, seen, accepted, ran_at, state_since, claimed_until)
   on template_canaries to authenticated;

create policy admins_view_canaries on template_canaries for select to authenticated
    using ((select app.saas_role()) is not null);
create policy admins_watch on template_canaries for insert to authenticated
    with check ((select app.saas_may('canaries')));
create policy admins_note_what_they_saw on template_canaries for update to authenticated
    using ((select app.saas_may('canaries'))) with check ((select app.saas_may('canaries')));
