import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, copyFile, mkdir, mkdtemp, rename, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Subscription } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FollowOptions, follow } from '../../../src/adapters/node/logs/index.ts'
import { lines } from '../../../src/logs/index.ts'

let folder: string
let log: string
const subscriptions: Subscription[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxsmtp-'))
  log = join(folder, 'mail.log')
})

afterEach(async () => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe()
  await rm(folder, { recursive: true, force: true })
})

/** What a follower has seen. */
class Seen {
  readonly lines: string[] = []
  error: unknown
  isComplete = false
  #check = (): void => {}

  constructor(options: FollowOptions = {}, file = log) {
    subscriptions.push(
      follow(file, { pollInterval: 20, ...options })
        .pipe(lines())
        .subscribe({
          next: (texts) => {
            this.lines.push(...texts)
            this.#check()
          },
          error: (error: unknown) => {
            this.error = error
            this.#check()
          },
          complete: () => {
            this.isComplete = true
            this.#check()
          },
        }),
    )
  }

  /** Waits until there are so many lines, or the end. */
  async until(count: number): Promise<readonly string[]> {
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (this.lines.length >= count || this.error !== undefined || this.isComplete) resolve()
      }
      this.#check()
    })
    return this.lines
  }
}

/** Lets what was asked of the file system before be done. */
async function settled(): Promise<void> {
  for (let round = 0; round < 20; round++) await stat(folder)
}

describe('follow()', () => {
  it('emits what is there and what comes', async () => {
    await writeFile(log, 'one\ntwo\n')
    const seen = new Seen({ from: 'start' })
    expect(await seen.until(2)).toEqual(['one', 'two'])
    await appendFile(log, 'three\n')
    expect(await seen.until(3)).toEqual(['one', 'two', 'three'])
  })

  it('begins at the end unless told otherwise', async () => {
    await writeFile(log, 'before\n')
    const seen = new Seen()
    // Nobody tells when it has found the end.
    while (seen.lines.length === 0) {
      await appendFile(log, 'after\n')
      await settled()
    }
    expect(seen.lines).not.toContain('before')
  })

  it('waits for the end of a line', async () => {
    await writeFile(log, 'one\ntw')
    const seen = new Seen({ from: 'start' })
    await seen.until(1)
    await appendFile(log, 'o\n')
    expect(await seen.until(2)).toEqual(['one', 'two'])
  })

  it('reads large files whole', async () => {
    const texts = Array.from({ length: 50_000 }, (_, at) => `line ${at}`)
    await writeFile(log, `${texts.join('\n')}\n`)
    expect(await new Seen({ from: 'start' }).until(50_000)).toEqual(texts)
  })

  it.each<FollowOptions>([{ from: 'start' }, { from: 'end' }])(
    'waits for a file, which is read from its start: $from',
    async (options) => {
      const seen = new Seen(options)
      await settled()
      await writeFile(log, 'one\n')
      expect(await seen.until(1)).toEqual(['one'])
    },
  )

  it('waits for a directory', async () => {
    const deep = join(folder, 'deep', 'mail.log')
    const seen = new Seen({}, deep)
    await settled()
    await mkdir(join(folder, 'deep'))
    await writeFile(deep, 'one\n')
    expect(await seen.until(1)).toEqual(['one'])
    await appendFile(deep, 'two\n')
    expect(await seen.until(2)).toEqual(['one', 'two'])
  })
})

