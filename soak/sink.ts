/** A server that answers as addresses ask it to, and keeps a ledger of what it takes. */
import { createServer, type Server, type Socket } from 'node:net'
import { codeIn, labelOf } from './message.ts'

/** What a sink has taken. */
export class Ledger {
  /** How often each message was taken, by number. */
  readonly taken: Uint8Array
  /** Messages that were taken and were not whole. */
  broken = 0

  constructor(messages: number) {
    this.taken = new Uint8Array(messages)
  }

  /** Takes a message: from here on it is the sink's, whether its sender hears of it or not. */
  take(text: string): void {
    const label = labelOf(text)
    if (label === undefined || !label.intact) this.broken++
    else this.taken[label.id] = (this.taken[label.id] ?? 0) + 1
  }
}

/** Makes a sink; a client that names itself `plain.example` is not offered CHUNKING. */
export function sinkOver(ledger: Ledger): Server {
  return createServer({ noDelay: true }, (socket) => {
    const conversation = new Conversation(ledger, socket)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => conversation.hear(text))
    // A connection that breaks is what this is about.
    socket.on('error', () => socket.destroy())
    socket.write('220 sink.example ESMTP\r\n')
  })
}

class Conversation {
  readonly #ledger: Ledger
  readonly #socket: Socket
  #text = ''
  #sender: string | undefined
  #recipients = 0
  /** Where in the text the end of a message may be; undefined between messages. */
  #lookFrom: number | undefined
  /** The octets of the chunk that is due, and whether it is the last. */
  #chunk: { readonly octets: number; readonly last: boolean } | undefined
  #message = ''
  #answers = ''

  constructor(ledger: Ledger, socket: Socket) {
    this.#ledger = ledger
    this.#socket = socket
  }

  hear(text: string): void {
    this.#text += text
    while (this.#step());
    if (this.#answers !== '') this.#socket.write(this.#answers)
    this.#answers = ''
  }

  /** Does one thing, if all that it needs is there. */
  #step(): boolean {
    if (this.#socket.writableEnded) return false
    if (this.#chunk !== undefined) return this.#takeChunk(this.#chunk)
    if (this.#lookFrom !== undefined) return this.#takeData(this.#lookFrom)
    const end = this.#text.indexOf('\r\n')
    if (end < 0) return false
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 2)
    this.#obey(line)
    return true
  }

  #obey(line: string): void {
    switch (line.slice(0, 4)) {
      case 'EHLO':
        return this.#say(`250-sink.example\r\n${line.includes('plain') ? '' : '250-CHUNKING\r\n'}250 PIPELINING`)
      case 'MAIL':
        if (this.#sender !== undefined) return this.#say('503 nested')
        return this.#mail(line)
      case 'RCPT':
        return this.#rcpt(line)
      case 'DATA':
        if (this.#recipients === 0) return this.#say('503 nobody')
        // A message may be empty: then its end is the line of the command's.
        this.#lookFrom = 0
        return this.#say('354 go')
      case 'BDAT': {
        const [, octets, last] = /^BDAT (\d+)( LAST)?$/.exec(line) ?? []
        this.#chunk = { octets: Number(octets), last: last !== undefined }
        return
      }
      case 'RSET':
        this.#clear()
        return this.#say('250 ok')
      case 'QUIT':
        this.#say('221 bye')
        return this.#hangUp()
      default:
        return this.#say('500 what')
    }
  }

  #mail(line: string): void {
    const code = codeIn(line, 'mail')
    if (code === undefined) this.#sender = line
    this.#say(code === undefined ? '250 ok' : `${code} no`)
  }

  #rcpt(line: string): void {
    if (this.#sender === undefined) return this.#say('503 no sender')
    const code = codeIn(line, 'rcpt')
    if (code === undefined) this.#recipients++
    this.#say(code === undefined ? '250 ok' : `${code} no`)
  }

  #takeChunk({ octets, last }: { readonly octets: number; readonly last: boolean }): boolean {
    if (this.#text.length < octets) return false
    this.#message += this.#text.slice(0, octets)
    this.#text = this.#text.slice(octets)
    this.#chunk = undefined
    if (this.#recipients === 0) {
      this.#message = ''
      this.#say('503 nobody')
    } else if (last) this.#decide(this.#message)
    else this.#say('250 go on')
    return true
  }

  #takeData(from: number): boolean {
    const end = this.#text.startsWith('.\r\n') ? -2 : this.#text.indexOf('\r\n.\r\n', from)
    if (end === -1) {
      this.#lookFrom = Math.max(0, this.#text.length - 4)
      return false
    }
    const text = this.#text.slice(0, end + 2).replaceAll('\r\n..', '\r\n.')
    this.#text = this.#text.slice(end + 5)
    this.#lookFrom = undefined
    this.#decide(text)
    return true
  }

  #decide(text: string): void {
    const code = codeIn(this.#sender ?? '', 'end')
    this.#clear()
    if (code === undefined) this.#ledger.take(text)
    this.#say(code === undefined ? '250 taken' : `${code} no`)
    if (code === 421) this.#hangUp()
  }

  #clear(): void {
    this.#sender = undefined
    this.#recipients = 0
    this.#message = ''
  }

  #say(answer: string): void {
    this.#answers += `${answer}\r\n`
  }

  #hangUp(): void {
    this.#socket.end(this.#answers)
    this.#answers = ''
    this.#text = ''
  }
}
