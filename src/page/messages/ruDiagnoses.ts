/** What stands in a digest where it should not, by its English name. */
const things: Readonly<Record<string, string>> = {
  'a colon': 'двоеточие',
  'a vertical bar': 'вертикальная черта',
  'a blank': 'пробел',
  'a hyphen': 'дефис',
  'an underscore': 'подчёркивание',
  'a dot': 'точка',
  'a comma': 'запятая',
  'a semicolon': 'точка с запятой',
  'a slash': 'косая черта',
  'an at sign': 'знак @',
  'a plus': 'плюс',
  'an ampersand': 'амперсанд',
  'a hash': 'решётка',
  'two colons': 'два двоеточия',
  'a newline': 'перевод строки',
  'a tab': 'табуляция',
  'a carriage return and a newline': 'возврат каретки и перевод строки',
  'a carriage return': 'возврат каретки',
};

const trim = 'обрежьте пробелы и переводы строк у того, что читаете из файла или формы.';

/** Sentences of the token's diagnosis, and what they are in Russian; `$1` is the name of a thing, or a number. */
const sentences: ReadonlyArray<readonly [RegExp, string]> = [
  [/^It is md5\(""\): .*/, 'Это md5(""): у отправителя не заданы ни логин, ни пароль.'],
  [/^It is md5\(password \+ user\): .*/, 'Это md5(password + user): порядок обратный.'],
  [/^It is md5\(password\): .*/, 'Это md5(password): в нём нет логина.'],
  [/^It is md5\(user\): .*/, 'Это md5(user): в нём нет пароля.'],
  [/^It is made with (.+) between user and password: .*/, 'Между логином и паролем $1: соединяйте их без ничего.'],
  [
    /^It is made with (.+) between password and user: .*/,
    'Между паролем и логином $1: сначала логин, и между ними ничего.',
  ],
  [/^It is made with (.+) after the login and at the end: .*/, `После логина и в конце $1: ${trim}`],
  [/^It is made with (.+) at the end: .*/, `В конце $1: ${trim}`],
  [/^It is made with (.+) after the login: .*/, `После логина $1: ${trim}`],
  [/^It is made with (.+) in front: .*/, `В начале $1: ${trim}`],
  [/^It is md5\(password\) with (.+) at the end, .*/, 'Это md5(password), в конце которого $1, и логина в нём нет.'],
  [
    /^It is made of trimmed values: .*/,
    'Он сделан из обрезанных значений: здесь логин или пароль начинается или кончается пробелом.',
  ],
  [
    /^It is made of Windows-1251 bytes: .*/,
    'Он сделан из байтов Windows-1251: сначала переведите логин и пароль в UTF-8.',
  ],
  [/^It is md5 of the md5: .*/, 'Это md5 от md5: хешируйте один раз.'],
  [/^It is md5\(user \+ md5\(password\)\): .*/, 'Это md5(user + md5(password)): пароль берётся как есть.'],
  [
    /^It is md5\(md5\(user\) \+ md5\(password\)\): .*/,
    'Это md5(md5(user) + md5(password)): логин и пароль берутся как есть.',
  ],
  [
    /^It is md5\(md5\(password\)\), .*/,
    'Это md5(md5(password)), и логина в нём нет: хешируйте один раз, user + password.',
  ],
  [/^It is made of lower-case letters: .*/, 'Он сделан из строчных букв: логин и пароль берутся как есть.'],
  [/^It is made with a lower-case login: .*/, 'Он сделан с логином из строчных букв: логин берётся как написан.'],
  [/^The token is empty\.$/, 'Токен пустой.'],
  [/^The right token, but with blanks .*/, 'Токен верный, но вокруг него пробелы или перевод строки.'],
  [/^The right digest, but in upper-case hex: .*/, 'Хеш верный, но прописными буквами: в токене они строчные.'],
  [/^(\d+) hex digits look like (SHA-\d+): .*/, '$1 шестнадцатеричных цифр похожи на $2: токен это MD5, 32 цифры.'],
  [
    /^Not an MD5 digest: it has (\d+) characters, .*/,
    'Это не хеш MD5: в нём $1 симв., а в токене 32 шестнадцатеричные цифры.',
  ],
  [
    /^No known mistake gives this token: .*/,
    'Ни одна из известных ошибок не даёт такого токена: сверьте логин и пароль с настройками в Roistat, буква за буквой.',
  ],
];

const alsoUpper = ' It is also in upper-case hex.';

/** A diagnosis in Russian; one that is not known here stays as it is. */
export function inRussian(diagnosis: string): string {
  if (diagnosis.endsWith(alsoUpper)) {
    return `${inRussian(diagnosis.slice(0, -alsoUpper.length))} К тому же он прописными буквами.`;
  }
  for (const [pattern, russian] of sentences) {
    const parts = pattern.exec(diagnosis);
    if (!parts) continue;
    return russian.replace(/\$(\d)/g, (_all, number: string) => {
      const part = parts[Number(number)] ?? '';
      return things[part] ?? part;
    });
  }
  return diagnosis;
}
