/** One client with one workload, in a process of its own. */
import type { Client, Entrant, Figures, Peer, Task } from './client.ts'
import { sendAll } from './measure.ts'
import { type Message, messageFor } from './message.ts'
import { type EntrantId, load } from './roster.ts'
import { serve } from './serve.ts'

/** What a process tells about the client that it has loaded. */
export interface Description extends Omit<Entrant, 'composes'> {
  readonly composes: boolean
  /** Octets of a message and, for clients that compose it, of its body. */
  readonly octets: number
  readonly bodyOctets: number
  /** Why it cannot take part here. */
  readonly absent?: string
}

let entrant: Client | Peer | undefined
let task: Task | undefined
let message: Message | undefined

const service = {
  /** Loads a client and makes the message. */
  prepare: async (order: { readonly entrant: EntrantId; readonly task: Task }): Promise<Description> => {
    entrant = await load(order.entrant)
    task = order.task
    message = messageFor(task.workload)
    const { name, what, workloads, composes = false } = entrant
    const absent = 'absent' in entrant ? entrant.absent?.() : undefined
    return {
      name,
      what,
      workloads,
      composes,
      octets: message.bytes.length,
      bodyOctets: message.body.length,
      ...(entrant.package && { package: entrant.package }),
      ...(absent && { absent }),
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
