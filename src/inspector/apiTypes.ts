import { type JournalRecord } from '../journal/record.ts';
import { type Verdict } from '../journal/verdict.ts';
import { type Severity } from '../protocol/catalogueEntry.ts';

/** What the page and its server say to each other, as JSON. All texts of records are untrusted. */

/** A record on one line of the list. */
export interface Row {
  /** `run:seq`, the one name of a record. */
  readonly id: string;
  readonly seq: number;
  /** When it came in, milliseconds since 1970. */
  readonly at: number;
  readonly verdict: Verdict;
  readonly action: string | null;
  /** Id of the lead, the deal or the call that it is about. */
  readonly subject: string | null;
  /** Title; of a request without action, its method and path. At most 120 characters. */
  readonly title: string;
  readonly phone: string;
  /** HTTP status that was answered; null without an answer. */
  readonly status: number | null;
  readonly orderId: string | null;
}

export interface RowList {
  /** Newest first; those that were asked for. */
  readonly rows: readonly Row[];
  /** How many match, of each verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Id of the newest record that the server has, matching or not; events go on after it. */
  readonly cursor: string | null;
  /** Records that the server has, matching or not. */
  readonly held: number;
  /** Whether older ones stand in the journal alone. */
  readonly dropped: boolean;
  /** Why the journal was not read to its end, in one sentence. Only when it was not. */
  readonly historyError?: string;
}

/** A problem with its texts of the catalogue; they are empty for a code of another version. */
export interface ShownProblem {
  readonly code: string;
  readonly severity: Severity;
  readonly path: string;
  readonly detail: string;
  readonly means: string;
  readonly hint: string;
}

/** Everything about one record. */
export interface RecordView {
  readonly row: Row;
  /** As it stands in the journal; without personal data when `masked`. */
  readonly record: JournalRecord;
  readonly masked: boolean;
  /** What the parameters of its action mean, in English, by name. */
  readonly meanings: Readonly<Record<string, string>>;
  readonly problems: readonly ShownProblem[];
  readonly forwardProblems: readonly ShownProblem[];
  /** Body of the answer as text. */
  readonly answerText: string | null;
  /** Body of what the handler answered, where that was not relayed. */
  readonly forwardAnswerText: string | null;
  /** Shell commands that send the same again; null where there is none, or while it is masked. */
  readonly curl: string | null;
  readonly send: string | null;
  /** How a replay is signed: with the recorded token, with the credentials of serve, or with those of nobody. */
  readonly signature: 'recorded' | 'credentials' | 'empty';
}

export interface Session {
  readonly version: string;
  /** Changes with each start of the server. */
  readonly instance: string;
  /** Address of the webhook. */
  readonly webhook: string;
  readonly logDir: string;
  /** Whether personal data is masked until it is asked for. */
  readonly redact: boolean;
  /** Goes into the header X-CSRF-Token of a replay. */
  readonly csrf: string;
  /** Commands that send a first lead here. */
  readonly firstLead: readonly string[];
}

export interface ReplayRequest {
  readonly id: string;
  /** Address of the handler. */
  readonly url: string;
}

export interface ReplayResult {
  readonly verdict: string;
  readonly status: number | null;
  readonly orderId: string | null;
  readonly body: string | null;
  readonly durationMs: number | null;
  readonly problems: readonly ShownProblem[];
  /** Whether status and body differ from what was recorded, as `replay --diff` sees it; null without two answers. */
  readonly differs: { readonly status: boolean; readonly body: boolean } | null;
}

/** Why a replay was not sent. */
export interface ReplayError {
  readonly error: 'url' | 'record' | 'unsendable' | 'busy' | 'refused' | 'failed';
  readonly detail: string;
}
