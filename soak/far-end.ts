/** The sink with the proxy before it, in a process of their own: what they hold is not the client's. */
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { serve } from '../bench/serve.ts'
import { type Endings, proxyTo } from './proxy.ts'
import { Ledger, sinkOver } from './sink.ts'

/** What was taken, once nothing is on its way any more. */
export interface FarLedger {
  /** How often each message was taken, in base64. */
  readonly taken: string
  readonly broken: number
  readonly connections: number
  readonly endings: Endings
}

const endings: Endings = { truncate: 0, close: 0, reset: 0, stall: 0 }
const open = new Set<Socket>()
let ledger = new Ledger(0)
let connections = 0

const service = {
  /** Starts both and returns the port of the proxy. */
  start: async ({ messages, seed }: { messages: number; seed: number }): Promise<number> => {
    ledger = new Ledger(messages)
    const sink = sinkOver(ledger)
    sink.on('connection', (socket: Socket) => {
      connections++
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    })
    return listening(proxyTo(await listening(sink), seed, endings))
  },
  /** Waits until every connection has ended, and with it all that could still be taken. */
  ledger: async (_: null): Promise<FarLedger> => {
    for (const socket of open) await once(socket, 'close')
    const taken = Buffer.from(ledger.taken).toString('base64')
    return { taken, broken: ledger.broken, connections, endings }
  },
}

/** What the process serves. */
export type FarEnd = typeof service

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

serve(service)
