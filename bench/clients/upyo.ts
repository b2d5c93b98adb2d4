import { createMessage } from '@upyo/core'
import { SmtpTransport } from '@upyo/smtp'
import type { Client } from '../client.ts'

/** A pool of connections; it writes header fields itself and says RSET after every message. */
export const upyo: Client = {
  name: '@upyo/smtp',
  what: 'SmtpTransport with its pool, composes its messages',
  workloads: 'ABCDEFG',
  package: '@upyo/smtp',
  composes: true,
  open: ({ host, port, ca, workload }) => {
    const tls = ca === undefined ? {} : { tls: { ca: [ca] } }
    // Without `pool: true` every message has a connection of its own, whatever the documentation says.
    const transport = new SmtpTransport({
      host,
      port,
      secure: false,
      pool: true,
      poolSize: workload.connections,
      ...tls,
    })
    return {
      send: async ({ from, to, subject, body }) => {
        const [first = '', ...bcc] = to
        const receipt = await transport.send(createMessage({ from, to: first, bcc, subject, content: { text: body } }))
        if (!receipt.successful) throw new Error(receipt.errorMessages.join('; '))
      },
      close: () => transport.closeAllConnections(),
    }
  },
}
