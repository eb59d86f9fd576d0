/**
 * A submission as one statement, hence one transaction and one round trip: the 30-day window, the
 * lead, its audit entry and the idempotency row are all written or none is.
 *
 * Two simultaneous posts of a phone meet at the key of `phone_window`: the second waits for the
 * first and then sees its lead, whatever its own snapshot. A repeated Idempotency-Key violates the
 * key of `idempotency_key` and so undoes the whole statement.
 */
export const RECEIVE_LEAD = `
  with claim as (
    insert into phone_window as w (tenant_id, phone, lead_id, status, received_at)
    values ($1::text, $2::text, $3::uuid, $4::text, $5::timestamptz)
    on conflict (tenant_id, phone) do update set
      lead_id = case when w.received_at > excluded.received_at - interval '720 hours'
                then w.lead_id else excluded.lead_id end,
      status = case when w.received_at > excluded.received_at - interval '720 hours'
               then w.status else excluded.status end,
      received_at = case when w.received_at > excluded.received_at - interval '720 hours'
                    then w.received_at else excluded.received_at end
    returning lead_id, status
  ),
  new_lead as (
    insert into lead (
      id, tenant_id, phone, phone_raw, phone_extension, phone_country, phone_type, phone_valid,
      status, ineligible_reasons, source, first_name, last_name, email, state, zip, city, dob,
      consent_timestamp, consent_text_version, consent_source_url, attribution, custom_fields,
      api_key_id, received_at
    )
    select
      $3::uuid, $1::text, $2::text, $6::text, $7::text, $8::text, $9::text, $10::boolean,
      $4::text, $11::text[], $12::text, $13::text, $14::text, $15::text, $16::text, $17::text,
      $18::text, $19::text, $20::timestamptz, $21::text, $22::text, $23::jsonb, $24::jsonb,
      $25::uuid, $5::timestamptz
    from claim where claim.lead_id = $3::uuid
  ),
  answer as (
    select
      claim.lead_id,
      case when claim.lead_id = $3::uuid then 'created' else 'duplicate' end as outcome,
      case when claim.lead_id = $3::uuid then claim.status
           -- A lead committed since this statement began is not visible yet, but it is new.
           else coalesce((select lead.status from lead where lead.id = claim.lead_id), claim.status)
      end as status
    from claim
  ),
  audited as (
    insert into audit_entry (tenant_id, lead_id, action, api_key_id, ip, user_agent, at)
    select $1::text, answer.lead_id, 'lead.' || answer.outcome, $25::uuid, $26::text, $27::text,
      $5::timestamptz
    from answer
  ),
  remembered as (
    insert into idempotency_key (
      tenant_id, api_key_id, key, fingerprint, outcome, lead_id, lead_status, created_at
    )
    select $1::text, $25::uuid, $28::text, $29::bytea, answer.outcome, answer.lead_id,
      answer.status, $5::timestamptz
    from answer where $28::text is not null
  )
  select outcome, lead_id, status from answer
`;
