import { promisify } from 'node:util'
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js'
import type { Client } from '../client.ts'

/** The layer below nodemailer's public API: one connection, no queue, no composing. */
export const smtpConnection: Client = {
  name: 'SMTPConnection',
  what: 'the low-level client inside nodemailer, awaited message by message',
  workloads: 'ABCDEFG',
  package: 'nodemailer',
  open: async ({ host, port, ca, workload }) => {
    const tls = ca === undefined ? { ignoreTLS: true } : { requireTLS: true, tls: { ca } }
    const connections = Array.from({ length: workload.connections }, () => new SMTPConnection({ host, port, ...tls }))
    await Promise.all(connections.map((connection) => promisify(connection.connect.bind(connection))()))
    return {
      send: ({ from, to, bytes }, lane) =>
        new Promise((resolve, reject) => {
          const done = (error: Error | null, info: unknown): void => (error ? reject(error) : resolve(info))
          connections[lane]?.send({ from, to: [...to] }, bytes, done)
        }),
      close: () => {
        for (const connection of connections) connection.quit()
      },
    }
  },
}
