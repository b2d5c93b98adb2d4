// OpenSMTPD has its users and paths compiled in, so it runs in a mount namespace of its own, where they exist.
// In this Debian its TLS is broken: it says 220 to STARTTLS and then fails the handshake. That makes it a good peer
// for one test, and a plain server for the others.
// Every fifteen or so connections that are dropped right after the greeting it lets the next one wait five seconds.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../../helpers/certificates.ts'
import { missingPrograms, missingRoot, unpacked } from '../debian.ts'
import { mailboxes } from '../delivered.ts'
import { freePorts, inNewDirectory, run } from '../process.ts'
import { type RealServer, type ServerKind, type Storage, world } from '../real-server.ts'

const program = unpacked('opensmtpd', 'usr/sbin/smtpd')
const unshare = '/usr/bin/unshare'
const account = { daemon: 64_001, queue: 64_002, mail: 65_534 }

const storage: Storage = { adds: ['return-path', 'delivered-to', 'received'], lineEnds: 'lf' }

export const opensmtpd: ServerKind = {
  name: 'opensmtpd',
  tls: ['plain'],
  submission: [],
  extensions: ['8BITMIME', 'ENHANCEDSTATUSCODES', 'SIZE', 'DSN', 'HELP'],
  lacks: ['PIPELINING', 'CHUNKING', 'SMTPUTF8'],
  readsBehindTheDot: true,
  tellsQueueId: true,
  storage,
  missing: () => missingPrograms('opensmtpd', [program, unshare]) ?? missingRoot('opensmtpd') ?? missingNamespaces(),
  start: (authority) => inNewDirectory('opensmtpd', (directory) => start(directory, authority)),
}

async function start(directory: string, authority: Authority): Promise<RealServer> {
  const { plain, starttls } = await freePorts('plain', 'starttls')
  const leaf = await authority.issue([world.serverName])
  for (const name of ['run', 'spool', 'lib/opensmtpd/empty']) mkdirSync(join(directory, name), { recursive: true })
  // The sandboxed process has its root here: it must not be anybody's to write.
  chmodSync(join(directory, 'lib/opensmtpd/empty'), 0o711)
  const write = (name: string, text: string, mode = 0o644): string => {
    const file = join(directory, name)
    writeFileSync(file, text, { mode })
    return file
  }
  makeMailboxes(directory)
  write('cert.pem', leaf.certificate)
  write('key.pem', leaf.privateKey, 0o600)
  write('passwd', readFileSync('/etc/passwd', 'utf8') + passwd())
  write('group', readFileSync('/etc/group', 'utf8') + group())
  const configuration = write('smtpd.conf', smtpdConf(directory, plain, starttls))
  const script = write('start', startScript(directory, configuration))

  const running = await run({
    name: 'opensmtpd',
    program: unshare,
    args: ['--mount', '/bin/sh', script],
    ports: [plain, starttls],
  })
  return {
    ports: { plain, starttls },
    ca: authority.certificate,
    delivered: mailboxes(join(directory, 'mail'), storage),
    log: running.log,
    async stop() {
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function smtpdConf(directory: string, plain: number, starttls: number): string {
  return `
pki mail cert "${directory}/cert.pem"
pki mail key "${directory}/key.pem"
table users { ${world.users.map((address, index) => `"${address}" = "${world.locals[index]}"`).join(', ')} }
table accounts { ${world.locals.map((name) => `"${name}" = "${account.mail}:${account.mail}:${directory}/mail/${name}"`).join(', ')} }
smtp max-message-size 50M
smtp limit max-mails 1000
listen on 127.0.0.1 port ${plain} hostname ${world.serverName}
listen on 127.0.0.1 port ${starttls} tls pki mail hostname ${world.serverName}
action deliver maildir "${directory}/mail/%{user.username}" userbase <accounts> virtual <users>
match from any for domain "${world.domain}" action deliver
`
}

function startScript(directory: string, configuration: string): string {
  return `set -e
mount --bind ${directory}/passwd /etc/passwd
mount --bind ${directory}/group /etc/group
mount --bind ${directory}/spool /var/spool
mount --bind ${directory}/lib /var/lib
mount --bind ${directory}/run /run
mount --bind ${unpacked('opensmtpd', 'usr/libexec')} /usr/libexec
exec ${program} -d -f ${configuration}
`
}

function makeMailboxes(directory: string): void {
  mkdirSync(join(directory, 'mail'))
  chmodSync(join(directory, 'mail'), 0o777)
}

function passwd(): string {
  return `opensmtpd:x:${account.daemon}:${account.daemon}::/var/lib/opensmtpd/empty:/bin/false
opensmtpq:x:${account.queue}:${account.queue}::/var/lib/opensmtpd/empty:/bin/false
`
}

function group(): string {
  return `opensmtpd:x:${account.daemon}:\nopensmtpq:x:${account.queue}:\n`
}

function missingNamespaces(): string | undefined {
  return spawnSync(unshare, ['--mount', '/bin/true']).status === 0
    ? undefined
    : 'opensmtpd needs a mount namespace, and unshare is not allowed here'
}
