import { writeFileSync } from 'node:fs'
import type { Peer } from '../client.ts'
import { isInstalled, runProgram, temporaryFile } from '../program.ts'

/** Postfix's load generator, in C: one command at a time, one process for all connections. */
export const smtpSource: Peer = {
  name: 'smtp-source',
  what: 'the load generator of Postfix, in C, without pipelining or TLS',
  workloads: 'ABCDEG',
  absent: () => (isInstalled('smtp-source') ? undefined : 'not installed; on Debian it is part of the package postfix'),
  run: ({ host, port, workload }, { from, to, bytes }, count) => {
    // It writes CRLF behind every line of the file, and an empty line behind the last: that one is cut by two octets.
    const file = temporaryFile('message')
    writeFileSync(file, `${bytes.toString('latin1', 0, bytes.length - 4).replaceAll('\r\n', '\n')}\n`)
    const many = to.length === 1 ? [] : ['-r', String(to.length)]
    const stay = workload.oneShot ? [] : ['-d']
    return runProgram('smtp-source', [
      ...['-m', String(count), '-s', String(workload.connections), '-f', from, '-t', to[0] ?? '', '-F', file],
      ...['-M', 'client.example', ...many, ...stay, `${host}:${port}`],
    ])
  },
}
