import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { count, firstValueFrom, lastValueFrom, map, type Observable, take, toArray } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogReadError, type LogSource, type ReadProgress, readLog } from '../../../src/adapters/node/logs/index.ts'
import { optionalPackage } from '../../../src/adapters/node/logs/unpack/optional-package.ts'
import { lines, parseLog } from '../../../src/logs/index.ts'
import { octetByOctet, utf8 } from '../../helpers/chunks.ts'

const fixtures = new URL('../../fixtures/logs/', import.meta.url)
const sample = await fixture('sample.log')
const [gz, zst, xz] = [await fixture('sample.log.gz'), await fixture('sample.log.zst'), await fixture('sample.log.xz')]
const [noCheck, crc32] = [await fixture('no-check.zst'), await fixture('crc32.xz')]
const bz2 = await fixture('sample.log.bz2')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxsmtp-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(name, fixtures)))
}

async function* chunksOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** Reads all there is, and the error in the end if there is one. */
async function readAll(source: LogSource | Observable<Uint8Array>): Promise<{ text: string; error: unknown }> {
  const parts: Uint8Array[] = []
  const bytes$ = typeof source === 'object' && 'subscribe' in source ? source : readLog(source)
  let error: unknown
  await bytes$
    .forEach((part) => void parts.push(part))
    .catch((reason: unknown) => {
      error = reason
    })
  return { text: Buffer.concat(parts).toString('latin1'), error }
}

const whole = { text: Buffer.from(sample).toString('latin1'), error: undefined }
const twice = { text: whole.text + whole.text, error: undefined }

describe('readLog()', () => {
  it.each([
    'sample.log',
    'sample.log.gz',
    'sample.log.zst',
    'sample.log.xz',
    'blocks.xz',
    'crc32.xz',
    'no-check.zst',
    'unknown-size.zst',
  ])('reads %s, by its path, by its URL and as a stream', async (name) => {
    const url = new URL(name, fixtures)
    expect(await readAll(url.pathname)).toEqual(whole)
    expect(await readAll(url)).toEqual(whole)
    expect(await readAll(Readable.from([await fixture(name)]))).toEqual(whole)
  })

  it('looks at the content and not at the name', async () => {
    const file = join(folder, 'mail.log')
    await writeFile(file, gz)
    expect(await readAll(file)).toEqual(whole)
    const other = join(folder, 'mail.gz')
    await writeFile(other, sample)
    expect(await readAll(other)).toEqual(whole)
  })

  it.each([
    ['gzip', gz],
    ['Zstandard', zst],
    ['xz', xz],
    ['nothing', sample],
  ])('reads %s octet by octet', async (_form, packed) => {
    expect(await readAll(chunksOf(...octetByOctet(packed)))).toEqual(whole)
  })

  const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5)

  it.each<[string, readonly Uint8Array[]]>([
    ['members of gzip', [gz, gz]],
    ['frames of Zstandard', [zst, noCheck]],
    ['frames of Zstandard that are to be skipped', [skippable, zst, skippable, skippable, zst, skippable]],
    ['streams of xz', [xz, xz]],
    ['streams of xz with padding', [xz, new Uint8Array(8), crc32, new Uint8Array(4)]],
  ])('reads %s one behind the other, whatever the segmentation', async (_form, parts) => {
    const packed = Buffer.concat(parts)
    expect(await readAll(chunksOf(packed))).toEqual(twice)
    expect(await readAll(chunksOf(...parts))).toEqual(twice)
    for (const size of [1, 7, 100]) {
      const pieces = Array.from({ length: Math.ceil(packed.length / size) }, (_, at) =>
        packed.subarray(at * size, at * size + size),
      )
      expect(await readAll(chunksOf(...pieces))).toEqual(twice)
    }
  })

  it.each([
    ['empty', ''],
    ['shorter than what tells how it is packed', 'abc'],
    ['no log', 'BZip and P*M are letters like others\n'],
  ])('reads what is %s', async (_what, text) => {
    expect(await readAll(chunksOf(utf8(text)))).toEqual({ text, error: undefined })
    expect(await readAll(chunksOf(...octetByOctet(utf8(text))))).toEqual({ text, error: undefined })
  })

  it('reads two logs packed by xz at the same time', async () => {
    expect(await Promise.all([readAll(chunksOf(xz)), readAll(chunksOf(xz, xz)), readAll(chunksOf(xz))])).toEqual([
      whole,
      twice,
      whole,
    ])
  })

  it('reads on after one packed by xz was left in the middle, or waited for its turn', async () => {
    const held = new PassThrough()
    held.write(xz.subarray(0, 100))
    const first = readLog(held).subscribe()
    const second = readLog(chunksOf(xz)).subscribe()
    await new Promise(setImmediate)
    second.unsubscribe()
    first.unsubscribe()
    expect(await readAll(chunksOf(xz))).toEqual(whole)
  })

  it('gives records together with what understands them', async () => {
    const counted = readLog(new URL('sample.log.gz', fixtures)).pipe(
      lines(),
      parseLog('auto'),
      map((records) => records.length),
      toArray(),
    )
    expect((await lastValueFrom(counted)).reduce((sum, length) => sum + length, 0)).toBe(240)
  })

  it('is cold: each subscription reads anew', async () => {
    const log$ = readLog(new URL('sample.log.zst', fixtures))
    expect(await readAll(log$)).toEqual(whole)
    expect(await readAll(log$)).toEqual(whole)
  })
})

