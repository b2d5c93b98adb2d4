import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { roster } from '../../bench/roster.ts'
import { workloads } from '../../bench/workloads.ts'

interface Outcome {
  readonly code: number
  readonly output: string
}

function bench(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const tsx = ['--import', 'tsx', 'bench/main.ts', ...args]
    const child = execFile(process.execPath, tsx, { timeout: 150_000 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
    )
  })
}

describe('npm run bench', () => {
  it('lets every client do every workload and finds all messages at the server', { timeout: 160_000 }, async () => {
    const { code, output } = await bench('--quick')
    expect(code, output).toBe(0)
    expect(output).not.toContain('failed')
    expect(output).toMatch(/^ {2}rxsmtp, replies\(\) +[\d.]+ /m)
    for (const way of ['DATA', 'BDAT']) expect(output).toMatch(new RegExp(`^2 MiB from a stream by ${way}: `, 'm'))
    expect(output).toMatch(/^ {2}A, DATA +1\.5x +[\d.]+x +(yes|no) /m)
    const tables = output.split(/^(?=[A-Z] {2})/m).slice(1)
    expect(tables.map((table) => table[0])).toEqual(workloads.map(({ id }) => id))
    for (const table of tables) {
      // Others may be missing on this machine, but are never passed over in silence.
      for (const name of roster.filter((each) => takesPart(each, table[0] ?? ''))) {
        const figures = new RegExp(`^ {2}${literal(name)} {2,}>?[\\d.,]+ `, 'm')
        const absent = new RegExp(`^ {2}${literal(name)} is left out: .*not installed`, 'm')
        expect(figures.test(table) || absent.test(table), `${name} in ${table}`).toBe(true)
      }
    }
  })

  it('measures what is asked for and leaves the page alone', { timeout: 60_000 }, async () => {
    const { code, output } = await bench(
      ...['--workloads', 'a', '--clients', 'rxsmtp-BDAT-8,nodemailer', '--runs', '1', '--seconds', '0.01'],
    )
    expect(code, output).toBe(0)
    expect(output).toMatch(/^ {2}rxsmtp, BDAT 8 +>?[\d.,]+ +0% +>?[\d.,]+ /m)
    expect(output).not.toContain('emailjs')
    expect(output).not.toContain('is written')
  })

  it.each([
    ['--workloads', 'Z'],
    ['--clients', 'nobody'],
    ['--runs', '0'],
  ])('refuses %s %s', { timeout: 30_000 }, async (...args) => {
    const { code, output } = await bench(...args)
    expect(code).toBe(1)
    expect(output).toContain(args[0] === '--runs' ? '--runs must be' : `${args[1]} is none of`)
  })
})

/** What the roster leaves out: Postfix's program knows no TLS, and a message alone has none to wait with. */
function takesPart(name: string, workload: string): boolean {
  if (workload === 'F') return name !== 'smtp-source'
  return workload !== 'E' || !/queue|\d$/.test(name)
}

/** Makes a name a pattern that matches nothing else. */
function literal(text: string): string {
  return text.replace(/[/.]/g, '\\$&')
}
