// What one server does and the others do not.
import { firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { dial, isSmtpError, send } from '../../src/index.ts'
import { doors, open, portOf } from './doors.ts'
import { newMessage } from './message.ts'
import { world } from './real-server.ts'
import { chasquid, describeServer, opensmtpd, postfix } from './servers.ts'

describeServer(opensmtpd, (server) => {
  test.each(doors)('%s: STARTTLS accepted, handshake failed', async (_door, deliver) => {
    const attempt = deliver(server(), { tls: 'starttls', message: 'x' })
    await expect(attempt).rejects.toMatchObject({
      name: 'SmtpError',
      code: 'tls-failed',
      phase: 'starttls',
      delivery: 'not-sent',
      cause: { code: expect.stringContaining('ALERT_INTERNAL_ERROR') },
    })
  })

  test('an unknown recipient is 524: only the first digit counts', async () => {
    const client = await dial(`127.0.0.1:${portOf(server(), 'plain')}`)
    await client.mail(world.sender)
    await expect(client.rcpt(world.unknown)).rejects.toMatchObject({ isPermanent: true, reply: { code: 524 } })
    await client.quit()
  })
})

describeServer(chasquid, (server) => {
  test('421 after some refused recipients ends the session', async () => {
    const client = await dial(`127.0.0.1:${portOf(server(), 'plain')}`)
    await client.mail(world.sender)
    const codes: unknown[] = []
    for (let attempt = 0; attempt < 12 && codes.at(-1) !== 'service-closing'; attempt++) {
      await client.rcpt(`nobody${attempt}@${world.domain}`).catch((error: unknown) => {
        codes.push(isSmtpError(error) ? error.code : error)
      })
    }
    expect(codes.length).toBeGreaterThan(1)
    expect(codes.slice(0, -1).every((code) => code === 'refused')).toBe(true)
    expect(codes.at(-1)).toBe('service-closing')
    await expect(client.noop()).rejects.toMatchObject({ code: 'closed' })
  })

  test('submission without AUTH is refused', async () => {
    const message = 'x'
    const session$ = open(server(), 'implicit').pipe(send({ from: world.sender, to: world.users, message }))
    await expect(firstValueFrom(session$)).rejects.toMatchObject({ code: 'refused', reply: { severity: 'permanent' } })
  })

  test('a final reply without a queue id', async () => {
    const client = await dial(`127.0.0.1:${portOf(server(), 'plain')}`)
    const { bytes } = newMessage('no id\r\n')
    const { queueId, reply } = await client.send({ from: world.sender, to: world.users, message: bytes })
    expect(queueId).toBeUndefined()
    expect(reply.code).toBe(250)
    await client.quit()
  })
})

describeServer(postfix, (server) => {
  test('a port without STARTTLS', async () => {
    const { capabilities } = await firstValueFrom(open(server(), 'plain'))
    expect(capabilities.has('STARTTLS')).toBe(false)
    const client = await dial(`127.0.0.1:${portOf(server(), 'plain')}`)
    await expect(client.startTls()).rejects.toMatchObject({ code: 'not-offered', extension: 'STARTTLS' })
    await client.quit()
  })

  test('AUTH is announced over TLS only', async () => {
    const client = await dial(`127.0.0.1:${portOf(server(), 'starttls')}`)
    expect(await client.extension('AUTH')).toBeUndefined()
    await client.startTls({ ca: server().ca })
    expect(await client.extension('AUTH')).toContain('PLAIN')
    await client.quit()
  })
})