describe('across rotation', () => {
  it('by renaming: the old file is read to its end, even what comes after the new one is there', async () => {
    await writeFile(log, 'one\n')
    const seen = new Seen({ from: 'start' })
    await seen.until(1)
    await rename(log, `${log}.1`)
    await writeFile(log, '')
    await appendFile(`${log}.1`, 'two\n')
    expect(await seen.until(2)).toEqual(['one', 'two'])
    await appendFile(`${log}.1`, 'three\n')
    await appendFile(log, 'four\n')
    expect(await seen.until(4)).toEqual(['one', 'two', 'three', 'four'])
    await appendFile(log, 'five\n')
    expect(await seen.until(5)).toEqual(['one', 'two', 'three', 'four', 'five'])
  })

  it('by renaming, again and again, while it is written', async () => {
    const expected: string[] = []
    const seen = new Seen({ from: 'start' })
    for (let round = 0; round < 10; round++) {
      for (let at = 0; at < 20; at++) {
        expected.push(`${round} ${at}`)
        await appendFile(log, `${round} ${at}\n`)
      }
      // One that is gone before it was seen cannot be followed.
      await seen.until(expected.length)
      await rename(log, `${log}.${round}`)
    }
    expect(seen.lines).toEqual(expected)
  })

  it('by copying and cutting off', async () => {
    await writeFile(log, 'one\ntwo\n')
    const seen = new Seen({ from: 'start' })
    await seen.until(2)
    await copyFile(log, `${log}.1`)
    await truncate(log)
    await appendFile(log, 'three\n')
    expect(await seen.until(3)).toEqual(['one', 'two', 'three'])
  })

  it('by cutting off, where the file has grown longer than before since', async () => {
    await writeFile(log, 'one\n')
    const seen = new Seen({ from: 'start' })
    await seen.until(1)
    await writeFile(log, 'another one\nand two\n')
    expect(await seen.until(3)).toEqual(['one', 'another one', 'and two'])
  })

  it('by deleting and making anew, with what was written in between', async () => {
    await writeFile(log, 'one\n')
    const seen = new Seen({ from: 'start' })
    await seen.until(1)
    await appendFile(log, 'two\n')
    await unlink(log)
    expect(await seen.until(2)).toEqual(['one', 'two'])
    await writeFile(log, 'three\n')
    expect(await seen.until(3)).toEqual(['one', 'two', 'three'])
  })

  it('a line does not go on in another file', async () => {
    await writeFile(log, 'one\ncut o')
    const seen = new Seen({ from: 'start' })
    await seen.until(1)
    await rename(log, `${log}.1`)
    await writeFile(log, 'two\n')
    expect(await seen.until(3)).toEqual(['one', 'cut o', 'two'])
  })
})

describe('errors and leaving', () => {
  it('a directory is an error', async () => {
    const seen = new Seen({ from: 'start' }, folder)
    await seen.until(1)
    expect(seen.error).toMatchObject({ code: 'EISDIR' })
  })

  it('a signal ends it as if the log ended there', async () => {
    await writeFile(log, 'one\nrest')
    const stop = new AbortController()
    const seen = new Seen({ from: 'start', signal: stop.signal })
    await seen.until(1)
    stop.abort()
    expect(await seen.until(9)).toEqual(['one', 'rest'])
    expect(seen.isComplete).toBe(true)
    const late = new Seen({ signal: stop.signal })
    expect(late.isComplete).toBe(true)
  })

  it('emits nothing after it was left', async () => {
    await writeFile(log, 'one\n')
    const seen = new Seen({ from: 'start' })
    await seen.until(1)
    subscriptions[0]?.unsubscribe()
    const other = new Seen({ from: 'start' })
    await appendFile(log, 'two\n')
    await other.until(2)
    expect(seen.lines).toEqual(['one'])
  })

  it('holds nothing after it was left: a process ends by itself', async () => {
    await writeFile(log, 'one\n')
    const library = fileURLToPath(new URL('../../../src/adapters/node/logs/index.ts', import.meta.url))
    const program = `
      import { follow } from ${JSON.stringify(library)}
      const subscription = follow(${JSON.stringify(log)}, { from: 'start', pollInterval: 600_000 }).subscribe((bytes) => {
        console.log(String.fromCharCode(...bytes).trim())
        subscription.unsubscribe()
      })
      const never = follow(${JSON.stringify(join(folder, 'no', 'file'))}, { pollInterval: 600_000 }).subscribe()
      setImmediate(() => never.unsubscribe())`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
    })
    expect(await once(child, 'close')).toEqual([0, null])
    expect(output.trim()).toBe('one')
  })
})
