/** A server that speaks enough SMTP to log in to; what it says to AUTH is up to the test. */
import { type Client, formatTranscript, newClient } from '../../../src/index.ts'
import type { MemoryOptions } from '../../../src/testing/index.ts'
import { memorySocket } from '../../../src/testing/index.ts'
import type { ScramServer } from './scram-server.ts'

/** Answers one response of the client, decoded, with one line of reply. */
export type Steps = (response: string) => string

/** Makes the lines of reply out of the lines of the client; `begin` is told the mechanism. */
export function smtpPeer(offered: readonly string[], begin: (mechanism: string) => Steps): (line: string) => string {
  let steps: Steps | undefined
  const decided = (reply: string): string => {
    if (!reply.startsWith('334')) steps = undefined
    return reply
  }
  return (line) => {
    if (steps !== undefined) {
      if (line === '*') return decided('501 5.7.0 cancelled')
      return decided(steps(Buffer.from(line, 'base64').toString()))
    }
    const [, mechanism, initial] = /^AUTH (\S+)(?: (\S+))?$/.exec(line) ?? []
    if (mechanism !== undefined) {
      steps = begin(mechanism)
      return initial === undefined
        ? '334 '
        : decided(steps(Buffer.from(initial === '=' ? '' : initial, 'base64').toString()))
    }
    if (line.startsWith('EHLO'))
      return offered.length === 0 ? '250 mx.example' : `250-mx.example\r\n250 AUTH ${offered.join(' ')}`
    return line === 'QUIT' ? '221 bye' : '250 ok'
  }
}

/** Says what a SCRAM server says, each message in a challenge; `change` puts other words into its mouth. */
export function scramSteps(
  server: ScramServer,
  change: (message: string, round: number) => string = (same) => same,
): Steps {
  let round = 0
  let proved = false
  return (response) => {
    round++
    if (round === 3 || (round === 2 && response === '')) return proved ? '235 2.7.0 welcome' : '535 5.7.8 no'
    const message = round === 1 ? server.first(response) : server.final(response)
    proved = message.startsWith('v=')
    const said = change(message, round)
    return /^[2-5]\d\d /.test(said) ? said : `334 ${Buffer.from(said).toString('base64')}`
  }
}

/** A client that talks to such a server in memory, and all that was said. */
export interface Talk {
  readonly client: Client
  /** What the client wrote. */
  readonly lines: readonly string[]
  /** What the transcript shows. */
  readonly transcript: readonly string[]
}

/** Connects a client to a server in memory. */
export async function talkTo(answer: (line: string) => string, options: MemoryOptions = {}): Promise<Talk> {
  const { socket, peer } = memorySocket({ remoteAddress: '192.0.2.25', ...options })
  const lines: string[] = []
  const transcript: string[] = []
  const say = (reply: string): void => peer.send(new TextEncoder().encode(`${reply}\r\n`))
  let rest = ''
  peer.received$.subscribe((bytes) => {
    const whole = (rest + new TextDecoder().decode(bytes)).split('\r\n')
    rest = whole.pop() ?? ''
    for (const line of whole) {
      lines.push(line)
      say(answer(line))
    }
  })
  say('220 mx.example')
  const client = await newClient(socket, 'mx.example', {
    transcript: { next: (entry) => void transcript.push(formatTranscript(entry)) },
  })
  return { client, lines, transcript }
}
