/** One client with one workload, in a process of its own. */
import type { Client, Entrant, Figures, Peer, Task } from './client.ts'
import { sendAll } from './measure.ts'
import { type Message, messageFor } from './message.ts'
import { type EntrantId, load } from './roster.ts'
import { serve } from './serve.ts'
import type { Ports } from './sink-process.ts'

/** What a process tells about the client that it has loaded. */
export interface Description extends Entrant {
  /** Octets of a message and, for clients that compose it, of its body. */
  readonly octets: number
  readonly bodyOctets: number
  /** Why it cannot take part here. */
  readonly reason?: string
}

/** Whom to measure with what. */
export interface Order extends Omit<Task, 'port'> {
  readonly entrant: EntrantId
  readonly ports: Ports
}

let entrant: Client | Peer | undefined
let task: Task | undefined
let message: Message | undefined

const service = {
  /** Loads a client and makes the message. */
  prepare: async (order: Order): Promise<Description> => {
    entrant = await load(order.entrant)
    const { workload, host, ca, ports } = order
    task = { workload, host, ca, port: entrant.withoutChunking ? ports.plain : ports.chunking }
    message = messageFor(workload)
    const absent = 'absent' in entrant ? entrant.absent?.() : undefined
    return {
      ...entrant,
      octets: message.bytes.length,
      bodyOctets: message.body.length,
      ...(absent && { reason: absent }),
    }
  },
  /** Sends the message so many times. */
  run: async (count: number): Promise<Figures> => {
    if (entrant === undefined || task === undefined || message === undefined) throw new Error('nothing is prepared')
    return 'open' in entrant ? sendAll(entrant, task, message, count) : entrant.run(task, message, count)
  },
}

/** What the process serves. */
export type RunnerService = typeof service

serve(service)
