/** The header for a login and password in an address; none where it has none. */
export function basicAuthorization({ username, password }: URL): Array<readonly [string, string]> {
  if (username === '' && password === '') return [];
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return [['Authorization', `Basic ${pair.toString('base64')}`]];
}
