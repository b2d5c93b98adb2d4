import { styleText } from 'node:util'
import {
  type Capabilities,
  describeStatus,
  formatTranscript,
  printable,
  type Reply,
  type SendResult,
  type Session,
  type TranscriptEntry,
} from 'rxsmtp'
import type { Received } from './embedded-server.ts'

type Style = Parameters<typeof styleText>[0]

const severities: Readonly<Record<Reply['severity'], Style>> = {
  completion: 'green',
  intermediate: 'green',
  transient: 'yellow',
  permanent: 'red',
}

/** Prints to a terminal in colours, to anything else without; text of a server only through `printable`. */
export class Screen {
  readonly #stream: NodeJS.WriteStream
  readonly #colours: boolean

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    // hasColors() knows NO_COLOR and what the terminal can do.
    this.#colours = stream.isTTY && stream.hasColors()
    // A reader such as `head` may have seen enough.
    stream.on('error', () => {})
  }

  plain(text: string): void {
    this.#stream.write(text)
  }

  title(text: string): void {
    this.#line('')
    this.#line(text, 'bold')
  }

  /** Prints each step of a conversation when it is made. */
  transcript(): { next(entry: TranscriptEntry): void } {
    return {
      next: (entry) => {
        const style =
          entry.kind === 'reply' ? severities[entry.reply.severity] : entry.kind === 'command' ? 'cyan' : 'dim'
        for (const line of formatTranscript(entry).split('\n')) this.#line(`  ${printable(line)}`, style)
      },
    }
  }

  /** Prints every extension that the server offers and what its parameters mean. */
  capabilities(capabilities: Capabilities): void {
    const rows = [...capabilities.keywords].map(([keyword, params]) => [
      keyword,
      params.join(' '),
      understood(capabilities.get(keyword as Parameters<Capabilities['get']>[0])),
    ])
    this.#table(['keyword', 'parameters', 'understood as'], rows)
  }

  security(tls: Session['tls']): void {
    if (tls === undefined) return this.#line('  No TLS: all of it was readable on the way.', 'yellow')
    const verdict = tls.authorized ? 'certificate verified' : `certificate not verified: ${tls.authorizationError}`
    this.#line(`  ${tls.protocol}, ${tls.cipher}, ${printable(verdict)}`, tls.authorized ? 'green' : 'yellow')
  }

  result(result: SendResult | undefined): void {
    if (result === undefined) return
    const { accepted, rejected, reply, queueId = 'not told' } = result
    this.#line(`  accepted for  ${accepted.join(', ')}`, 'green')
    for (const { recipient, reply } of rejected) this.#reply(`refused for   ${recipient}: `, reply)
    this.#reply('last reply    ', reply)
    this.#line(`  queue id      ${printable(queueId)}`)
  }

  /** Prints a message as the server has it and compares it with what was sent. */
  received(received: Received | undefined, sent: string): void {
    if (received === undefined) return this.#line('  nothing', 'red')
    const text = new TextDecoder().decode(received.bytes)
    this.#line(
      `  from <${printable(received.from)}> to <${received.to.map((to) => printable(to)).join('>, <')}>`,
      'dim',
    )
    for (const line of text.trimEnd().split('\r\n')) this.#line(`  | ${printable(line)}`)
    const same = text === sent
    this.#line(
      `  ${received.bytes.length} octets, ${same ? 'the same' : 'NOT the same'} as sent`,
      same ? 'green' : 'red',
    )
  }

  failure([first = '', ...lines]: readonly string[]): void {
    this.#line(`Failed: ${first}`, 'red')
    for (const line of lines) this.#line(`  ${line}`)
  }

  /** Prints a reply with what it means. */
  #reply(before: string, reply: Reply): void {
    const { code, name, meaning, outlook, advice } = describeStatus(reply)
    this.#line(`  ${before}${reply.code} ${printable(reply.text)}`, severities[reply.severity])
    this.#line(`                ${code} ${name}: ${meaning} ${outlook} ${advice}`, 'dim')
  }

  #table(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    const cells = [heading, ...rows].map((row) => row.map((cell) => printable(cell, 60)))
    const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
    for (const [index, row] of cells.entries()) {
      const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
      this.#line(`  ${line.trimEnd()}`, index === 0 ? 'dim' : undefined)
    }
  }

  #line(text: string, style?: Style): void {
    const styled = this.#colours && style !== undefined && text !== ''
    this.#stream.write(`${styled ? styleText(style, text, { validateStream: false }) : text}\n`)
  }
}

/** Writes the typed value of an extension in words. */
function understood(value: ReturnType<Capabilities['get']>): string {
  if (value === undefined) return '(not known here)'
  if (value === true) return 'offered'
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => `${name} ${Array.isArray(part) ? part.join(', ') : part}`)
  return parts.join('; ') || 'offered'
}
