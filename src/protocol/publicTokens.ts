// Not made by `md5Hex`: who hides tokens need not load cryptography for it.

/** `md5("")`: the token when neither login nor password is set. */
export const emptyCredentialsToken = 'd41d8cd98f00b204e9800998ecf8427e';

/** A token of nobody, for calls that have to be refused: `md5("roistat-hook: no such credentials")`, a public text. */
export const wrongToken = '6b6eb68ea63a7bf83aafef64b83ffef4';

/** Tokens that follow from no secret, so they need not be masked. */
export function isPublicToken(token: string): boolean {
  return token === '' || token === emptyCredentialsToken || token === wrongToken;
}
