// Runs every audit of GraphQL over HTTP against the address given, and prints them as one JSON array of
// {id, name, status: "ok" | "notice" | "warn" | "error", reason}. The audits themselves are graphql-http's.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
const found = [];
for (const audit of serverAudits({ url })) {
  const result = await audit.fn();
  found.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason ?? null });
}
process.stdout.write(JSON.stringify(found));
