// Everything that a value can be made to show, and every form in which a secret could stand in it.
import { inspect } from 'node:util'
import { serialize } from 'node:v8'

/** The forms of a secret, each by Node's own encoders and none by ours. */
export function encodingsOf(secret: string): Readonly<Record<string, string>> {
  const octets = Buffer.from(secret)
  const behind = (before: number): string => {
    const text = Buffer.concat([Buffer.alloc(before), octets])
      .toString('base64')
      .replace(/=+$/, '')
    // The first characters depend on what stands before, the last on what follows.
    return text.slice([0, 2, 3][before], (before + octets.length) % 3 === 0 ? undefined : -1)
  }
  const byDigits = (sign: string): string => Array.from(octets, (octet) => `${sign}${hexOf(octet)}`).join('')
  return {
    raw: secret,
    JSON: JSON.stringify(secret).slice(1, -1),
    base64: octets.toString('base64'),
    'base64, behind none': behind(0),
    'base64, behind one octet': behind(1),
    'base64, behind two octets': behind(2),
    'base64url, behind one octet': behind(1).replaceAll('+', '-').replaceAll('/', '_'),
    hexadecimal: octets.toString('hex'),
    'hexadecimal, upper case': octets.toString('hex').toUpperCase(),
    URL: encodeURIComponent(secret),
    'URL, every octet': byDigits('%'),
    form: new URLSearchParams([['', secret]]).toString().slice(1),
    xtext: secret.replace(/[^!-*,-<>-~]/gu, (character) =>
      Array.from(Buffer.from(character), (octet) => `+${hexOf(octet)}`).join(''),
    ),
    'quoted-printable': secret.replace(/[^!-<>-~]/gu, (character) =>
      Array.from(Buffer.from(character), (octet) => `=${hexOf(octet)}`).join(''),
    ),
    'quoted-printable, every octet': byDigits('='),
  }
}

function hexOf(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, '0')
}

/** Writes a value in every way that a log, a debugger or a crash report would. */
export function printed(value: unknown): string {
  const shown = [
    inspect(value, everything),
    inspect(value, { ...everything, customInspect: false }),
    inspect({ value }, everything),
    attempt(() => JSON.stringify(value)),
    attempt(() => `${value}`),
    attempt(() => `${value as number}${(value as number) + 0}`),
    attempt(() => JSON.stringify(structuredClone(value))),
    attempt(() => serialize(value).toString('latin1')),
  ]
  if (value instanceof Error) shown.push(value.message, String(value.stack), printed(value.cause))
  return shown.join('\n')
}

/** Not everything can be written in every way. */
function attempt(write: () => string | undefined): string {
  try {
    return write() ?? ''
  } catch {
    return ''
  }
}

const everything = {
  depth: Number.POSITIVE_INFINITY,
  showHidden: true,
  showProxy: true,
  maxArrayLength: null,
  maxStringLength: null,
} as const
