// A real OpenID Connect provider for the tests: any login and password; the login is the subject.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const client = {
  client_id: "filrouge",
  client_secret: "a secret of the tests",
  redirect_uris: [redirect],
  grant_types: ["authorization_code"],
  response_types: ["code"],
};
const provider = new Provider(issuer, {
  clients: [client, { ...client, client_id: "another" }],
  pkce: { required: () => true },
  cookies: { keys: ["of the tests"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id,
      name: id.split("@")[0],
      email: id.replace("unverified.", ""),
      email_verified: !id.startsWith("unverified."),
    }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
