import { type Client, dial, isSmtpError, type SmtpError } from '../src/index.ts'
import { randomFrom } from '../test/grammar/random.ts'
import { messageOf, type SoakMessage } from './message.ts'
import type { Way } from './ways.ts'

/** What a sender works on. */
export interface Work {
  readonly port: number
  readonly seed: number
  /** Returns the number of the next message, or undefined when there is none left. */
  next(): number | undefined
  /** Is told what became of a message. */
  tell(id: number, verdict: 'accepted' | SmtpError): void
}

/** Sends messages as long as there are any, over one connection after the other. */
export async function sendAll(way: Way, work: Work): Promise<void> {
  let left = true
  while (left) {
    const client = await dial(`127.0.0.1:${work.port}`, way.options).catch(unlessBroken)
    if (client === undefined) continue
    const lanes = await Promise.all(Array.from({ length: way.abreast }, () => sendWhileOpen(client, way, work)))
    left = !lanes.includes('done')
    await client.quit()
    client.close()
  }
}

/** A connection that does not come about is nobody's message. */
function unlessBroken(error: unknown): undefined {
  if (!isSmtpError(error)) throw error
}

/** Sends one message after the other until the connection is gone or there is nothing left. */
async function sendWhileOpen(client: Client, way: Way, work: Work): Promise<'done' | 'broken'> {
  for (;;) {
    const id = work.next()
    if (id === undefined) return 'done'
    try {
      await send(client, way, messageOf(work.seed, id))
      work.tell(id, 'accepted')
    } catch (error) {
      if (!isSmtpError(error)) throw error
      work.tell(id, error)
      if (!refusals.has(error.code)) return 'broken'
    }
  }
}

// Behind these the session is as it was.
const refusals: ReadonlySet<string> = new Set(['refused', 'recipients-refused', 'body-failed'])

async function send(client: Client, { streams }: Way, { id, from, to, text }: SoakMessage): Promise<void> {
  const random = randomFrom(~id)
  const message = streams ? pieces(text, random(500) === 0) : text
  // One in five hundred is given up by its sender, who may be too late.
  if (random(500) > 0) return void (await client.send({ from, to, message }))
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), random(10))
  await client.send({ from, to, message }, { signal: abort.signal }).finally(() => clearTimeout(timer))
}

async function* pieces(text: string, fails: boolean): AsyncGenerator<string> {
  const middle = text.length >> 1
  yield text.slice(0, middle)
  if (fails) throw new Error('the source failed')
  yield text.slice(middle)
}
