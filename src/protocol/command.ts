/**
 * Commands and the replies they have. A line is put together from pieces that the grammar accepted one by one,
 * so no piece can end a command, begin another or add a parameter.
 */

import { accepts } from '../grammar/command.ts'
import { requireObject } from './arguments.ts'
import { argumentError, type SmtpPhase } from './errors.ts'
import { limits } from './limits.ts'
import { pathOf } from './path.ts'
import { printable } from './printable.ts'
import { xtextOf } from './xtext.ts'

/** ESMTP parameters by keyword: `true` stands for a keyword alone, `undefined` for none. */
export type EsmtpParams = Readonly<Record<string, string | number | true | undefined>>

/** One command of RFC 5321 section 4.1.1 or of an extension; addresses stand without brackets, `''` is `<>`. */
export type Command =
  | { readonly verb: 'EHLO' | 'HELO' | 'LHLO'; readonly domain: string }
  | { readonly verb: 'MAIL'; readonly from: string; readonly params?: EsmtpParams }
  | { readonly verb: 'RCPT'; readonly to: string; readonly params?: EsmtpParams }
  | { readonly verb: 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS' }
  | { readonly verb: 'NOOP' | 'HELP'; readonly argument?: string }
  | { readonly verb: 'VRFY' | 'EXPN'; readonly argument: string; readonly smtpUtf8?: boolean }
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly initialResponse?: string }
  | { readonly verb: 'BDAT'; readonly size: number; readonly last?: boolean }
  | { readonly verb: 'ETRN'; readonly node: string }
  | { readonly verb: 'BURL'; readonly url: string; readonly last?: boolean }
  | { readonly verb: 'XCLIENT' | 'XFORWARD'; readonly attributes: Readonly<Record<string, string>> }

/** The verb of a {@link Command}. */
export type Verb = Command['verb']

/**
 * Writes one command line without its line end.
 *
 * @throws SmtpError `invalid-argument` that names the piece which the grammar refuses.
 * @example
 * formatCommand({ verb: 'MAIL', from: 'ann@mx.example', params: { SIZE: 1024, SMTPUTF8: true } })
 * // 'MAIL FROM:<ann@mx.example> SIZE=1024 SMTPUTF8'
 * @see RFC 5321 section 4.1.1
 */
export function formatCommand(command: Command): string {
  if (!Object.hasOwn(phases, requireObject('command', command).verb)) {
    throw argumentError('verb', `not a command: ${printable(String(command.verb), 64)}`, { phase: 'command' })
  }
  const line = lineOf(command)
  const room = limits.commandLine - 2
  // A character takes at most three octets: short lines need not be encoded to be measured.
  if (3 * line.length > room && new TextEncoder().encode(line).length > room) {
    throw argumentError('command', `longer than ${limits.commandLine} octets`, { phase: phases[command.verb] })
  }
  return line
}

/** The phase that an error in each command belongs to. */
export const phases: Readonly<Record<Verb, SmtpPhase>> = {
  EHLO: 'hello',
  HELO: 'hello',
  LHLO: 'hello',
  STARTTLS: 'starttls',
  AUTH: 'auth',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  BDAT: 'body',
  RSET: 'reset',
  NOOP: 'noop',
  HELP: 'command',
  VRFY: 'verify',
  EXPN: 'verify',
  ETRN: 'command',
  BURL: 'body',
  XCLIENT: 'command',
  XFORWARD: 'command',
  QUIT: 'quit',
}

/** The positive reply codes of each command (RFC 5321 section 4.3.2 and extensions); any other is out of step. */
export const positiveReplies: Readonly<Record<Verb, readonly number[]>> = {
  EHLO: [250],
  HELO: [250],
  LHLO: [250],
  STARTTLS: [220],
  AUTH: [235, 334],
  MAIL: [250],
  RCPT: [250, 251, 252],
  DATA: [354],
  BDAT: [250],
  RSET: [250],
  NOOP: [250],
  HELP: [211, 214],
  VRFY: [250, 251, 252],
  EXPN: [250, 252],
  ETRN: [250, 251, 252, 253],
  BURL: [250],
  XCLIENT: [220],
  XFORWARD: [250],
  QUIT: [221],
}

