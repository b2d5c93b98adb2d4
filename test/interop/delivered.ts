import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from './real-server.ts'
import { world } from './real-server.ts'

const deliveryLimit = 10_000

/**
 * Reads the mailboxes below `mail`, one folder `LOCAL-PART/new` each with one file per message; files appear there
 * whole, by rename. Gives the message that holds `token` as it was on the wire.
 */
export function mailboxes(mail: string, storage: Storage): (token: string, address?: string) => Promise<Uint8Array> {
  return async (token, address = world.users[0] ?? '') => {
    const folder = join(mail, address.slice(0, address.lastIndexOf('@')), 'new')
    const seen = new Set<string>()
    const until = Date.now() + deliveryLimit
    while (Date.now() < until) {
      const stored = await find(folder, token, seen)
      if (stored) return asSent(stored, storage)
      await sleep(20)
    }
    throw new Error(`no message with ${token} in ${folder} after ${deliveryLimit} ms`)
  }
}

/** Undoes what the server did: first its own header fields, then its line ends. */
export function asSent(stored: Uint8Array, { adds, lineEnds }: Storage): Uint8Array {
  const text = Buffer.from(stored).toString('latin1')
  const own = text.slice(addedLength(text, new Set(adds)))
  return Buffer.from(lineEnds === 'lf' ? own.replaceAll('\n', '\r\n') : own, 'latin1')
}

// Only fields on top: a Received that was in the message as sent stays, unless the message begins with it.
function addedLength(text: string, adds: ReadonlySet<string>): number {
  const field = /([!-9;-~]+):[^\n]*\n(?:[ \t][^\n]*\n)*/y
  let end = 0
  for (;;) {
    field.lastIndex = end
    const name = field.exec(text)?.[1]
    if (name === undefined || !adds.has(name.toLowerCase())) return end
    end = field.lastIndex
  }
}

async function find(folder: string, token: string, seen: Set<string>): Promise<Uint8Array | undefined> {
  // The folder comes with the first message.
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => !seen.has(each))) {
    seen.add(name)
    const bytes = await readFile(join(folder, name))
    if (bytes.includes(token)) return bytes
  }
  return undefined
}
