-- On whom a practice run asks, where the service does not know the example contact of the template.
alter table template_canaries add column contact jsonb;
