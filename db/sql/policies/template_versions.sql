-- As visible as the template itself; written by its trigger alone.

grant select on template_versions to authenticated;

create policy versions_of_visible_templates on template_versions for select to authenticated
    using (exists (select from connector_templates t where t.id = template_id));
