import { type CatalogueEntry } from './catalogueEntry.ts';

/** Why there can be no answer at all. */
export const connectionProblems = {
  'connection-refused': {
    severity: 'error',
    means: 'Nothing accepts connections at this address, so no lead gets through.',
    hint: 'Start the handler, or look at its address: on localhost it may listen on [::1] alone.',
  },
  'connection-failed': {
    severity: 'error',
    means: 'No connection could be made, so no lead gets through.',
    hint: 'Check the address, the network, and whether a firewall stands between.',
  },
  'connection-reset': {
    severity: 'error',
    means: 'The connection was closed before the answer was complete.',
    hint: 'Look whether the handler crashed: its error log at this time tells; a Content-Length that is too high looks the same.',
  },
  'dns-failed': {
    severity: 'error',
    means: 'The host name of the address cannot be resolved.',
    hint: 'Check the spelling of the host name, and the DNS of this machine.',
  },
  'tls-failed': {
    severity: 'error',
    means: 'The TLS connection cannot be trusted or agreed on.',
    hint: 'For a certificate of a private authority give --cacert FILE; --insecure turns the check off for a test.',
  },
  'proxy-failed': {
    severity: 'error',
    means: 'The proxy did not pass the request on.',
    hint: 'Check --proxy and HTTP_PROXY, or leave the host out with NO_PROXY.',
  },
  'answer-malformed': {
    severity: 'error',
    means: 'What came back cannot be read as an HTTP answer.',
    hint: 'If it is the Content-Length, count it in bytes (strlen in PHP) or leave it out; else check the port, and whether it speaks http or https.',
  },
  timeout: {
    severity: 'error',
    means: 'No complete answer came in time.',
    hint: 'Look what the handler waits for; --timeout (of serve: --forward-timeout) gives it longer.',
  },
  'server-stopped': {
    severity: 'error',
    means: 'The server that passed the request on was stopped before the answer came.',
    hint: 'Look in the handler whether it took the request.',
  },
} as const satisfies Record<string, CatalogueEntry>;
