import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tail } from '../../src/cli/logs/tail.ts'

let folder: string
let log: string
let stop: AbortController
let seen: string
let reading: Promise<void>
let onEnd: () => void

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxsmtp-tail-'))
  log = join(folder, 'mail.log')
  stop = new AbortController()
  seen = ''
  await writeFile(log, 'one\n')
  reading = read()
  await atEnd()
})

afterEach(async () => {
  stop.abort()
  await reading
  await rm(folder, { recursive: true })
})

async function read(): Promise<void> {
  onEnd = () => {}
  for await (const chunk of tail(log, stop.signal, () => onEnd())) seen += Buffer.from(chunk).toString()
}

/** Waits until all that is there has been read, after this moment. */
async function atEnd(): Promise<void> {
  for (let looks = 0; looks < 2; looks++) {
    await new Promise<void>((resolve) => {
      onEnd = resolve
    })
  }
}

test('what is there comes first, what is added follows', async () => {
  expect(seen).toBe('one\n')
  await appendFile(log, 'two\n')
  await atEnd()
  expect(seen).toBe('one\ntwo\n')
})

test('a log that is renamed is read to its end before the new one', async () => {
  await appendFile(log, 'two\n')
  await rename(log, `${log}.1`)
  await appendFile(`${log}.1`, 'three\n')
  await atEnd()
  await writeFile(log, 'four\n')
  await atEnd()
  await atEnd()
  expect(seen).toBe('one\ntwo\nthree\nfour\n')
})

test('a log that is cut is begun anew', async () => {
  await truncate(log)
  await atEnd()
  await appendFile(log, 'a\n')
  await atEnd()
  expect(seen).toBe('one\na\n')
})

test('a log that is gone is waited for', async () => {
  await rename(log, `${log}.1`)
  await atEnd()
  await writeFile(log, 'two\n')
  await atEnd()
  await atEnd()
  expect(seen).toBe('one\ntwo\n')
})

test('a file that cannot be opened is an error', async () => {
  const chunks = tail(join(folder, 'none'), stop.signal, () => {})
  await expect(chunks.next()).rejects.toThrow('ENOENT')
})
