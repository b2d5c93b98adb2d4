/** Knows what each command of a client wants to hear: a server's half of RFC 5321 section 4.3.2, and no more. */
export class Obedience {
  readonly #offers: readonly string[]
  readonly #lmtp: boolean
  /** Recipients of the message to come: over LMTP each has a final reply. */
  #recipients = 0
  /** Commands that have no answer yet. */
  readonly #waiting: string[] = []
  #text = ''
  /** Whether lines belong to a message. */
  #inMessage = false
  /** Octets of a chunk that are still to come. */
  #missing = 0

  constructor(offers: readonly string[], lmtp = false) {
    this.#offers = offers
    this.#lmtp = lmtp
  }

  /** Takes what the client wrote, one character for each octet. */
  hear(text: string): void {
    this.#text += text
    for (;;) {
      const skipped = Math.min(this.#missing, this.#text.length)
      this.#missing -= skipped
      this.#text = this.#text.slice(skipped)
      const end = this.#text.indexOf('\r\n')
      if (this.#missing > 0 || end < 0) return
      const line = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 2)
      if (this.#inMessage && line !== '.') continue
      this.#inMessage = false
      this.#waiting.push(line)
      this.#missing = Number(/^BDAT (\d+)/.exec(line)?.[1] ?? 0)
    }
  }

  /** Returns the answer that the command which waits longest wants; nothing when none waits. */
  agree(): string {
    const line = this.#next(true)
    if (line === undefined) return ''
    const [verb = ''] = line.split(' ')
    if (verb === 'EHLO' || verb === 'LHLO') return this.#hello()
    if (verb !== 'DATA') return verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n'
    this.#inMessage = true
    return '354 go\r\n'
  }

  /** Answers the command that waits longest with any code, or nobody. */
  answer(code: number): string {
    const line = this.#next(code < 300)
    if (line === 'DATA' && code === 354) this.#inMessage = true
    return `${code} so\r\n`
  }

  /** Takes the command that waits longest, which is agreed to or not. */
  #next(agreed: boolean): string | undefined {
    const line = this.#waiting.shift()
    if (line?.startsWith('RCPT') && agreed) this.#recipients++
    if (line?.startsWith('MAIL') || line === 'RSET') this.#recipients = 0
    if (!this.#lmtp || !(line === '.' || line?.endsWith(' LAST'))) return line
    this.#waiting.unshift(...Array<string>(Math.max(0, this.#recipients - 1)).fill('another recipient'))
    return line
  }

  #hello(): string {
    const lines = ['mx.example', ...this.#offers]
    return lines.map((line, index) => `250${index < lines.length - 1 ? '-' : ' '}${line}\r\n`).join('')
  }
}
