import type { DialOptions } from '../src/index.ts'

/** How the messages of one connection travel. */
export interface Way {
  readonly name: string
  /** Whether messages are sent as streams. */
  readonly streams: boolean
  /** Messages that the caller has sent and not heard of, at most. */
  readonly abreast: number
  readonly options: DialOptions
}

// No server needs that long here; a connection that has fallen silent is given up soon.
const patience = 3_000
const deadlines = { connect: patience, greeting: patience, hello: patience, mail: patience, rcpt: patience } as const
const common = {
  tls: 'none',
  deadlines: { ...deadlines, data: patience, body: patience, 'end-of-data': patience, reset: patience },
} as const

// The sink offers CHUNKING to everybody else.
const plain = { ...common, name: 'plain.example' } as const

/** The ways of the connections, in turn. */
export const ways: readonly Way[] = [
  { name: 'lock-step', streams: false, abreast: 2, options: { ...common, pipelining: 'off' } },
  { name: 'grouped', streams: false, abreast: 2, options: { ...plain, pipelining: 'transaction' } },
  { name: 'DATA in flight', streams: false, abreast: 8, options: { ...plain, pipelining: 'auto' } },
  { name: 'BDAT in flight', streams: false, abreast: 8, options: { ...common, pipelining: 'auto' } },
  { name: 'streams', streams: true, abreast: 4, options: { ...common, pipelining: 'auto' } },
]
