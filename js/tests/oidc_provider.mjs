// Runs oidc-provider on loopback, a certified server that is not ours, for the Python tests of
// logins: node oidc_provider.mjs '{"secret": "..."}' prints its address and runs until it is ended.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const { secret, tokenLifetime = 3600 } = JSON.parse(process.argv[2]);
console.info = console.warn = () => {}; // what it says of itself is about production

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
	clients: [
		{
			client_id: "flytectl",
			application_type: "native",
			token_endpoint_auth_method: "none",
			grant_types: [
				"authorization_code",
				"refresh_token",
				"urn:ietf:params:oauth:grant-type:device_code",
			],
			redirect_uris: ["http://localhost:53593/callback", "http://127.0.0.1/callback"],
		},
		{
			client_id: "flytepropeller",
			client_secret: secret,
			grant_types: ["client_credentials"],
			response_types: [],
			redirect_uris: [],
		},
	],
	scopes: ["openid", "offline_access", "all", "offline"],
	features: {
		clientCredentials: { enabled: true },
		deviceFlow: { enabled: true },
		introspection: {
			enabled: true,
			allowedPolicy: (_ctx, client) => client.clientAuthMethod !== "none",
		},
		revocation: { enabled: true },
	},
	// Any name logs in, with any password.
	findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
	issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
	expiresWithSession: () => false,
	rotateRefreshToken: true,
	ttl: { AccessToken: tokenLifetime, ClientCredentials: tokenLifetime },
});
server.on("request", provider.callback());
process.stdout.write(`${issuer}\n`);
