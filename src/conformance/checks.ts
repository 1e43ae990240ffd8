import { type Check } from './check.ts';
import { answerChecks } from './checks/answer.ts';
import { authChecks } from './checks/auth.ts';
import { contactChecks } from './checks/contact.ts';
import { idempotencyChecks } from './checks/idempotency.ts';
import { robustnessChecks } from './checks/robustness.ts';
import { textChecks } from './checks/text.ts';

/** The checks by group, in the order in which they run. */
export const checkGroups = {
  contact: contactChecks,
  answer: answerChecks,
  auth: authChecks,
  robustness: robustnessChecks,
  text: textChecks,
  idempotency: idempotencyChecks,
} as const satisfies Record<string, Record<string, Check>>;

/**
 * Every check by its id. Ids are permanent: CI scripts and reports refer to them. `docs/checks.md` is generated from
 * this record.
 */
export const checks = {
  ...contactChecks,
  ...answerChecks,
  ...authChecks,
  ...robustnessChecks,
  ...textChecks,
  ...idempotencyChecks,
} as const satisfies Record<string, Check>;

export type CheckId = keyof typeof checks;

export function isCheckId(id: string): id is CheckId {
  return Object.hasOwn(checks, id);
}
