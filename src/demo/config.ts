/** The demo's config: an ordinary one, with lengths short enough to watch an end; `shortest` like `20s`. */
export function demoConfig(databaseUrl: string, shortest: string): string {
  return `# What the bot of this demo runs with. An ordinary config; only the lengths are short, so that you can watch an end.
slack:
  security_channel: C0SECURITY
  requests_channel: C0REQUESTS
people:
  subject: email
  email_domains: [example.com]
  security: [secteam]
  limits: { open: 50, per_hour: 500 }   # so that you can try as often as you like
groups:
  engineers: { slack_usergroup: S0ENG }
  leads: { members: [U0LEE] }
  secteam: { members: [U0SAM] }
targets:
  orders-db:
    adapter: postgres
    account: local_part
    settings: { url: "${databaseUrl}" }
    timeout: 5s
    quiet: 5s
rules:
  one-lead:
    requesters: [engineers]
    approvers: [leads, secteam]
    default_purpose: incident
    reason: { min_length: 5, hint: "Say what is broken" }
    ttl: { min: ${shortest}, default: 30s, max: 2m, max_total: 10m }
    lapse: 5m
  lead-and-security:
    requesters: [engineers]
    approvers: [{ from: leads, at_least: 1 }, { from: secteam, at_least: 1 }]
    default_purpose: incident
    reason: { min_length: 5, hint: "Say what is broken" }
    ttl: { min: ${shortest}, default: 30s, max: 2m }
    remind: 30s
    escalate: [{ after: 1m, to: [U0BEN] }]
    lapse: 3m
break_glass:
  oncall-only:
    requesters: [engineers]
    reason: { min_length: 20, hint: "Say why nobody can approve" }
    ttl: { min: ${shortest}, default: 30s, max: 1m }
    review: { by: [secteam], within: 10m }
    alarm: { uses: 3, per: 1h }
entitlements:
  orders-read:
    title: Read the orders database
    target: orders-db
    access: { role: orders_read }
    rules: [one-lead]
    break_glass: oncall-only
  orders-write:
    title: Change orders
    target: orders-db
    access: { role: orders_write }
    rules: [one-lead]
    break_glass: oncall-only
  orders-repair:
    title: Repair orders, with two who agree
    target: orders-db
    access: { role: orders_write }
    rules: [lead-and-security]
`
}
