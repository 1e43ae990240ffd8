// node fastifyPino.mjs FILE: what one would write quickly: Fastify reads the query, and pino logs it to a file.
import Fastify from 'fastify';

const fastify = Fastify({ logger: { file: process.argv[2] }, disableRequestLogging: true });
fastify.get('/*', (request) => {
  request.log.info({ query: request.query, headers: request.headers }, 'lead');
  return { status: 'ok', order_id: `order-${request.query.id}` };
});
console.log(JSON.stringify({ url: await fastify.listen({ port: 0, host: '127.0.0.1' }) }));
