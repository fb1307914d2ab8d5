-- Ten thousand templates as the marketplace may hold one day: long documents, short words.

insert into connector_templates (
       name, description, category, tags, config, slots, example_responses,
       is_official, is_public, install_count, rating, rating_count, success_rate)
select v.word || ' ' || t.word || ' (' || s.word || ' ' || n || ')',
       'Looks up the ' || t.word || ' of a contact at ' || s.word || ' and keeps it. ' || repeat('More words. ', 6),
       (array['enrichment', 'verification', 'sync', 'messaging', 'ai', 'geo'])[1 + n % 6],
       array[s.word, t.word],
       jsonb_build_object('steps', (select jsonb_agg(jsonb_build_object('id', 's' || k, 'text', md5(k || ' ' || n)))
                                      from generate_series(1, 30) k)),
       jsonb_build_array(jsonb_build_object('service_name', s.word, 'title', s.word)),
       jsonb_build_object('body', repeat(md5(n::text), 40)),
       n % 20 = 0, n % 50 <> 0, n % 977, (n % 50) / 10.0, n % 13, round((n % 100) / 100.0, 2)
  from generate_series(1, 10000) n
  join lateral (select (array['Find', 'Verify', 'Sync', 'Score', 'Tell'])[1 + n % 5]) v (word) on true
  join lateral (select (array['phone', 'e-mail', 'company', 'address', 'person', 'job'])[1 + n % 6]) t (word) on true
  join lateral (select (array['Hunter', 'Apollo', 'Clearbit', 'HubSpot', 'Twilio', 'Kickbox', 'Slack'])[1 + n % 7])
       s (word) on true;
