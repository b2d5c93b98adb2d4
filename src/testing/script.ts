import { requireText } from '../protocol/arguments.ts'
import { argumentError } from '../protocol/errors.ts'

/** One step of a scripted server. */
export type Step =
  /** Sends these lines, in one piece. */
  | { readonly kind: 'say'; readonly text: string }
  /** Waits for exactly this line. */
  | { readonly kind: 'hear'; readonly line: string }
  /** Waits for the client's TLS handshake. */
  | { readonly kind: 'tls' }
  /** Closes the connection, or breaks it. */
  | { readonly kind: 'end'; readonly broken: boolean }

/**
 * Reads a conversation as RFCs print them:
 *
 * - `S: ` a line that the server sends; consecutive ones leave in one piece;
 * - `C: ` a line that the client must send;
 * - `T:` the TLS handshake; `X:` the server closes; `X: reset` the connection breaks;
 * - `#` a comment. Escapes `\r`, `\n`, `\0`, `\t`, `\xNN` and `\\` stand for themselves; a `S: ` line that ends in
 *   `\` gets no line end.
 *
 * @throws SmtpError `invalid-argument` that tells the line.
 * @example
 * parseScript('S: 220 mx.example\nC: QUIT\nS: 221 Bye')
 */
export function parseScript(script: string): Step[] {
  requireText('script', script)
  const steps: Step[] = []
  for (const [index, raw] of script.split('\n').entries()) {
    const line = raw.replace(/^\s+/, '')
    if (line === '' || line.startsWith('#')) continue
    const step = stepOf(line, index + 1)
    const before = steps.at(-1)
    if (step.kind === 'say' && before?.kind === 'say')
      steps[steps.length - 1] = { ...step, text: before.text + step.text }
    else steps.push(step)
  }
  return steps
}

function stepOf(line: string, number: number): Step {
  const [, mark, rest = ''] = /^([SCTX]):(?: (.*))?$/.exec(line) ?? []
  switch (mark) {
    case 'S':
      return { kind: 'say', text: rest.endsWith('\\') ? unescaped(rest.slice(0, -1)) : `${unescaped(rest)}\r\n` }
    case 'C':
      return { kind: 'hear', line: unescaped(rest) }
    case 'T':
      return { kind: 'tls' }
    case 'X':
      return { kind: 'end', broken: rest === 'reset' }
    default:
      throw argumentError('script', `line ${number} begins with none of S:, C:, T:, X: and #`)
  }
}

const named: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' }

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|([rnt0\\]))/g, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (named[name] ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
