import { do_not_optimize } from 'mitata'

/** Uses a value, so that making it is not left out. */
export const keep: (value: unknown) => void = do_not_optimize

/** Splits at line ends and reads the code with parseInt: what one writes when speed is all that counts. */
export function bySplit(chunks: readonly Uint8Array[]): number {
  const decoder = new TextDecoder('latin1')
  let rest = ''
  let found = 0
  let texts: string[] = []
  for (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const code = Number.parseInt(line.slice(0, 3), 10)
      texts.push(line.slice(4))
      if (line[3] === '-') continue
      keep({ code, lines: texts })
      texts = []
      found++
    }
  }
  return found
}

/** Collects lines in an array and matches patterns against each, and against the whole reply, as JavaScript mailers do. */
export function byMailerLines(chunks: readonly Uint8Array[]): number {
  let rest = ''
  let found = 0
  let queue: string[] = []
  for (const chunk of chunks) {
    const lines = (rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      queue.push(line)
      if (/^\d+-/.test(line)) continue
      const whole = queue.join('\n')
      queue = []
      const [, status, enhanced, message] = /^(\d+)[ -](?:(\d\.\d+\.\d+) )?(.*)/s.exec(whole) ?? []
      keep({ code: Number(status), enhanced, message, response: whole })
      found++
    }
  }
  return found
}