describe('an archive', () => {
  it.each([
    ['gzip', gz],
    ['Zstandard', zst],
    ['xz', xz],
  ])('of %s that is cut off anywhere is told so, after what can be read', async (_form, packed) => {
    for (const length of [7, 20, packed.length >> 1, packed.length - 9, packed.length - 1]) {
      const { text, error } = await readAll(chunksOf(packed.subarray(0, length)))
      expect(error).toMatchObject({
        name: 'LogReadError',
        code: 'truncated',
        message: 'the archive ends in the middle',
      })
      expect(whole.text.startsWith(text)).toBe(true)
    }
  })

  it('of gzip that is cut off gives all that was in it', async () => {
    const text = Array.from({ length: 200_000 }, (_, at) => `line ${(at * 2_654_435_761) % 1_000_003}\n`).join('')
    const packed = gzipSync(text)
    const read = await readAll(chunksOf(packed.subarray(0, packed.length - 8)))
    expect(read.text.length).toBe(text.length)
    expect(read.error).toBeInstanceOf(LogReadError)
  })

  it.each([
    ['gzip', gz, 400],
    ['Zstandard', Uint8Array.of(...zst.subarray(0, 6), ...zst.subarray(9)), 40],
    ['xz', xz, 300],
  ])('of %s that is damaged is told so', async (_form, packed, at) => {
    const bad = packed.slice()
    for (let index = at; index < at + 20; index++) bad[index] = (bad[index] ?? 0) ^ 0x5a
    expect((await readAll(chunksOf(bad))).error).toMatchObject({ name: 'LogReadError', code: 'corrupt' })
  })

  it.each([
    ['Zstandard', zst],
    ['xz', xz],
  ])('of %s with something else behind it is damaged, after what could be read', async (_form, packed) => {
    const { text, error } = await readAll(chunksOf(packed, utf8('something else')))
    expect(text).toBe(whole.text)
    expect(error).toMatchObject({ code: 'corrupt' })
  })

  it.each<[string, Uint8Array, string]>([
    ['bzip2', bz2, 'bzip2 -dc FILE | rxsmtp logs -'],
    ['compress', Uint8Array.of(0x1f, 0x9d, 0x90, 0x61, 0xc4, 0x02), 'zcat FILE | rxsmtp logs -'],
    ['zip', utf8('PK\u0003\u0004\u0014\0'), 'unzip -p FILE | rxsmtp logs -'],
    ['lz4', Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x64, 0x40), 'lz4 -dc FILE | rxsmtp logs -'],
    ['lzma', Uint8Array.of(0x5d, 0, 0, 0x80, 0, 0xff), 'xz -dc FILE | rxsmtp logs -'],
  ])('of %s is not read, and it is told what to do', async (form, packed, command) => {
    const file = join(folder, 'packed.log')
    await writeFile(file, packed)
    expect(await readAll(file)).toEqual({
      text: '',
      error: expect.objectContaining({
        code: 'unsupported',
        message: `${file}: it is packed by ${form}, which is not read; let its own program unpack it: ${command}`,
      }),
    })
  })

  it('of xz with another check than usual is not taken for damaged', async () => {
    expect((await readAll(new URL('sha256.xz', fixtures))).error).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('xz -dc FILE | rxsmtp logs -'),
    })
  })

  it('needs a package, which is named where it is missing', async () => {
    const missing = 'rxsmtp-is-not-installed-here'
    await expect(optionalPackage('fzstd', 'Zstandard', () => import(/* @vite-ignore */ missing))).rejects.toMatchObject(
      {
        code: 'missing-package',
        message: 'Zstandard is unpacked by the package fzstd, which is not installed: npm install fzstd',
      },
    )
    const broken = new Error('the package itself is broken')
    await expect(optionalPackage('fzstd', 'Zstandard', () => Promise.reject(broken))).rejects.toBe(broken)
  })

  // 1,000 blocks of 128 KiB that are one octet again and again.
  const bombs = {
    gzip: gzipSync(new Uint8Array(64 << 20)),
    Zstandard: Uint8Array.of(
      ...[0x28, 0xb5, 0x2f, 0xfd, 0, 0x58],
      ...Array.from({ length: 511 }, () => [0x02, 0x00, 0x10, 0x41]).flat(),
      ...[0x03, 0x00, 0x10, 0x41],
    ),
  }

  it.each(Object.entries(bombs))('of %s that grows without end is handed on piece by piece', async (_form, packed) => {
    let [largest, total] = [0, 0]
    await readLog(chunksOf(packed)).forEach(({ length }) => {
      largest = Math.max(largest, length)
      total += length
    })
    expect(total).toBe(64 << 20)
    expect(largest).toBeLessThanOrEqual(128 << 10)
  })

  it.each(Object.entries(bombs))('of %s stops growing when the subscriber leaves', async (_form, packed) => {
    expect(await lastValueFrom(readLog(chunksOf(packed)).pipe(take(3), count()))).toBe(3)
  })
})

