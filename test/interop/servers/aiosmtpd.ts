// aiosmtpd: no PIPELINING, no CHUNKING, no DSN. Its handler writes what arrived to files, byte for byte.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Authority } from '../../helpers/certificates.ts'
import { missingPrograms } from '../debian.ts'
import { mailboxes } from '../delivered.ts'
import { freePorts, inNewDirectory, run } from '../process.ts'
import { type RealServer, type ServerKind, type Storage, world } from '../real-server.ts'

// Debian's own: another python3 on the path would not have the package.
const python = '/usr/bin/python3'
const script = fileURLToPath(new URL('aiosmtpd-server.py', import.meta.url))

const storage: Storage = { adds: [], lineEnds: 'crlf' }

export const aiosmtpd: ServerKind = {
  name: 'aiosmtpd',
  tls: ['plain', 'starttls', 'implicit'],
  auth: { mechanisms: ['PLAIN', 'LOGIN'], on: ['starttls', 'implicit'] },
  submission: [],
  extensions: ['SIZE', '8BITMIME', 'SMTPUTF8', 'HELP'],
  lacks: ['PIPELINING', 'CHUNKING', 'DSN', 'ENHANCEDSTATUSCODES'],
  readsBehindTheDot: true,
  tellsQueueId: true,
  storage,
  missing: () => missingPrograms('aiosmtpd', [python]) ?? missingModule(),
  start: (authority) => inNewDirectory('aiosmtpd', (directory) => start(directory, authority)),
}

async function start(directory: string, authority: Authority): Promise<RealServer> {
  const { starttls, implicit } = await freePorts('starttls', 'implicit')
  const leaf = await authority.issue([world.serverName])
  const write = (name: string, text: string): string => {
    const file = join(directory, name)
    writeFileSync(file, text)
    return file
  }
  const configuration = write(
    'config.json',
    JSON.stringify({
      starttls,
      implicit,
      certificate: write('cert.pem', leaf.certificate),
      key: write('key.pem', leaf.privateKey),
      mail: join(directory, 'mail'),
      ...world,
    }),
  )
  const running = await run({
    name: 'aiosmtpd',
    program: python,
    args: [script, configuration],
    env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
    ports: [starttls, implicit],
  })
  return {
    ports: { plain: starttls, starttls, implicit },
    ca: authority.certificate,
    delivered: mailboxes(join(directory, 'mail'), storage),
    log: running.log,
    async stop() {
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function missingModule(): string | undefined {
  return spawnSync(python, ['-c', 'import aiosmtpd']).status === 0
    ? undefined
    : 'python3-aiosmtpd is not installed; run .ci/install-servers'
}
