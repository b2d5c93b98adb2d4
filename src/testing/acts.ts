import { parseScript } from './script.ts'
import { bytesOf } from './scripted-server.ts'

/** A connection as a hostile server sees it; what {@link Act}s are done with. */
export interface HostileLine {
  /** Everything that the client has written so far. */
  readonly received: string
  /** Whether the client has let go of the connection. */
  readonly released: boolean
  /** Sends octets, as they are; resolves when more may follow. */
  send(octets: Uint8Array): Promise<void>
  /** Resolves with the next line that the client writes, without its line end. */
  hear(): Promise<string>
  /** Resolves `ms` milliseconds later. */
  wait(ms: number): Promise<void>
  /** Resolves when the client has begun a TLS handshake and it is done; an error refuses it. */
  secure(error?: Error): Promise<void>
  /** Says no more, and closes: what the client writes is still heard. */
  close(): void
  /** Breaks the connection. */
  reset(): void
  /** Lets the client's writes wait, or lets them go on. */
  listen(listening: boolean): void
  /** Lets the client's writes fail, as behind a peer that has gone. */
  refuse(): void
}

/** Something that a hostile server does. It does the next when this one is done. */
export type Act = (line: HostileLine) => void | Promise<void>

/** Says lines, all in one piece; line ends are added. */
export function says(...lines: readonly string[]): Act {
  return sends(`${lines.join('\r\n')}\r\n`)
}

/** Sends text or octets as they are: `\xNN` is an octet, other characters are UTF-8. Cut into `pieces` where given. */
export function sends(octets: string | Uint8Array, pieces?: (octets: Uint8Array) => readonly Uint8Array[]): Act {
  const all = typeof octets === 'string' ? bytesOf(octets) : octets
  return async (line) => {
    for (const piece of pieces?.(all) ?? [all]) await line.send(piece)
  }
}

/** Sends text one octet at a time, every `ms` milliseconds. */
export function trickles(text: string, ms: number): Act {
  return async (line) => {
    for (const octet of bytesOf(text)) {
      await line.wait(ms)
      await line.send(Uint8Array.of(octet))
    }
  }
}

/** How often {@link repeats} does it, and how many milliseconds apart. */
export interface Repetition {
  readonly times?: number
  readonly ms?: number
}

/** Sends text again and again, `times` or until the client has had enough, `ms` milliseconds apart. */
export function repeats(text: string, { times = Number.POSITIVE_INFINITY, ms = 0 }: Repetition = {}): Act {
  const octets = bytesOf(text)
  return async (line) => {
    for (let said = 0; said < times; said++) {
      await line.send(octets)
      // Also without a pause the other side must have its turn.
      await line.wait(ms)
    }
  }
}

/** Waits for a line, which has to begin with `start`. */
export function hears(start = ''): Act {
  return async (line) => {
    const heard = await line.hear()
    if (!heard.startsWith(start)) throw new Error(`the client wrote ${JSON.stringify(heard)}, not ${start}`)
  }
}

/** Waits for the end of a message: a line with a dot. */
export function hearsMessage(): Act {
  return async (line) => {
    while ((await line.hear()) !== '.');
  }
}

/** Does nothing for some milliseconds. */
export function waits(ms: number): Act {
  return (line) => line.wait(ms)
}

/** Waits for the TLS handshake; an error refuses it. */
export function secures(error?: Error): Act {
  return (line) => line.secure(error)
}

/** Says no more, and closes its half of the connection. */
export function closes(): Act {
  return (line) => line.close()
}

/** Breaks the connection. */
export function resets(): Act {
  return (line) => line.reset()
}

/** Takes no more octets. */
export function stopsReading(): Act {
  return (line) => line.listen(false)
}

/** Takes octets again. */
export function readsOn(): Act {
  return (line) => line.listen(true)
}

/** Lets everything that the client writes fail, while what was said may still arrive. */
export function refusesOctets(): Act {
  return (line) => line.refuse()
}

/** Plays a conversation in the form of {@link parseScript}: the way to where the harm begins. */
export function plays(script: string): Act {
  const steps = parseScript(script)
  return async (line) => {
    for (const step of steps) {
      if (step.kind === 'say') await line.send(bytesOf(step.text))
      else if (step.kind === 'tls') await line.secure()
      else if (step.kind === 'end') step.broken ? line.reset() : line.close()
      else {
        const heard = await line.hear()
        if (heard !== step.line) throw new Error(`the client wrote ${JSON.stringify(heard)}, not ${step.line}`)
      }
    }
  }
}
