import { createTransport } from 'nodemailer'
import type { Client } from '../client.ts'

/** The public API: a pool of connections, or for one-shot work the plain transport. */
export const nodemailer: Client = {
  name: 'nodemailer',
  what: 'pooled transport (E: plain transport), raw messages; closes without QUIT',
  workloads: 'ABCDEFG',
  package: 'nodemailer',
  withoutQuit: true,
  open: ({ host, port, ca, workload: { connections, oneShot } }) => {
    const settings = { host, port, ...(ca === undefined ? { ignoreTLS: true } : { requireTLS: true, tls: { ca } }) }
    const transport = oneShot
      ? createTransport(settings)
      : createTransport({ ...settings, pool: true, maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY })
    return {
      send: ({ from, to, bytes }) => transport.sendMail({ envelope: { from, to: [...to] }, raw: bytes }),
      close: () => transport.close(),
    }
  },
}
