/** What a client must bring to take part. */
import type { Message } from './message.ts'
import type { Workload } from './workloads.ts'

/** Where to send to. */
export interface Target {
  readonly host: string
  readonly port: number
  /** The authority to trust, in PEM, where STARTTLS is asked for. */
  readonly ca: string | undefined
}

/** Where and how to send. */
export interface Task extends Target {
  readonly workload: Workload
}

/** A client on its way through one run. */
export interface Sender {
  /** Resolves when the server has taken the message; there are as many lanes as connections, each one message at a time. */
  send(message: Message, lane: number): Promise<unknown>
  /** Says goodbye on every connection; it need not wait for the answer where the client itself would not. */
  close(): Promise<unknown> | void
}

/** Names and describes a line of the table. */
export interface Entrant {
  readonly name: string
  /** One line about what is measured. */
  readonly what: string
  /** The letters of the workloads that it can do. */
  readonly workloads: string
  /** The package whose version is told. */
  readonly package?: string
  /** Whether the server must not offer it CHUNKING. */
  readonly withoutChunking?: boolean
  /** Whether it drops its connections without a goodbye. */
  readonly withoutQuit?: boolean
  /** Whether it composes every message itself, header included, so that its octets are not known exactly. */
  readonly composes?: boolean
}

/** A client with an interface of its own. */
export interface Client extends Entrant {
  /** Messages that wait for their reply on one connection; 1 unless given. */
  readonly inFlight?: number
  /** Connects; for a one-shot workload it need not, if `send` does. */
  open(task: Task): Promise<Sender> | Sender
}

/** A client that sends a number of messages by itself, such as another program. */
export interface Peer extends Entrant {
  /** Tells why it cannot take part on this machine. */
  absent?(): string | undefined
  /** Sends the message `count` times. */
  run(task: Task, message: Message, count: number): Promise<Figures>
}

/** What a run has cost. */
export interface Figures {
  /** Milliseconds. */
  readonly elapsed: number
  /** Milliseconds of processor time, system calls included. */
  readonly cpu: number
  /** The most memory that was ever resident, in octets. */
  readonly memory?: number
}
