import { Message, SMTPClient } from 'emailjs'
import type { Client } from '../client.ts'

/** One connection by design; it writes header fields itself and does not check the server's certificate. */
export const emailjs: Client = {
  name: 'emailjs',
  what: 'SMTPClient.sendAsync, composes its messages, does not verify certificates',
  workloads: 'ABCDEFG',
  package: 'emailjs',
  composes: true,
  open: ({ host, port, ca, workload }) => {
    const clients = Array.from(
      { length: workload.connections },
      () => new SMTPClient({ host, port, tls: ca === undefined ? false : { ca } }),
    )
    return {
      // Recipients in Bcc: a header field of 1,000 addresses is not what is measured.
      send: ({ from, to, subject, body }, lane) =>
        clients[lane]?.sendAsync(new Message({ from, bcc: [...to], subject, text: body })) ?? Promise.reject(),
      close: () => {
        for (const { smtp } of clients) smtp.quit()
      },
    }
  },
}
