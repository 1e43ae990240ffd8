/**
 * So many rounds of a test of faults, as FAULTS_ROUNDS multiplies them: by default they end within a minute, all of them
 * together.
 */
export function rounds(usual: number): number {
  return Math.ceil(usual * Number(process.env['FAULTS_ROUNDS'] ?? 1));
}
