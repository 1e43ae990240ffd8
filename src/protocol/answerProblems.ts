import { type CatalogueEntry } from './catalogueEntry.ts';

/** What can be wrong with the answer of a handler. */
export const answerProblems = {
  redirect: {
    severity: 'error',
    means:
      'The address answers with a redirect; the protocol asks for 200 and JSON, and a redirect is not followed here.',
    hint: 'Give Roistat the final address; a redirect to a login page means that the handler sits behind authorization.',
  },
  'http-unauthorized': {
    severity: 'error',
    means: 'The handler refuses the caller, most often for its token, so nothing was taken.',
    hint: 'The token is md5(login + password): give --user and --password, and compare with "roistat-hook token LOGIN --verify TOKEN" what the handler expects.',
  },
  'http-not-found': {
    severity: 'error',
    means: 'There is no handler at this address, so nothing was taken.',
    hint: 'Compare the path with the one that the web server knows; letter case and the ending .php count.',
  },
  'http-method-not-allowed': {
    severity: 'error',
    means: 'The handler does not take GET, and Roistat calls with GET.',
    hint: 'Let the handler read its parameters from the query of a GET request ($_GET in PHP).',
  },
  'http-too-long': {
    severity: 'error',
    means: 'A server before the handler refuses the length of the request line, so long leads are lost.',
    hint: 'Raise the limit: large_client_header_buffers in nginx, LimitRequestLine in Apache.',
  },
  'http-server-error': {
    severity: 'error',
    means: 'The handler failed, so nothing was taken.',
    hint: 'Look into the error log of the handler at this time; in PHP it is the file that error_log names.',
  },
  'http-status': {
    severity: 'error',
    means: 'The protocol asks for HTTP 200; with another status the call does not count as taken.',
    hint: 'Answer 200 once the call is taken; the answer of the handler tells why it did not.',
  },
  'http-status-not-200': {
    severity: 'warning',
    means: 'The protocol asks for HTTP 200; whether Roistat takes other statuses of success is not known.',
    hint: 'Answer 200.',
  },
  'body-empty': {
    severity: 'error',
    means: 'There is no order id in the answer, so Roistat cannot tie the lead to an order.',
    hint: 'Print {"status":"ok","order_id":"…"}; in PHP an empty 200 often comes from json_encode() of text that is not UTF-8, or from a branch that prints nothing.',
  },
  'body-not-json': {
    severity: 'error',
    means: 'The answer cannot be read as JSON, so nobody knows whether the call was taken.',
    hint: 'Answer with json_encode([...]) and nothing else, then exit; report failures as JSON, too: {"status":"error","message":"…"}.',
  },
  'body-not-object': {
    severity: 'error',
    means: 'The answer is JSON, but not an object with status and order_id.',
    hint: 'Answer {"status":"ok","order_id":"…"}.',
  },
  'body-bom': {
    severity: 'error',
    means: 'A byte order mark stands before the JSON, and strict parsers refuse the whole answer.',
    hint: 'Save the PHP files as "UTF-8 without BOM"; included files count too.',
  },
  'body-php-message': {
    severity: 'error',
    means: 'PHP printed a message into the answer, so the body is not JSON.',
    hint: 'Mend what PHP complains about, and set display_errors=0 and log_errors=1 on the server.',
  },
  'body-html': {
    severity: 'error',
    means: 'HTML stands beside the JSON, so the body is no longer JSON.',
    hint: 'Answer before any template or framework layout is printed, and exit after the JSON.',
  },
  'body-extra-text': {
    severity: 'error',
    means: 'Other text stands beside the JSON, so the body is no longer JSON.',
    hint: 'Remove debugging output (echo, print_r, var_dump) and exit after the JSON.',
  },
  'body-not-utf8': {
    severity: 'error',
    means: 'JSON has to be UTF-8; parsers refuse the whole answer when its bytes are not.',
    hint: 'Convert strings before encoding: iconv("Windows-1251", "UTF-8", $text).',
  },
  'body-too-large': {
    severity: 'error',
    means: 'The answer is far larger than an order id needs, and was not read to its end.',
    hint: 'Answer with the JSON alone: {"status":"ok","order_id":"…"}.',
  },
  'status-missing': {
    severity: 'error',
    means: 'Without status "ok" the call does not count as taken.',
    hint: 'Add "status":"ok" to the answer.',
  },
  'status-not-ok': {
    severity: 'error',
    means: 'Only the exact value "ok" says that the call was taken.',
    hint: 'If it was taken answer "status":"ok" in lower case; if not, look why the handler refused.',
  },
  'order-id-missing': {
    severity: 'error',
    means: 'Roistat cannot tie the lead to an order, and the order will be missing in marketing reports.',
    hint: 'Add "order_id" with the id of the order that the CRM created; the name is spelled with an underscore.',
  },
  'order-id-null': {
    severity: 'error',
    means: 'order_id is null, so Roistat cannot tie the lead to an order.',
    hint: 'Check that the order was saved before its id is read; in PHP an undefined $orderId becomes null.',
  },
  'order-id-empty': {
    severity: 'error',
    means: 'order_id is empty, so Roistat cannot tie the lead to an order.',
    hint: 'Check that the order was saved before its id is read.',
  },
  'order-id-type': {
    severity: 'error',
    means: 'order_id has to be a string or a whole number; true, a list or an object names no order.',
    hint: 'Answer with the id itself, not with the result of the insert or the whole order.',
  },
  'order-id-zero': {
    severity: 'warning',
    means: 'order_id is 0, which is rarely the id of an order.',
    hint: 'In PHP, lastInsertId() gives "0" when nothing was inserted: check that the insert succeeded.',
  },
  'order-id-imprecise': {
    severity: 'warning',
    means: 'The number is too large to be exact in every JSON parser, so the id may arrive changed.',
    hint: 'Answer with the id as a string.',
  },
  'order-id-shared': {
    severity: 'error',
    means: 'Different leads got one order, so the revenue of many clients is booked on one lead.',
    hint: 'Answer the id of the order just created; "roistat-hook check URL --only answer-own-order" shows the requests that go wrong.',
  },
  'message-empty-body': {
    severity: 'info',
    means:
      'The answer to a message is not laid down, and some handlers answer with nothing; this one counts as accepted.',
    hint: 'Answering {"status":"ok"} makes success visible.',
  },
  'content-type': {
    severity: 'info',
    means: 'The body is JSON, but the Content-Type says otherwise.',
    hint: "Send header('Content-Type: application/json; charset=utf-8') before the body.",
  },
  'answer-slow': {
    severity: 'warning',
    means: "Roistat's timeout is not published; an answer this slow may come too late.",
    hint: 'Answer as soon as the order has an id, and do slow work (mail, other services) afterwards.',
  },
} as const satisfies Record<string, CatalogueEntry>;
