// An OpenID provider for tests: a certified implementation from the npm registry, a handful of people, and on demand an ID
// token that is not what it should be.
//
// Prints its address as JSON on the first line. Reads JSON, one object a line: first `{"redirect": …}`, then any number of
// `{"lie": …}`; each is answered by a line.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

// The provider tells what it thinks of its settings where answers are read.
const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
console.log = console.info = console.warn = console.error;

const [modules, algorithm] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(modules, path)).href);
const { default: Provider } = await load("oidc-provider/lib/index.js");
const jose = await load("jose/dist/webapi/index.js");

const PEOPLE = {
  grace: { name: "Grace Hopper", email: "grace@acme.test", email_verified: true, groups: ["staff", "security"] },
  eve: { name: "Eve", email: "eve@acme.test", email_verified: true, groups: ["staff"] },
  ida: { name: "Ida Rhodes", email: "ida@acme.test", email_verified: true, groups: [] },
  ivan: { name: "Ivan", email: "ida@acme.test", email_verified: false, groups: [] },
};
const CLIENT = { client_id: "rolecall", client_secret: "a secret between the two" };

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
say({ issuer, ...CLIENT });

const keys = await jose.generateKeyPair(algorithm, { extractable: true });
const own = { ...(await jose.exportJWK(keys.privateKey)), alg: algorithm, use: "sig", kid: "own" };
const others = (await jose.generateKeyPair(algorithm)).privateKey;
let lie = null;

// What the token says is changed before it is signed with the provider's own key; or it is signed with something else.
const CLAIMS = {
  audience: { aud: "somebody-else" },
  issuer: { iss: "https://evil.example" },
  nonce: { nonce: "another" },
  "no-nonce": { nonce: undefined },
  expired: { iat: 1000000000, exp: 1000000600 },
};
async function lied(token) {
  const claims = { ...jose.decodeJwt(token), ...CLAIMS[lie] };
  const header = { alg: algorithm, kid: "own" };
  const signed = (claims, header, key) => new jose.SignJWT(claims).setProtectedHeader(header).sign(key);
  switch (lie) {
    case "key": return signed(claims, header, others);
    case "none": return new jose.UnsecuredJWT(claims).encode();
    case "hmac": return signed(claims, { alg: "HS256", kid: "own" }, new TextEncoder().encode(JSON.stringify(await jose.exportJWK(keys.publicKey))));
    case "altered": {
      const [head, , signature] = token.split(".");
      const body = Buffer.from(JSON.stringify({ ...claims, sub: "grace", groups: ["security"] })).toString("base64url");
      return [head, body, signature].join(".");
    }
    case "rubbish": return "a.b.c";
    case "absent": return undefined;
    default: return signed(claims, header, keys.privateKey);
  }
}

function provider(redirect) {
  const made = new Provider(issuer, {
    clients: [{
      ...CLIENT, redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"],
      id_token_signed_response_alg: algorithm,
    }],
    jwks: { keys: [own] },
    cookies: { keys: ["for tests"] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], profile: ["name", "groups"], email: ["email", "email_verified"] },
    findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Nobody is asked whether the hub may learn their name.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  });
  made.use(async (context, next) => {
    await next();
    if (lie && context.path === "/token" && context.body?.id_token) context.body.id_token = await lied(context.body.id_token);
  });
  return made;
}

async function interaction(made, request, response) {
  const body = await new Promise((whole) => {
    let text = "";
    request.on("data", (part) => { text += part; }).on("end", () => whole(new URLSearchParams(text)));
  });
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(`<!doctype html><html lang="en"><title>Acme</title><h1>Who are you?</h1><form method="post">
<label for="login">Login</label><input id="login" name="login"><button>Go on</button><button name="no" value="1">Rather not</button></form>`);
  }
  const result = body.has("no") || !PEOPLE[body.get("login")]
    ? { error: "access_denied", error_description: "the person would rather not" }
    : { login: { accountId: body.get("login") } };
  return made.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  if (told.redirect) {
    const made = provider(told.redirect);
    const answer = made.callback();
    server.on("request", (request, response) => {
      if (!request.url.startsWith("/interaction/")) return answer(request, response);
      return interaction(made, request, response).catch((error) => { response.statusCode = 500; response.end(String(error)); });
    });
  } else {
    lie = told.lie;
  }
  say(told);
}
process.exit(0);
