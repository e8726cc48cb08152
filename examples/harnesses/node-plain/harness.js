// A harness for the group `jose`, made from test_vectors/README.md alone: Node's own crypto, no package.
const crypto = require("node:crypto");
const ALGS = { ES256: ["sha256", "EC P-256"], ES384: ["sha384", "EC P-384"], ES512: ["sha512", "EC P-521"], RS256: ["sha256", "RSA"], PS256: ["sha256", "RSA"], EdDSA: [null, "OKP"], Ed25519: [null, "OKP Ed25519"], Ed448: [null, "OKP Ed448"] };
const FEATURES = new Set(["vc-jwt", "es256", "es384", "es512", "rs256", "ps256", "ed25519", "ed448"]);
const refuse = (why) => { throw new Error(why); };
const octets = (text) => { const raw = Buffer.from(text, "base64url"); return raw.toString("base64url") === text ? raw : refuse("base64url"); };
const object = (raw) => { const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw), value = JSON.parse(text); return value && !Array.isArray(value) && typeof value === "object" && JSON.stringify(value) === text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1") ? value : refuse("JSON"); };
const date = (claim) => (claim === undefined ? null : Number.isInteger(claim) && claim >= 0 && claim <= 253402300799 ? claim : refuse("date"));
const instant = (text) => (text === undefined ? null : typeof text === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) / 1000 : refuse("time"));

function verify(vector) {
  const parts = vector.input.data.split(".");
  if (parts.length !== 3) refuse("form");
  const [header, payload] = [object(octets(parts[0])), object(octets(parts[1]))], [hash, kind] = (typeof header.alg === "string" && ALGS[header.alg]) || refuse("alg");
  if (["crit", "b64", "enc", "zip"].some((name) => name in header) || header.typ?.toLowerCase?.().replace(/^application\//, "") !== "vc+jwt") refuse("header");
  if ("kid" in header && (typeof header.kid !== "string" || !header.kid)) refuse("kid");
  if ("x5c" in header && !(Array.isArray(header.x5c) && header.x5c.length && header.x5c.every((der) => typeof der === "string" && der))) refuse("x5c");
  for (const [name, size] of [["x5t", 20], ["x5t#S256", 32]]) if (name in header && (typeof header[name] !== "string" || octets(header[name]).length !== size)) refuse(name);
  if (("cnf" in payload && !(payload.cnf && typeof payload.cnf === "object" && Object.keys(payload.cnf).length)) || vector.request.holderBinding === "must_be_present") refuse("holder");
  if (header.cty !== undefined && header.cty?.toLowerCase?.().replace(/^application\//, "") !== "vc") refuse("cty");
  const named = typeof payload.issuer === "object" ? payload.issuer?.id : payload.issuer, issuer = payload.iss ?? named;
  if (typeof named !== "string" || issuer !== named) refuse("issuer");
  const keys = vector.trust.lists.flatMap((list) => list.services ?? []).filter((service) => service.issuerIds.includes(issuer)).flatMap((service) => service.identities.filter((identity) => identity.kind === "jwk"));
  const chosen = keys.filter((key) => header.kid === undefined || key.kid === header.kid), signature = octets(parts[2]);
  const good = chosen.some(({ jwk }) => `${jwk.kty} ${jwk.crv ?? ""}`.startsWith(kind) && crypto.verify(hash, Buffer.from(parts[0] + "." + parts[1]), { key: crypto.createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363", ...(header.alg === "PS256" ? { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}) }, signature));
  const now = vector.moment, ends = [date(payload.exp), instant(payload.validUntil)], begins = [date(payload.nbf), date(payload.iat), instant(payload.validFrom)], audience = payload.aud === undefined ? [] : [payload.aud].flat();
  return good && ends.every((end) => end === null || now < end) && begins.every((begin) => begin === null || now + 60 >= begin) && !("status" in payload) && (!audience.length || audience.includes(vector.request.audience));
}

require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const vector = JSON.parse(line), missing = vector.features.filter((name) => !FEATURES.has(name)), result = { id: vector.id };
  if (missing.length || vector.task !== "verify") result.skipped = `no ${missing.join(", ") || vector.task}`;
  else try { result.outcome = verify(vector) ? { validity: "TOTAL-PASSED", recognition: "RECOGNISED" } : { validity: "NOT-PASSED" }; } catch { result.outcome = { validity: "NOT-PASSED" }; }
  process.stdout.write(JSON.stringify(result) + "\n");
});
