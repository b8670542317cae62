import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';

/*
 * A real OpenID provider (panva's oidc-provider) set up like Pro Santé Connect: its scopes, its claims, its levels, access
 * tokens that are JWTs. One thing is ours: the library does not answer userinfo for JWT access tokens, as Keycloak does,
 * so that endpoint is answered here for them.
 */

/** The product as the provider knows it, and the software of a professional that signs in to it. */
export const AUDIENCE = 'espace-sante';
const RESOURCE = 'urn:espace-sante';
const SOFTWARE = 'logiciel-metier';
const SECRET = 'secret-du-logiciel';
const CALLBACK = 'https://logiciel.exemple.fr/retour';
const SCOPE = 'openid scope_all';
/** Seconds: a test moves the clock of the product by minutes. */
const TOKEN_LIFETIME_S = 86_400;

/** Claims of Pro Santé Connect by account, which is the `sub`. */
export type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type Login = {
  /** Default `eidas1`. */
  readonly acr?: string;
  /** Whom the token is for; default: us. */
  readonly audience?: string;
  /** Without the claims of the professional, which userinfo then gives. */
  readonly lean?: boolean;
};

export type ProSanteConnect = Awaited<ReturnType<typeof startProSanteConnect>>;

export const startProSanteConnect = async (accounts: Accounts) => {
  let keys: JWK[] = [await signingKey('psc-1')];
  let login: Required<Login> & { readonly account: string } = loginOf('', {});
  let provider: Provider;
  let server: Server;
  let port = 0;
  let userinfoAsked = 0;
  const asked: string[] = [];

  const listen = async (): Promise<void> => {
    server = createServer((request, response) => {
      asked.push(request.url?.split('?')[0] ?? '');
      void answer(request, response);
    });
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };

  /** Somebody at the login page shows their card, and agrees. */
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    await provider.interactionFinished(request, response, {
      login: { accountId: login.account, acr: login.acr, remember: false },
    });
  };

  const build = (): void => {
    provider = new Provider(
      issuer,
      configurationFor(accounts, keys, () => login),
    );
    provider.on('server_error', (_, error) => {
      throw error;
    });
    provider.use(async (context, next) => {
      const token = /^Bearer (\S+\.\S+\.\S+)$/.exec(context.get('Authorization'))?.[1];
      if (context.path !== '/me' || token === undefined) return next();
      userinfoAsked += 1;
      const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: keys.map(publicPart) }), { issuer });
      context.body = { sub: payload.sub, ...accounts[String(payload.sub)] };
    });
  };

  await listen();
  const issuer = `http://127.0.0.1:${port}`;
  build();

  return {
    issuer,
    /** Paths it was asked for, in order. */
    asked: asked as readonly string[],
    userinfoAsked: () => userinfoAsked,

    /** Signs `account` in by authorization code with PKCE, as their software would; the access token. */
    async login(account: string, how: Login = {}): Promise<string> {
      login = loginOf(account, how);
      const verifier = randomBytes(32).toString('base64url');
      const code = await authorizationCode(issuer, verifier);
      const answered = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(`${SOFTWARE}:${SECRET}`).toString('base64')}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: CALLBACK,
          code_verifier: verifier,
        }),
      });
      const { access_token: token, id_token: idToken } = (await answered.json()) as Record<string, string>;
      if (!token || !idToken) throw new Error(`no token: ${answered.status}`);
      lastIdToken = idToken;
      return token;
    },
    /** The ID token that came with the last access token. */
    idToken: () => lastIdToken,

    /** A new key signs from now on; the old ones are published beside it, unless they are to be `revoked`. */
    async rotate({ revoked = false } = {}): Promise<void> {
      const fresh = await signingKey(`psc-${keys.length + 1}-${randomBytes(3).toString('hex')}`);
      keys = revoked ? [fresh] : [fresh, ...keys];
      build();
    },

    async stop(): Promise<void> {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    /** Again, at the same address. */
    start: listen,
  };
};

let lastIdToken = '';

const loginOf = (account: string, { acr = 'eidas1', audience = AUDIENCE, lean = false }: Login) => ({
  account,
  acr,
  audience,
  lean,
});

const signingKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
};

const publicPart = ({ kty, n, e, kid, alg, use }: JWK): JWK => ({ kty, n, e, kid, alg, use }) as JWK;

const configurationFor = (accounts: Accounts, keys: readonly JWK[], login: () => Required<Login>): Configuration => ({
  jwks: { keys: keys as never },
  cookies: { keys: ['of-a-test'] },
  acrValues: ['eidas1'],
  scopes: ['openid', 'scope_all'],
  claims: { openid: ['sub'], scope_all: [...new Set(Object.values(accounts).flatMap(Object.keys))] },
  clients: [
    {
      client_id: SOFTWARE,
      client_secret: SECRET,
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: TOKEN_LIFETIME_S, IdToken: 300, AuthorizationCode: 60, Grant: 600, Interaction: 60, Session: 60 },
  findAccount: (_, sub) =>
    accounts[sub] === undefined ? undefined : { accountId: sub, claims: async () => ({ sub, ...accounts[sub] }) },
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client?.clientId ?? '',
      accountId: context.oidc.session?.accountId ?? '',
    });
    grant.addOIDCScope(SCOPE);
    grant.addResourceScope(RESOURCE, SCOPE);
    await grant.save();
    return grant;
  },
  extraTokenClaims: async (context, token) => ({
    acr: context.oidc.entities.AuthorizationCode?.acr,
    azp: token.clientId,
    ...(login().lean || !('accountId' in token) ? {} : accounts[token.accountId]),
  }),
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: login().audience,
        accessTokenTTL: TOKEN_LIFETIME_S,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

const MOST_REDIRECTIONS = 6;

/** What a browser does: follows the provider's redirections, with its cookies, until one leads back to the software. */
const authorizationCode = async (issuer: string, verifier: string): Promise<string> => {
  const state = randomBytes(8).toString('hex');
  const query = new URLSearchParams({
    client_id: SOFTWARE,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: SCOPE,
    acr_values: 'eidas1',
    state,
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const cookies = new Map<string, string>();
  let address = `${issuer}/auth?${query}`;
  for (let step = 0; step < MOST_REDIRECTIONS; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { redirect: 'manual', headers: { Cookie: cookie } });
    await response.body?.cancel();
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const next = new URL(response.headers.get('Location') ?? '', address);
    if (next.href.startsWith(CALLBACK)) {
      const code = next.searchParams.get('code');
      if (code === null || next.searchParams.get('state') !== state) throw new Error(`refused: ${next.search}`);
      return code;
    }
    address = next.href;
  }
  throw new Error('the provider leads nowhere');
};
