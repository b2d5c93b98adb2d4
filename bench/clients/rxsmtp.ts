/** The library in each of its ways to send; what is in flight is in doubt when the connection breaks. */
import { type DialOptions, dial, sendMail } from '../../src/index.ts'
import type { Client, Sender, Task } from '../client.ts'

/** Each command awaited before the next. */
export const lockStep: Client = rxsmtp('one command', 'ABCDEFG', {
  what: 'every command awaited before the next (pipelining: off)',
  withoutChunking: true,
  options: { pipelining: 'off' },
})

/** MAIL, RCPT and DATA together. */
export const data: Client = rxsmtp('DATA', 'ABCDEFG', {
  what: 'MAIL, RCPT and DATA together, each message awaited before the next',
  withoutChunking: true,
  options: { pipelining: 'transaction' },
})

/** The next envelope behind the final dot. */
export const dataQueue: Client = rxsmtp('DATA queue', 'ABCDFG', {
  what: 'as DATA, the next envelope behind the final dot, 2 messages in flight',
  withoutChunking: true,
  inFlight: 2,
  options: { pipelining: 'auto', inFlight: 2 },
})

/** The whole transaction together. */
export const bdat: Client = rxsmtp('BDAT', 'ABCDEFG', {
  what: 'the whole transaction in one write, each message awaited before the next',
  options: { pipelining: 'transaction' },
})

/** Several transactions at once. */
export const bdat8: Client = rxsmtp('BDAT 8', 'ABCDFG', {
  what: 'as BDAT, 8 messages in flight',
  inFlight: 8,
  options: { pipelining: 'auto', inFlight: 8 },
})

/** Many transactions at once. */
export const bdat32: Client = rxsmtp('BDAT 32', 'ABCDFG', {
  what: 'as BDAT, 32 messages in flight',
  inFlight: 32,
  options: { pipelining: 'auto', inFlight: 32 },
})

/** What makes a way of sending. */
interface Mode extends Pick<Client, 'what' | 'withoutChunking' | 'inFlight'> {
  readonly options: DialOptions
}

function rxsmtp(name: string, workloads: string, { options, ...mode }: Mode): Client {
  return {
    ...mode,
    name: `rxsmtp, ${name}`,
    workloads,
    open: (task) => (task.workload.oneShot ? oneShot(task, options) : dialled(task, options)),
  }
}

function oneShot({ host, port }: Task, options: DialOptions): Sender {
  return {
    send: ({ from, to, bytes }) => sendMail({ ...options, host, port, from, to, message: bytes }),
    close() {},
  }
}

async function dialled({ host, port, ca, workload }: Task, options: DialOptions): Promise<Sender> {
  const addresses = Array.from({ length: workload.connections }, () => `${host}:${port}`)
  const clients = await Promise.all(addresses.map((address) => dial(address, options)))
  await Promise.all(clients.map((client) => (ca === undefined ? client.hello() : client.startTls({ ca }))))
  return {
    send: async ({ from, to, bytes }, lane) => clients[lane % clients.length]?.send({ from, to, message: bytes }),
    close: () => Promise.all(clients.map((client) => client.quit())),
  }
}
