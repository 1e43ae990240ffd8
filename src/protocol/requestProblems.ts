import { type CatalogueEntry } from './catalogueEntry.ts';

/** What can be wrong with a request as it came in, or as it is sent. */
export const requestProblems = {
  'method-not-get': {
    severity: 'error',
    means: 'Roistat calls the webhook with GET.',
    hint: 'Send the parameters in the query of a GET request.',
  },
  'target-too-long': {
    severity: 'error',
    means: 'The request line is longer than this server takes (64 KiB).',
    hint: 'Shorten the text; many web servers already stop at 8 KiB.',
  },
  'target-over-8k': {
    severity: 'warning',
    means:
      'nginx and Apache stop at request lines of 8 KiB by default, so this call may be refused before the handler sees it.',
    hint: 'Raise the limit on the server of the handler: large_client_header_buffers in nginx, LimitRequestLine in Apache.',
  },
  'body-too-long': {
    severity: 'error',
    means: 'The request has a body longer than this server takes (1 MiB).',
    hint: 'Roistat sends no body: look what else calls this address.',
  },
  'bodies-too-many': {
    severity: 'error',
    means: 'So many bodies were arriving at a time (16 MiB together) that there was no room for this one.',
    hint: 'Roistat sends no body: look what else calls this address. What has no body is still answered.',
  },
  'request-malformed': {
    severity: 'error',
    means: 'What came in is not an HTTP request.',
    hint: 'Look who calls: TLS on a plain port and port scanners are the usual causes.',
  },
  'request-aborted': {
    severity: 'warning',
    means: 'The caller went away before the request was complete, so nothing was answered.',
    hint: 'Look at the timeout of the caller.',
  },
  'caller-gone': {
    severity: 'warning',
    means: 'The caller went away before its answer was ready, so the answer reached nobody.',
    hint: 'Look at the timeout of the caller, and answer faster: nobody knows how long Roistat waits.',
  },
  'forward-loop': {
    severity: 'error',
    means: 'This server passed the request on, and it came back here, so it would go round without an end.',
    hint: 'Give --forward the address of the handler itself, not one that leads back here.',
  },
  'action-missing': {
    severity: 'error',
    means: 'Roistat says action=lead or action=message with each call.',
    hint: 'Add the parameter action; a browser or a port scanner has none.',
  },
  'action-unknown': {
    severity: 'error',
    means: 'This action is not part of the protocol.',
    hint: 'Use action=lead or action=message; the names are spelled in lower case.',
  },
  'token-missing': {
    severity: 'error',
    means: 'A handler with login and password refuses calls without a token.',
    hint: 'Set login and password in the settings of the integration, or send --user and --password.',
  },
  'token-mismatch': {
    severity: 'error',
    means: 'The token does not belong to this login and password, so the call is refused.',
    hint: 'token = md5(login + password), lower-case hex, nothing between the two; "roistat-hook token" computes it.',
  },
  'user-mismatch': {
    severity: 'warning',
    means: 'The token is right, but the parameter user is not the configured login.',
    hint: 'Compare the login in the settings with --user: joined with the password the two can give the same text.',
  },
  'id-missing': {
    severity: 'warning',
    means: 'Without the id of the lead a repeated call cannot be recognised.',
    hint: 'Send id; some variants leave it out, so a handler should live without it.',
  },
  'lead-id-missing': {
    severity: 'warning',
    means: 'Without leadId nobody knows which order the message belongs to.',
    hint: 'Send leadId: the order_id that the CRM answered to the lead.',
  },
  'created-date-format': {
    severity: 'warning',
    means: 'created_date is UTC in the form YYYY-MM-DD HH:MM:SS.',
    hint: 'Write it like 2015-06-28 09:12:54.',
  },
  'data-not-json': {
    severity: 'warning',
    means: 'data should be a JSON object in a string, or empty.',
    hint: 'Encode it once with json_encode; a handler should take an unreadable data as no data.',
  },
  'data-not-object': {
    severity: 'warning',
    means: 'data is JSON, but not an object with named fields such as page.',
    hint: 'Send an object: {"page":"http://site.ru/"}.',
  },
  'phone-plus-lost': {
    severity: 'warning',
    means: 'The phone begins with a blank: its + was sent unencoded, and + means a blank in a query.',
    hint: 'Encode the value before it goes into the address: + is %2B.',
  },
  'windows-1251': {
    severity: 'warning',
    means: 'The value is Windows-1251, and the protocol is UTF-8; it was decoded as Windows-1251.',
    hint: 'Convert the text to UTF-8 before it is encoded into the address.',
  },
  'invalid-utf8': {
    severity: 'warning',
    means: 'The bytes of the value are not UTF-8; what could not be read stands as U+FFFD.',
    hint: 'Look whether the text was cut in the middle of a letter, or encoded twice.',
  },
  'broken-percent': {
    severity: 'warning',
    means: 'A % that is not followed by two hex digits was taken literally, as PHP does.',
    hint: 'Encode the value before it goes into the address: % is %25.',
  },
  'duplicate-parameter': {
    severity: 'warning',
    means: 'The parameter comes more than once; the last value counts, as in PHP.',
    hint: 'Send each parameter once.',
  },
  'array-parameter': {
    severity: 'info',
    means: 'PHP turns a name with brackets into an array; here it stays a flat name.',
    hint: 'Send flat names.',
  },
} as const satisfies Record<string, CatalogueEntry>;