describe('errors and leaving', () => {
  it.each([
    ['a missing file', 'no-such.log', 'ENOENT'],
    ['a directory', '.', 'EISDIR'],
  ])('%s is the error of the operating system', async (_what, name, code) => {
    expect((await readAll(join(folder, name))).error).toMatchObject({ code })
  })

  it('an error of the stream passes', async () => {
    const broken = new Error('broken')
    const source = (async function* () {
      yield utf8('one line\n')
      throw broken
    })()
    expect((await readAll(source)).error).toBe(broken)
  })

  it('text is refused', async () => {
    const source = Readable.from(['text']) as AsyncIterable<Uint8Array>
    expect((await readAll(source)).error).toBeInstanceOf(TypeError)
  })

  it('reads a large file, and one into a buffer that is used again', async () => {
    const file = join(folder, 'large.log')
    const text = Array.from({ length: 100_000 }, (_, index) => `line ${index} of a log\n`).join('')
    await writeFile(file, text)
    expect(text.length).toBeGreaterThan(1_048_576)
    expect((await readAll(file)).text === text).toBe(true)
    expect((await readAll(readLog(file, { from: 3, to: 1_500_000 }))).text === text.slice(3, 1_500_000)).toBe(true)
    expect((await readAll(readLog(file, { from: text.length }))).text).toBe('')
    const told: ReadProgress[] = []
    await readAll(readLog(file, { from: 10, to: 20, onProgress: (progress) => told.push(progress) }))
    expect(told).toEqual([{ bytes: 10, size: 10 }])
    expect(() => readLog(file, { from: -1 })).toThrow(
      new RangeError('from is -1; it has to be a whole number, from 0 on'),
    )
    expect(() => readLog(file, { to: 0.5 })).toThrow(RangeError)
    let read = ''
    const buffers = new Set<ArrayBufferLike>()
    await readLog(file, { reuse: true }).forEach((bytes) => {
      buffers.add(bytes.buffer)
      read += Buffer.from(bytes).toString('latin1')
    })
    expect(read === text).toBe(true)
    expect(buffers.size).toBe(1)
    expect(Buffer.concat(await lastValueFrom(readLog(file, { reuse: true }).pipe(take(1), toArray()))).length).toBe(
      65_536,
    )
  })

  it('unpacks a large file out of a buffer that is used again', async () => {
    // What does not shrink, so that the buffer is filled more than once.
    const octets = randomBytes(2_500_000)
    await writeFile(join(folder, 'large.gz'), gzipSync(octets))
    const parts: Buffer[] = []
    await readLog(join(folder, 'large.gz'), { reuse: true }).forEach((bytes) => void parts.push(Buffer.from(bytes)))
    expect(Buffer.concat(parts).equals(octets)).toBe(true)
  })

  it('unsubscribing destroys the stream, even one that is silent', async () => {
    const stream = new PassThrough()
    stream.write('some line\n')
    const subscription = readLog(stream).subscribe()
    await new Promise(setImmediate)
    subscription.unsubscribe()
    expect(stream.destroyed).toBe(true)
  })

  it('a signal ends it as if the log ended there', async () => {
    const stop = new AbortController()
    const stream = new PassThrough()
    stream.write('some line\n')
    const read = lastValueFrom(readLog(stream, { signal: stop.signal }).pipe(toArray()))
    await firstValueFrom(readLog(chunksOf(utf8('a whole line\n'))))
    stop.abort()
    expect(Buffer.concat(await read).toString()).toBe('some line\n')
    expect(stream.destroyed).toBe(true)
    expect(await lastValueFrom(readLog(new PassThrough(), { signal: AbortSignal.abort() }).pipe(count()))).toBe(0)
  })

  it('tells how far it has come, in octets as they are packed', async () => {
    const told: ReadProgress[] = []
    await readAll(readLog(new URL('sample.log.gz', fixtures), { onProgress: (progress) => told.push(progress) }))
    expect(told).toEqual([{ bytes: gz.length, size: gz.length }])
    told.length = 0
    await readAll(
      readLog(chunksOf(gz.subarray(0, 3), gz.subarray(3)), { onProgress: (progress) => told.push(progress) }),
    )
    expect(told).toEqual([
      { bytes: 3, size: undefined },
      { bytes: gz.length, size: undefined },
    ])
  })

  it('reads no further until it may', async () => {
    const seen: string[] = []
    const source = (async function* () {
      for (const text of ['first line\n', 'second line\n', 'third line\n']) {
        seen.push(`read ${text.trim()}`)
        yield utf8(text)
      }
    })()
    const ready = async (): Promise<void> => {
      await new Promise(setImmediate)
      seen.push('ready')
    }
    await readLog(Readable.from(source, { highWaterMark: 1 }), { ready }).forEach(() => void seen.push('emitted'))
    expect(seen.filter((what) => !what.startsWith('read '))).toEqual([
      'emitted',
      'ready',
      'emitted',
      'ready',
      'emitted',
      'ready',
    ])
  })

  it.each([
    ['to its end', '', whole.text.length],
    ['and lets go of it: the process ends though it goes on', '.pipe(take(1))', 0],
  ])('reads standard input, %s', async (_what, operators, least) => {
    const library = fileURLToPath(new URL('../../../src/adapters/node/logs/index.ts', import.meta.url))
    const program = `
      import { take } from 'rxjs'
      import { readLog } from ${JSON.stringify(library)}
      let length = 0
      await readLog('-')${operators}.forEach((bytes) => { length += bytes.length })
      console.log(length)`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.on('error', () => {})
    if (least > 0) child.stdin.end(gz)
    else child.stdin.write(sample)
    let output = ''
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
    })
    expect(await once(child, 'close')).toEqual([0, null])
    expect(Number(output)).toBeGreaterThanOrEqual(Math.max(least, 1))
  })

  it('reads what a socket brings', async () => {
    const server = createServer((socket) => socket.end(zst)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const { connect } = await import('node:net')
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(await readAll(connect(port, '127.0.0.1'))).toEqual(whole)
    server.close()
  })
})
