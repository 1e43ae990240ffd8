import { setFlagsFromString } from 'node:v8';
import connect from 'undici/lib/api/api-connect.js';
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// The parts of undici that are used: loading all of it (fetch, WebSocket, caches, mocks) takes as long again as half a
// start of Node. The lockfile holds the version, and the build puts the parts into the program.
// Proxies call `connect`.
Object.assign(Dispatcher.prototype, { connect, request });

// V8 optimizes undici's parser, one huge WebAssembly function, within the first request, and the process cannot end
// before that is done: 130 ms for a single lead. With a larger budget it comes when some dozens were sent.
setFlagsFromString('--wasm-tiering-budget=100000000');

export { Agent, Client, type Dispatcher, EnvHttpProxyAgent, ProxyAgent };
