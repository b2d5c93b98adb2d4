// What real servers log of a message is put together to what the client was told of it.
import { expect, test } from 'vitest'
import { sendMail } from '../../src/index.ts'
import { Correlator, type LogFormat, type LoggedMessage, logParser } from '../../src/logs/index.ts'
import { world } from './real-server.ts'
import { describeServer, kinds } from './servers.ts'

const formats: Readonly<Record<string, LogFormat>> = { postfix: 'postfix', exim: 'exim' }

for (const kind of kinds.filter(({ name }) => name in formats)) {
  describeServer(kind, (server) => {
    test('a message that was delivered is found in the log by its queue id, with its end', async () => {
      const { ports, log } = server()
      const [to = ''] = world.users
      const { queueId } = await sendMail({
        host: '127.0.0.1',
        port: ports.plain ?? 0,
        tls: 'none',
        from: 'ann@client.example',
        to,
        message: 'Message-ID: <logged@client.example>\r\n\r\nHello\r\n',
      })
      const find = (): LoggedMessage | undefined => {
        const correlator = new Correlator()
        const records = logParser(formats[kind.name])(log().split('\n'))
        return [...correlator.push(records), ...correlator.end()].find((message) => message.queueId === queueId)
      }
      while (find()?.end !== 'removed') await new Promise((resolve) => setTimeout(resolve, 20))
      expect(find()).toMatchObject({
        from: 'ann@client.example',
        messageId: 'logged@client.example',
        client: { address: '127.0.0.1' },
        recipients: [{ outcome: 'delivered', attempts: [{ disposition: 'delivered' }] }],
        complete: true,
      })
      // Exim names the mailbox, and the address in brackets behind it.
      const [recipient] = find()?.recipients ?? []
      expect([recipient?.address, recipient?.originalRecipient]).toContain(to)
    })
  })
}
