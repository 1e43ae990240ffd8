import { type RecordedBody, type TokenVerdict } from '../journal/record.ts';
import { diagnoseToken } from '../protocol/diagnoseToken.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { type ParsedTarget, parseTarget } from '../protocol/parseTarget.ts';
import { type Problem, problem } from '../protocol/problems.ts';
import { type Credentials, verifyToken } from '../protocol/token.ts';
import { hasPassed } from '../protocol/via.ts';
import { crmAnswer } from './crmAnswer.ts';

/** Longest request target that is answered, in bytes. */
export const targetLimitBytes = 64 * 1024;

export interface IncomingRequest {
  readonly method: string;
  /** Raw request target, one byte a character. */
  readonly target: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: RecordedBody | null;
}

export interface AnswerRules {
  /** Login and password that calls must be signed with; undefined leaves tokens unchecked. */
  readonly credentials: Credentials | undefined;
  /** Refuse what is odd but usable, too. */
  readonly strict: boolean;
  /** The name in the header Via by which a request is known that was passed on from here; undefined when none is. */
  readonly via?: string | undefined;
}

export interface Decision extends ParsedTarget {
  readonly token: TokenVerdict;
  readonly tokenDiagnosis: string | null;
  readonly status: number;
  /** Body of the answer, JSON. */
  readonly body: string;
  readonly orderId: string | null;
}

interface TokenFinding {
  readonly token: TokenVerdict;
  readonly tokenDiagnosis: string | null;
  readonly problems: readonly Problem[];
}

function checkToken(parameters: Readonly<Record<string, string>>, credentials: Credentials | undefined): TokenFinding {
  const token = parameters['token'];
  if (!credentials) return { token: 'unchecked', tokenDiagnosis: null, problems: [] };
  if (!token) {
    const detail = token === '' ? 'token is empty' : 'there is no token';
    return { token: 'missing', tokenDiagnosis: null, problems: [problem('token-missing', 'query.token', detail)] };
  }
  if (verifyToken(token, credentials)) {
    const { user = '' } = parameters;
    const isOther = user !== credentials.user;
    const detail = `user is "${excerpt(user, 40)}", configured is "${excerpt(credentials.user, 40)}"`;
    const problems = isOther ? [problem('user-mismatch', 'query.user', detail)] : [];
    return { token: 'match', tokenDiagnosis: null, problems };
  }
  const diagnosis = diagnoseToken(token, credentials) ?? null;
  const problems = [problem('token-mismatch', 'query.token', diagnosis ?? 'the token is another one')];
  return { token: 'mismatch', tokenDiagnosis: diagnosis, problems };
}

/** What is wrong with the request as such, whatever its parameters say. */
function transportProblems({ method, target, headers, body }: IncomingRequest, via: string | undefined): Problem[] {
  const problems: Problem[] = [];
  if (via !== undefined && hasPassed(headers, via)) {
    problems.push(problem('forward-loop', 'headers.via', 'the header Via names this server'));
  }
  if (method !== 'GET') problems.push(problem('method-not-get', 'method', `the method is ${method}`));
  if (target.length > targetLimitBytes) {
    problems.push(problem('target-too-long', 'target', `the request target has ${target.length} bytes`));
  }
  if (body?.truncated) problems.push(problem('body-too-long', 'body', `the body has ${body.bytes} bytes or more`));
  return problems;
}

interface Refusal {
  readonly status: number;
  /** For the caller: says what is wrong, never why a token is. */
  readonly message: string;
}

function refuse(
  problems: readonly Problem[],
  parsed: ParsedTarget,
  request: IncomingRequest,
  strict: boolean,
): Refusal | undefined {
  const codes = new Set(problems.map(({ code }) => code));
  if (codes.has('forward-loop')) return { status: 508, message: 'the request was passed on from here before' };
  if (codes.has('target-too-long')) return { status: 431, message: 'the request target is longer than 64 KiB' };
  if (codes.has('body-too-long')) return { status: 413, message: 'the body is longer than 1 MiB' };
  if (codes.has('method-not-get')) return { status: 405, message: `${request.method} is not allowed: use GET` };
  if (codes.has('token-missing')) return { status: 401, message: 'token is missing' };
  if (codes.has('token-mismatch')) return { status: 401, message: 'token does not match' };
  if (codes.has('action-missing')) return { status: 400, message: 'action is missing: use lead or message' };
  if (parsed.knownAction === undefined) return { status: 400, message: 'action is unknown: use lead or message' };
  const odd = problems.filter(({ severity }) => severity !== 'info');
  if (strict && odd.length > 0) {
    return { status: 400, message: `refused by --strict: ${[...new Set(odd.map(({ code }) => code))].join(', ')}` };
  }
  return undefined;
}

function answerWith(
  refusal: Refusal | undefined,
  { knownAction, parameters }: ParsedTarget,
): Pick<Decision, 'status' | 'body' | 'orderId'> {
  if (refusal || knownAction === undefined) {
    const { status, message } = refusal ?? { status: 400, message: 'action is unknown' };
    return { status, body: errorBody(message), orderId: null };
  }
  const { json, orderId } = crmAnswer(knownAction, parameters);
  return { status: 200, body: JSON.stringify(json), orderId };
}

/** Reads a request and decides what a CRM answers to it. Pure, and never throws. */
export function decideAnswer(request: IncomingRequest, rules: AnswerRules): Decision {
  const parsed = parseTarget(request.target);
  const { token, tokenDiagnosis, problems: tokenProblems } = checkToken(parsed.parameters, rules.credentials);
  const transport = transportProblems(request, rules.via);
  // A POST is no lead with a missing token: one problem says it all.
  const problems = request.method === 'GET' ? [...transport, ...tokenProblems, ...parsed.problems] : transport;
  const refusal = refuse(problems, parsed, request, rules.strict);
  const { path, parameters, action, knownAction } = parsed;
  const { status, body, orderId } = answerWith(refusal, parsed);
  return { path, parameters, action, knownAction, problems, token, tokenDiagnosis, status, body, orderId };
}

/** The body of an answer that refuses. */
export function errorBody(message: string): string {
  return JSON.stringify({ status: 'error', message });
}
