import type { Channel } from './channel.ts'
import { after } from './deadlines.ts'

/** Waits until the server takes more, no longer than the deadline for a block of a message. */
export async function underPressure(
  channel: Channel,
  pressure: Promise<void>,
  unlessStopped: (promise: Promise<void>) => Promise<void | undefined>,
): Promise<void> {
  const { body } = channel.deadlines
  const stopTimer = after(body, () =>
    channel.end('timeout', `the server took no bytes for ${body} ms`, { phase: 'body' }),
  )
  await unlessStopped(pressure).finally(stopTimer)
}
