/** What is told when everything runs. */
export interface RunningStack {
  /** Under which clients reach the api. */
  readonly publicUrl: string;
  readonly dataDir: string;
  /** A working key of the demo tenant; `null` where there is no demo tenant. */
  readonly demoKey: string | null;
}

/** The first request of the quickstart, ready to paste. */
export function firstLeadCurl(publicUrl: string, key: string): string {
  return `curl -X POST ${publicUrl}/v1/leads \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "source": "my-webform",
    "first_name": "Jane",
    "phone": "5551234567",
    "state": "TX",
    "consent": {
      "consent_timestamp": "2026-07-05T12:00:00Z",
      "consent_text_version": "webform-v2",
      "source_url": "https://example.com/quote"
    }
  }'`;
}

/** Printed once the stack is ready. */
export function readyBanner({ publicUrl, dataDir, demoKey }: RunningStack): string {
  return `
Leadledger is running.

  Api    ${publicUrl}
  Docs   ${publicUrl}/docs
  Data   ${dataDir} (logs in ${dataDir}/logs)

${demoKey === null ? withoutDemo : withDemo(publicUrl, demoKey)}

Ctrl-C stops everything.
`;
}

function withDemo(publicUrl: string, key: string): string {
  return `Post a first lead, in another terminal. The tenant "demo" is a sandbox: nobody is called.

${firstLeadCurl(publicUrl, key)}

Post it again: the answer is "duplicate", with the same lead_id.`;
}

const withoutDemo = `Make a tenant and a key for it, in another terminal:

npm run -s leadledger -- tenants create acme --name "Acme Leads"
npm run -s leadledger -- keys create --tenant acme --scope read --scope write`;
