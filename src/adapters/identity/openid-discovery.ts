import { fetchFromIssuer, IssuerUnreachableError, isSafeAddress } from './issuer-fetch.ts';

/** What we need of an issuer's metadata. */
export type IssuerMetadata = { readonly jwksUrl: URL; readonly userinfoUrl: URL | null };

/**
 * OpenID Connect Discovery 1.0: the metadata at `<issuer>/.well-known/openid-configuration`. They must name `issuer`
 * itself, letter for letter (section 4.3): whoever serves other metadata there would choose whose keys we trust. Rejects
 * with `IssuerUnreachableError`.
 */
export const discover = async (issuer: string): Promise<IssuerMetadata> => {
  const metadata = await fetchFromIssuer(new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  if (metadata.issuer !== issuer) throw new IssuerUnreachableError();
  const jwksUrl = addressIn(metadata.jwks_uri);
  if (jwksUrl === null) throw new IssuerUnreachableError();
  return { jwksUrl, userinfoUrl: addressIn(metadata.userinfo_endpoint) };
};

const addressIn = (value: unknown): URL | null => {
  if (value === undefined) return null;
  if (typeof value !== 'string' || !URL.canParse(value) || !isSafeAddress(new URL(value)))
    throw new IssuerUnreachableError();
  return new URL(value);
};
