// A server that keeps a ledger of what it delivers, and lets one of its replies go wrong.
import { type MemoryPeer, memorySocket } from '../../src/adapters/memory/memory-socket.ts'
import type { Socket } from '../../src/index.ts'
import { utf8 } from './chunks.ts'

/** A way for one reply to go wrong; whatever the client hears, the server has done what the command asks, unless it says no. */
export type Fault = '450' | '550' | '421' | '214' | 'garbage' | 'silence' | 'close' | 'reset'

/** A message that was delivered. */
export interface Delivered {
  readonly from: string
  readonly to: readonly string[]
  readonly body: string
}

/** Settings of {@link ledgerServer}. */
export interface LedgerOptions {
  readonly offers: readonly string[]
  readonly fault?: Fault
  /** The reply that goes wrong, from the first to MAIL on, which is 0. */
  readonly at?: number
}

/** A {@link ledgerServer} at work. */
export interface LedgerServer {
  readonly socket: Socket
  /** What it has delivered, also where nobody was told. */
  readonly ledger: readonly Delivered[]
  /** The commands that were answered, from the first MAIL on. */
  readonly answered: readonly string[]
}

export function ledgerServer(options: LedgerOptions): LedgerServer {
  const { socket, peer } = memorySocket()
  const server = new Ledger(peer, options)
  peer.received$.subscribe((bytes) => server.hear(new TextDecoder('latin1').decode(bytes)))
  peer.send(utf8('220 mx.example\r\n'))
  return { socket, ledger: server.ledger, answered: server.answered }
}

class Ledger {
  readonly ledger: Delivered[] = []
  readonly answered: string[] = []
  readonly #peer: MemoryPeer
  readonly #options: LedgerOptions
  #input = ''
  #body: string | undefined
  #chunks = ''
  #from: string | undefined
  #to: string[] = []
  /** Whether the client still hears what is said, and whether anything is still done. */
  #heard = true
  #working = true

  constructor(peer: MemoryPeer, options: LedgerOptions) {
    this.#peer = peer
    this.#options = options
  }

  hear(text: string): void {
    this.#input += text
    while (this.#working && this.#step());
  }

  /** Takes one command, or the body behind it, out of the input. */
  #step(): boolean {
    if (this.#body !== undefined) return this.#readBody()
    const [, line, verb = '', size, last] = /^((\w+)(?: (\d+))?( LAST)?.*)\r\n/.exec(this.#input) ?? []
    if (line === undefined) return false
    const from = line.length + 2
    if (verb === 'BDAT') {
      if (this.#input.length < from + Number(size)) return false
      const chunk = this.#input.slice(from, from + Number(size))
      this.#input = this.#input.slice(from + Number(size))
      this.#takeChunk(chunk, last !== undefined)
    } else {
      this.#input = this.#input.slice(from)
      this.#take(verb, line)
    }
    return true
  }

  #take(verb: string, line: string): void {
    if (verb === 'EHLO') {
      const lines = ['mx.example', ...this.#options.offers]
      this.#send(lines.map((text, index) => `250${index < lines.length - 1 ? '-' : ' '}${text}\r\n`).join(''))
    } else if (verb === 'QUIT') this.#send('221 bye\r\n')
    else if (verb === 'RSET') this.#answer('RSET', '250 reset', () => this.#clear())
    else if (verb === 'NOOP') this.#answer('NOOP', '250 ok')
    else if (verb === 'MAIL') {
      if (this.#from !== undefined) this.#answer('MAIL', '503 nested')
      else
        this.#answer('MAIL', '250 ok', () => {
          this.#from = line.slice(11, -1)
        })
    } else if (verb === 'RCPT') {
      if (this.#from === undefined) this.#answer('RCPT', '503 no sender')
      else this.#answer('RCPT', '250 ok', () => this.#to.push(line.slice(9, -1)))
    } else if (this.#to.length === 0) this.#answer('DATA', '503 nobody')
    else
      this.#answer('DATA', '354 go', () => {
        this.#body = ''
      })
  }

  #readBody(): boolean {
    const end = this.#input.startsWith('.\r\n') ? 0 : this.#input.indexOf('\r\n.\r\n') + 2
    if (end === 1) return false
    const body = this.#input.slice(0, end).replace(/^\./gm, '')
    this.#input = this.#input.slice(end + 3)
    this.#body = undefined
    this.#answer('.', '250 ok', () => this.#deliver(body))
    this.#clear()
    return true
  }

  #takeChunk(chunk: string, last: boolean): void {
    if (this.#to.length === 0) this.#answer('BDAT', '503 nobody')
    else {
      this.#chunks += chunk
      const body = this.#chunks
      this.#answer(last ? 'LAST' : 'BDAT', '250 ok', last ? () => this.#deliver(body) : undefined)
      if (last) this.#clear()
    }
  }

  #deliver(body: string): void {
    this.ledger.push({ from: this.#from ?? '', to: [...this.#to], body })
  }

  #clear(): void {
    this.#from = undefined
    this.#to = []
    this.#chunks = ''
  }

  /** Does what a command asks and says so, unless it is the turn of the fault. */
  #answer(name: string, reply: string, act: () => void = () => {}): void {
    const { fault } = this.#options
    const isDue = fault !== undefined && this.answered.length === this.#options.at
    this.answered.push(name)
    const refuses = isDue && (fault === '450' || fault === '550' || fault === '421')
    if (!refuses && reply < '400') act()
    if (!isDue) this.#send(`${reply}\r\n`)
    else if (fault === 'garbage') this.#send('what?\r\n')
    else if (fault === 'close' || fault === 'reset') this.#peer.end(fault === 'reset' ? new Error('reset') : undefined)
    else if (fault !== 'silence') this.#send(`${fault} so\r\n`)
    if (isDue && fault === '421') this.#working = false
    if (isDue && (fault === 'silence' || fault === 'close' || fault === 'reset')) this.#heard = false
  }

  #send(text: string): void {
    if (this.#heard) this.#peer.send(utf8(text))
  }
}
