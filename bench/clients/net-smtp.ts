import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Peer } from '../client.ts'
import { env, isInstalled, root, runProgram, temporaryFile } from '../program.ts'

let program: string | undefined

/** The client of Go's standard library, driven by the small program in `bench/peers`. */
export const netSmtp: Peer = {
  name: 'net/smtp',
  what: "smtp.Client of Go's standard library, a goroutine for each connection",
  workloads: 'ABCDEFG',
  absent: () => (isInstalled('go') ? undefined : 'Go is not installed'),
  run: ({ host, port, ca, workload }, { from, to, bytes }, count) => {
    program ??= build()
    const file = temporaryFile('message')
    writeFileSync(file, bytes)
    const trusted = temporaryFile('ca.pem')
    writeFileSync(trusted, ca ?? '')
    return runProgram(program, [
      ...['-address', `${host}:${port}`, '-count', String(count), '-connections', String(workload.connections)],
      ...['-from', from, '-to', to.join(','), '-message', file],
      ...(workload.oneShot ? ['-one-shot'] : []),
      ...(ca === undefined ? [] : ['-ca', trusted]),
    ])
  },
}

function build(): string {
  const output = temporaryFile('net-smtp')
  execFileSync('go', ['build', '-o', output, `${root}/bench/peers/net-smtp.go`], { env, stdio: 'pipe' })
  return output
}
