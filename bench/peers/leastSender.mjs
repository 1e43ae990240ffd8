import { createRequire } from 'node:module';

/**
 * The least that undici does: one client a connection, an id in a finished query, and an answer that is parsed. No lead
 * is made up, and nothing judged: what send-lead does is paid on top of this. Arguments: address with the query of a
 * lead, connections, requests. Prints requests a second.
 */
const { Client } = createRequire(new URL('../../package.json', import.meta.url))('undici');
const [address = '', connections, count] = process.argv.slice(2);
const { origin, pathname, search } = new URL(address);
const [before, after] = search.split(/(?<=&id=)\d+/);
const headers = ['User-Agent', 'bench', 'Accept', '*/*'];
const wanted = Number(count);
let begun = 0;
let accepted = 0;
const begin = performance.now();

function sendOnAndOn(client) {
  let body = '';
  const handler = {
    onRequestStart() {},
    onResponseStart() {
      body = '';
    },
    onResponseData(_controller, chunk) {
      body += chunk.toString('utf8');
    },
    onResponseEnd() {
      if (JSON.parse(body).status === 'ok') accepted += 1;
      next();
    },
    onResponseError(_controller, error) {
      throw error;
    },
  };
  function next() {
    if (accepted === wanted) {
      console.log((accepted / (performance.now() - begin)) * 1000);
      process.exit();
    }
    if (begun === wanted) return;
    begun += 1;
    const path = `${pathname}${before}${100_000_000 + begun}${after}`;
    client.dispatch({ origin, path, method: 'GET', headers }, handler);
  }
  next();
}

for (let index = 0; index < Number(connections); index += 1) sendOnAndOn(new Client(origin));
