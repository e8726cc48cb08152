// The package `@sd-jwt/sd-jwt-vc` as a relying party would use it: one call, its defaults, the listed key.
import { createHash, createPublicKey, verify } from "node:crypto";
import { createInterface } from "node:readline";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const FEATURES = new Set(["sd-jwt-vc", "disclosures", "key-binding", "es256"]);
const part = (token, place) => JSON.parse(Buffer.from(token.split(".")[place], "base64url").toString());

function checker(jwk) {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return (data, signature) =>
    verify("sha256", Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
}

function listedKeys(vector, issuer, kid) {
  return vector.trust.lists
    .flatMap((list) => list.services ?? [])
    .filter((service) => service.issuerIds.includes(issuer))
    .flatMap((service) => service.identities)
    .filter((identity) => identity.kind === "jwk" && (kid === undefined || identity.kid === kid));
}

async function passes(vector) {
  const presented = vector.input.data;
  const { holderBinding, audience, nonce } = vector.request;
  const header = part(presented, 0);
  const bound = !presented.endsWith("~");
  // What the package leaves to its caller: the algorithm, and whether a proof is wanted.
  if (header.alg !== "ES256" || (holderBinding === "must_be_absent" && bound)) return false;
  const [identity] = listedKeys(vector, part(presented, 1).iss, header.kid);
  if (identity === undefined) return false;
  const instance = new SDJwtVcInstance({
    hasher: (data, name) => createHash(name.replace("-", "")).update(data).digest(),
    hashAlg: "sha-256",
    verifier: checker(identity.jwk),
    kbVerifier: (data, signature, payload) => checker(payload.cnf.jwk)(data, signature),
  });
  const options = { currentDate: vector.moment };
  if (holderBinding === "must_be_present" || bound) options.keyBindingNonce = nonce ?? "none was asked for";
  const { payload, kb } = await instance.verify(presented, options);
  return !("status" in payload) && (kb === undefined || kb.payload.aud === audience);
}

for await (const line of createInterface({ input: process.stdin })) {
  const vector = JSON.parse(line);
  const missing = vector.features.filter((name) => !FEATURES.has(name));
  const result = { id: vector.id };
  if (missing.length > 0 || vector.task !== "verify" || vector.input.data === undefined) {
    result.skipped = `no ${missing.join(", ") || "such input"}`;
  } else {
    const good = await passes(vector).catch((refusal) => {
      if (process.env.HARNESS_EXPLAIN) console.error(`${vector.id}: ${refusal}`);
      return false;
    });
    result.outcome = good ? { validity: "TOTAL-PASSED", recognition: "RECOGNISED" } : { validity: "NOT-PASSED" };
  }
  process.stdout.write(JSON.stringify(result) + "\n");
}
