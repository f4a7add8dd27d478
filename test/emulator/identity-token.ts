import { UnsecuredJWT, type JWTPayload } from 'jose';

/** The issuer of `identityToken`, as IAM names it. */
export const eks = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE';

/** Returns a token like those of Amazon EKS for a service account, until the year 2100; `claims` replace its claims. */
export function identityToken(claims: JWTPayload = {}): string {
  return new UnsecuredJWT({
    iss: `https://${eks}`,
    sub: 'system:serviceaccount:default:snapgate',
    aud: ['sts.amazonaws.com'],
    exp: Date.UTC(2100, 0) / 1000,
    ...claims,
  }).encode();
}
