/** Every reply of the sink but the greeting, of the length that real servers give them. */
export const replies = {
  mail: Buffer.from('250 2.1.0 Ok\r\n'),
  rcpt: Buffer.from('250 2.1.5 Ok\r\n'),
  data: Buffer.from('354 End data with <CR><LF>.<CR><LF>\r\n'),
  chunk: Buffer.from('250 2.0.0 Ok: chunk taken\r\n'),
  ok: Buffer.from('250 2.0.0 Ok\r\n'),
  verify: Buffer.from('252 2.0.0 Cannot tell\r\n'),
  startTls: Buffer.from('220 2.0.0 Ready to start TLS\r\n'),
  quit: Buffer.from('221 2.0.0 Bye\r\n'),
  syntax: Buffer.from('501 5.5.4 Syntax error\r\n'),
  sequence: Buffer.from('503 5.5.1 Bad sequence of commands\r\n'),
  unknown: Buffer.from('500 5.5.2 Command not recognized\r\n'),
}

const accepted = Buffer.from('250 2.0.0 Ok: queued as 4Wk2pL00000000\r\n')
const zero = 48
const nine = 57

/** Accepts a message under an id that no other had: what a client remembers of such a reply is of no use. It is written over. */
export function queued(): Buffer {
  let at = accepted.length - 3
  for (; accepted[at] === nine; at--) accepted[at] = zero
  accepted[at] = (accepted[at] ?? zero) + 1
  return accepted
}

/** Writes the reply to EHLO; without offers that to HELO. */
export function hello(offers: readonly string[]): Buffer {
  const lines = ['sink.example', ...offers]
  return Buffer.from(lines.map((line, index) => `250${index < lines.length - 1 ? '-' : ' '}${line}\r\n`).join(''))
}

/** Gathers the replies to one chunk. */
export class Replies {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  add(reply: Buffer | undefined): void {
    if (reply === undefined) return
    if (this.#length + reply.length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], 2 * (this.#bytes.length + reply.length))
    }
    this.#bytes.set(reply, this.#length)
    this.#length += reply.length
  }

  /** Returns a copy that may wait in a socket. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }
}
