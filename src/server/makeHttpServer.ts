import { createServer, type Server } from 'node:http';
import { type ServerLimits } from './serverLimits.ts';

/** Request line and headers together; leaves 16 KiB for headers beside the longest target that is answered. */
const headerLimitBytes = 80 * 1024;

/** Node's HTTP server with our limits, and without answers of its own where they can be had without. */
export function makeHttpServer(limits: ServerLimits, answersAtOnce: boolean): Server {
  const server = createServer({
    maxHeaderSize: headerLimitBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    // Answered by Node itself otherwise, and so never recorded.
    requireHostHeader: false,
  });
  // The size of all headers is limited; a limit on their number would drop some of them silently.
  server.maxHeadersCount = 0;
  // A caller that ended its own side may still read its answer, which is there in a moment. Where another one answers
  // it may take long, and then the end is the sign that the caller has left.
  return Object.assign(server, { httpAllowHalfOpen: answersAtOnce });
}
