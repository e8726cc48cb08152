// Peers on Node: reads {token, presentation, audience, nonce, issuer, holder, rounds, loops} on stdin,
// prints one row a peer: {peer, ratio, subject, baseline} with microseconds. The baseline is Node's own
// ES256 verification of the same token with a key object that is kept, in turns with the peer.
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { SDJwtInstance } from "@sd-jwt/core";
import { importJWK, jwtVerify } from "jose";

const given = JSON.parse(readFileSync(0, "utf8"));
const issuer = createPublicKey({ key: given.issuer, format: "jwk" });
const holder = createPublicKey({ key: given.holder, format: "jwk" });
const checked = (key, data, signature) =>
  verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature);

function raw(token) {
  const end = token.lastIndexOf(".");
  const data = Buffer.from(token.slice(0, end));
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  return () => {
    if (!checked(issuer, data, signature)) throw new Error("the baseline refuses");
  };
}

async function measure(peer, subject, baseline) {
  const rows = [];
  for (let round = 0; round < given.rounds + 1; round++) {
    let begun = process.hrtime.bigint();
    for (let n = 0; n < given.loops; n++) await subject();
    const own = Number(process.hrtime.bigint() - begun);
    begun = process.hrtime.bigint();
    for (let n = 0; n < given.loops; n++) baseline();
    const base = Number(process.hrtime.bigint() - begun);
    if (round) rows.push([own / base, own / given.loops / 1e3, base / given.loops / 1e3]);
  }
  const middle = (place) => rows.map((r) => r[place]).sort((a, b) => a - b)[rows.length >> 1];
  console.log(JSON.stringify({ peer, ratio: middle(0), subject: middle(1), baseline: middle(2) }));
}

const key = await importJWK(given.issuer, "ES256");
const plain = () => jwtVerify(given.token, key, { algorithms: ["ES256"] });
if (!(await plain()).payload.iss && !(await plain()).payload.issuer) throw new Error("no claims");
await measure("jose", plain, raw(given.token));

const sdjwt = new SDJwtInstance({
  hasher: (data, name) => createHash(name.replace("-", "")).update(data).digest(),
  hashAlg: "sha-256",
  saltGenerator: (length) => randomBytes(length).toString("hex"),
  verifier: (data, signature) =>
    checked(issuer, Buffer.from(data), Buffer.from(signature, "base64url")),
  kbVerifier: (data, signature) =>
    checked(holder, Buffer.from(data), Buffer.from(signature, "base64url")),
});
const presented = () => sdjwt.verify(given.presentation, ["claim_0"], true);
if (!(await presented()).payload.claim_9) throw new Error("no disclosed claim");
const single = raw(given.presentation.split("~")[0]);
await measure("@sd-jwt/core", presented, () => (single(), single()));
