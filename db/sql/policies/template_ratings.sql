-- One's own opinion of a template one can see. Others see the mean, and what was written by app.template_reviews.

grant select, insert (template_id, user_id, stars, said, said_at), update (stars, updated_at, said, said_at)
   on template_ratings to authenticated;

create policy own_ratings_viewable on template_ratings for select to authenticated
    using (user_id = (select auth.uid()));
-- Foreign keys look past row-level security: a hidden template must not be told apart from none.
create policy users_rate_what_they_see on template_ratings for insert to authenticated
    with check (user_id = (select auth.uid())
                and exists (select from connector_templates t where t.id = template_id)
                and (said is null or (select app.has_installed(template_id))));
create policy users_change_own_ratings on template_ratings for update to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()) and (said is null or (select app.has_installed(template_id))));
