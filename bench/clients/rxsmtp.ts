import { type DialOptions, dial, sendMail } from '../../src/index.ts'
import type { Client } from '../client.ts'

/** One way to use the library: what is dialled with, and how many messages may wait for their reply. */
interface Mode extends Pick<Client, 'name' | 'what'> {
  readonly inFlight?: number
  readonly options?: DialOptions
}

/** `dial` and `client.send`, each message awaited before the next. */
export const each: Client = rxsmtp({
  name: 'rxsmtp',
  what: 'dial and client.send (E: sendMail), awaited message by message',
})

function rxsmtp({ options = {}, ...mode }: Mode): Client {
  return {
    ...mode,
    workloads: 'ABCDEFG',
    open: async ({ host, port, ca, workload }) => {
      if (workload.oneShot) {
        return {
          send: ({ from, to, bytes }) => sendMail({ ...options, host, port, from, to, message: bytes }),
          close() {},
        }
      }
      const clients = await Promise.all(
        Array.from({ length: workload.connections }, () => dial(`${host}:${port}`, options)),
      )
      await Promise.all(clients.map((client) => (ca === undefined ? client.hello() : client.startTls({ ca }))))
      return {
        send: ({ from, to, bytes }, lane) =>
          clients[lane % clients.length]?.send({ from, to, message: bytes }) ?? Promise.reject(),
        close: () => Promise.all(clients.map((client) => client.quit())),
      }
    },
  }
}
