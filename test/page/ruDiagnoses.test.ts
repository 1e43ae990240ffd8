import { expect, it } from 'vitest';
import { inRussian } from '../../src/page/messages/ruDiagnoses.ts';
import { diagnoseToken, knownMistakes } from '../../src/protocol/diagnoseToken.ts';
import { signToken } from '../../src/protocol/token.ts';

const credentials = { user: 'Demo-Иван ', password: 'Пароль42' };
const right = signToken(credentials);

/** Every sentence that a diagnosis can be. */
const diagnoses = [
  ...Array.from(knownMistakes(credentials), ({ sentence }) => sentence),
  ...[
    '',
    ` ${right}`,
    right.toUpperCase(),
    'a'.repeat(40),
    'a'.repeat(64),
    'a'.repeat(128),
    'hello',
    '0'.repeat(32),
  ].map((token) => diagnoseToken(token, credentials) ?? ''),
];

it('has each diagnosis in Russian, none said of two mistakes', () => {
  expect(diagnoses.length).toBeGreaterThan(60);
  const known = [...new Set(diagnoses)];
  const russian = known.map(inRussian);
  expect(new Set(russian).size).toBe(known.length);
  for (const sentence of russian) {
    // Names of digests, and of the values as the settings call them.
    const own = sentence.replaceAll(/md5|user|password|MD5|SHA-\d+|Windows|UTF|Roistat/g, '');
    expect(own).not.toMatch(/[a-z$]/i);
  }
});

it('says what a digest is in upper-case, too', () => {
  const { digest = '' } =
    Array.from(knownMistakes(credentials)).find(({ sentence }) => /reversed/.test(sentence)) ?? {};
  expect(inRussian(diagnoseToken(digest.toUpperCase(), credentials) ?? '')).toBe(
    'Это md5(password + user): порядок обратный. К тому же он прописными буквами.',
  );
});

it('leaves what it does not know as it is', () => {
  expect(inRussian('Something new.')).toBe('Something new.');
});
