import autocannon from 'autocannon';

/**
 * autocannon with a query that differs in each request. Of its means for that, `setupRequest` is the fastest: replacing
 * an id in the finished bytes (`idReplacement`) takes longer. Arguments: address with the query of a lead, connections,
 * seconds. Prints requests a second, all of which were answered with 2xx.
 */
const [address = '', connections, duration] = process.argv.slice(2);
const { origin, pathname, search } = new URL(address);
const [before, after] = search.split(/(?<=&id=)\d+/);
let id = 100_000_000;
const setupRequest = (request) => {
  id += 1;
  request.path = `${pathname}${before}${id}${after}`;
  return request;
};
const result = await autocannon({
  url: origin,
  connections: Number(connections),
  duration: Number(duration),
  requests: [{ method: 'GET', setupRequest }],
});
if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.errors} errors, ${result.non2xx} not 2xx`);
console.log(result['2xx'] / result.duration);
