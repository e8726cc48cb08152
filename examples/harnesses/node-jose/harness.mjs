// The package `jose` as a relying party would use it: one call, its defaults, the listed key.
import { createInterface } from "node:readline";
import { compactVerify, importJWK, jwtVerify } from "jose";

const ALGORITHMS = ["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "Ed25519"];
const FEATURES = new Set(["vc-jwt", "es256", "es384", "es512", "rs256", "ps256", "ed25519"]);

function listedKeys(vector, issuer, kid) {
  const services = vector.trust.lists.flatMap((list) => list.services ?? []);
  return services
    .filter((service) => service.issuerIds.includes(issuer))
    .flatMap((service) => service.identities)
    .filter((identity) => identity.kind === "jwk" && (kid === undefined || identity.kid === kid))
    .map((identity) => identity.jwk);
}

async function passes(vector) {
  const token = vector.input.data;
  const payload = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const header = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
  // What the package leaves to its caller: proofs of possession, and statuses nobody looked up.
  if (vector.request.holderBinding === "must_be_present" || "status" in payload) return false;
  const issuer = typeof payload.issuer === "object" ? payload.issuer.id : payload.issuer;
  for (const jwk of listedKeys(vector, issuer, header.kid)) {
    const key = await importJWK(jwk, header.alg);
    const options = { algorithms: ALGORITHMS, currentDate: new Date(vector.moment * 1000), clockTolerance: 0 };
    if (payload.aud !== undefined) options.audience = vector.request.audience ?? "nobody";
    await jwtVerify(token, key, { ...options, typ: "vc+jwt" });
    await compactVerify(token, key, { algorithms: ALGORITHMS });
    if (payload.validUntil !== undefined && !(Date.parse(payload.validUntil) / 1000 > vector.moment)) return false;
    if (payload.validFrom !== undefined && !(Date.parse(payload.validFrom) / 1000 <= vector.moment + 60)) return false;
    return true;
  }
  return false;
}

for await (const line of createInterface({ input: process.stdin })) {
  const vector = JSON.parse(line);
  const missing = vector.features.filter((name) => !FEATURES.has(name));
  const result = { id: vector.id };
  if (missing.length > 0 || vector.task !== "verify") {
    result.skipped = `no ${missing.join(", ") || vector.task}`;
  } else {
    const good = await passes(vector).catch(() => false);
    result.outcome = good ? { validity: "TOTAL-PASSED", recognition: "RECOGNISED" } : { validity: "NOT-PASSED" };
  }
  process.stdout.write(JSON.stringify(result) + "\n");
}
