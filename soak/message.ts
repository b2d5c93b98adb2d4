import { pick, type Random, randomFrom } from '../test/grammar/random.ts'

/** One message of a soak; everything about it follows from its number and the seed. */
export interface SoakMessage {
  readonly id: number
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
}

/** What a sink reads out of a message. */
export interface Label {
  readonly id: number
  /** Whether it is all there, octet for octet. */
  readonly intact: boolean
}

/** Makes a message; the local parts of its addresses tell the sink what to answer. */
export function messageOf(seed: number, id: number): SoakMessage {
  const random = randomFrom(seed + id)
  const fate = random(200)
  const sender = fate < moods.length ? moods[fate] : 'ann'
  const recipients = Array.from({ length: 1 + random(3) }, () => (random(20) > 0 ? 'bob' : pick(random, refusals)))
  return {
    id,
    from: `${sender}@a.example`,
    to: recipients.map((name, at) => `${name}.${at}@b.example`),
    text: textOf(random, id),
  }
}

// MAIL, or the end of the message, is answered with this; 421 closes the connection.
const moods = ['mail.450', 'mail.550', 'end.452', 'end.554', 'end.421'] as const
const refusals = ['rcpt.450', 'rcpt.550'] as const

/** Reads the answer that an address asks for. */
export function codeIn(address: string, place: 'mail' | 'rcpt' | 'end'): number | undefined {
  const [, where, code] = /<(mail|rcpt|end)\.(\d{3})/.exec(address) ?? []
  return where === place ? Number(code) : undefined
}

/** Reads the label of a message as it was before dots were doubled. */
export function labelOf(text: string): Label | undefined {
  const [, id, octets] = /^Message: (\d+) (\d+)\r\n/.exec(text) ?? []
  if (id === undefined) return undefined
  return { id: Number(id), intact: text.length === Number(octets) && text.endsWith(`\r\nend ${id}\r\n`) }
}

const line = '.The quick brown fox jumps over the lazy dog, and nobody is surprised.\r\n'

function textOf(random: Random, id: number): string {
  // Most are short, a few take several chunks.
  const lines = random(400) > 0 ? 1 + random(1 << random(8)) : 8_000
  const body = `\r\n${line.repeat(lines)}end ${id}\r\n`
  const label = `Message: ${id} `
  // The number is as wide as the widest.
  return `${label}${String(label.length + 9 + body.length).padStart(7, '0')}\r\n${body}`
}
