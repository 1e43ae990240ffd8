import { mask } from '../../protocol/mask.ts';
import { isSecretHeader, maskParameters, maskTarget, maskText } from '../../protocol/maskToken.ts';
import { secretSettings } from './settingNames.ts';

/** The text of a setting without its secrets: passwords, tokens, credential headers, logins in addresses. */
export function maskSetting(key: string, text: string): string {
  if (secretSettings.has(key)) return text === '' ? '' : mask;
  const [, name = '', separator = '', value = ''] = /^([^\s:=]+)([\s:=]+)([^]*)$/.exec(text) ?? [];
  if (/header$/i.test(key) && isSecretHeader(name)) return `${name}: ${mask}`;
  if (key === 'field' || key === 'data') {
    const masked = maskParameters({ [name]: value })[name];
    if (masked !== value) return `${name}${separator}${mask}`;
  }
  // The login, too: which of the two is the secret is not known.
  return maskText(maskTarget(text.replace(/\/\/[^\s/?#]*@/g, `//${mask}@`)), '');
}