function lineOf(command: Command): string {
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return `${command.verb} ${checked('EhloDomain', command.domain, 'domain', 'hello')}`
    case 'MAIL':
      return `MAIL FROM:${pathOf(command.from, 'from')}${paramsOf(command.params, 'mail')}`
    case 'RCPT':
      return `RCPT TO:${pathOf(command.to, 'to')}${paramsOf(command.params, 'rcpt')}`
    case 'NOOP':
    case 'HELP':
      return command.argument === undefined
        ? command.verb
        : `${command.verb} ${checked('String', command.argument, 'argument', phases[command.verb])}`
    case 'VRFY':
    case 'EXPN':
      return `${command.verb} ${checked('String', command.argument, 'argument', 'verify')}${command.smtpUtf8 ? ' SMTPUTF8' : ''}`
    case 'AUTH':
      return authLine(command)
    case 'BDAT':
      return bdatLine(command)
    case 'ETRN':
      return `ETRN ${checked('EtrnNode', command.node, 'node', 'command')}`
    case 'BURL':
      return `BURL ${checked('AbsoluteUri', command.url, 'url', 'body')}${command.last ? ' LAST' : ''}`
    case 'XCLIENT':
    case 'XFORWARD':
      return `${command.verb}${attributesOf(command.attributes)}`
    default:
      return command.verb
  }
}

function authLine({ mechanism, initialResponse }: Extract<Command, { verb: 'AUTH' }>): string {
  const line = `AUTH ${checked('SaslMech', mechanism, 'mechanism', 'auth')}`
  return initialResponse === undefined
    ? line
    : `${line} ${checked('InitialResponse', initialResponse, 'initialResponse', 'auth')}`
}

function bdatLine({ size, last }: Extract<Command, { verb: 'BDAT' }>): string {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw argumentError('size', `not a chunk size: ${size}`, { phase: 'body' })
  }
  return `BDAT ${size}${last ? ' LAST' : ''}`
}

function paramsOf(params: EsmtpParams | undefined, phase: SmtpPhase): string {
  if (params === undefined) return ''
  let text = ''
  for (const keyword of Object.keys(params)) {
    const value = params[keyword]
    if (value === undefined) continue
    text += ` ${checked('EsmtpKeyword', keyword, `params.${keyword}`, phase)}`
    // A count is made of digits.
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) text += `=${value}`
    else if (value !== true) text += `=${checked('EsmtpValue', String(value), `params.${keyword}`, phase)}`
  }
  return text
}

/** Writes the attributes of XCLIENT or XFORWARD, at least one. */
function attributesOf(attributes: Readonly<Record<string, string>>): string {
  let text = ''
  for (const [name, value] of Object.entries(attributes ?? {})) {
    const argument = `attributes.${name}`
    text += ` ${checked('AttributeName', name, argument, 'command')}=${xtextOf(value, argument, 'command')}`
  }
  if (text === '') throw argumentError('attributes', 'none given', { phase: 'command' })
  return text
}

type Piece =
  | 'EhloDomain'
  | 'String'
  | 'SaslMech'
  | 'InitialResponse'
  | 'EsmtpKeyword'
  | 'EsmtpValue'
  | 'EtrnNode'
  | 'AbsoluteUri'
  | 'AttributeName'

/** Returns `text` when the grammar accepts it as `rule`. */
function checked(rule: Piece, text: string, argument: string, phase: SmtpPhase): string {
  // From JavaScript anything may come.
  if (typeof text !== 'string' || !accepts(text, rule)) {
    throw argumentError(printable(argument, 64), `not a valid ${rule}: ${printable(String(text), 64)}`, { phase })
  }
  return text
}
