// Dovecot's LMTP server, on a port and on a Unix socket. Its master is started by hand, since it looks for doveconf in
// /usr/bin, where it is not.
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../../helpers/certificates.ts'
import { missingPrograms, missingRoot, unpacked } from '../debian.ts'
import { mailboxes } from '../delivered.ts'
import { freePorts, inNewDirectory, run } from '../process.ts'
import { type RealServer, type ServerKind, type Storage, world } from '../real-server.ts'

const doveconf = unpacked('dovecot-core', 'usr/bin/doveconf')
const master = unpacked('dovecot-core', 'usr/sbin/dovecot')
const lmtp = unpacked('dovecot-lmtpd', 'usr/lib/dovecot/lmtp')
const auth = '/usr/lib/dovecot/auth'

const storage: Storage = { adds: ['return-path', 'delivered-to', 'received'], lineEnds: 'lf' }
// Its mailbox is a file where a folder should be, so that nothing can be saved in it.
const broken = 'dave'
const nobody = { uid: 65_534, gid: 65_534 }

/** What only this server has. */
export interface Dovecot extends RealServer {
  /** The path of its Unix socket. */
  readonly path: string
  /** An address that RCPT accepts and that no message can be saved for. */
  readonly broken: string
}

export const dovecot: ServerKind<Dovecot> = {
  name: 'dovecot',
  tls: ['plain'],
  submission: [],
  extensions: ['PIPELINING', 'ENHANCEDSTATUSCODES', '8BITMIME', 'CHUNKING'],
  lacks: ['DSN', 'SMTPUTF8', 'SIZE'],
  readsBehindTheDot: true,
  tellsQueueId: false,
  storage,
  missing: () => missingPrograms('dovecot', [doveconf, master, lmtp, auth]) ?? missingRoot('dovecot'),
  start: (authority) => inNewDirectory('dovecot', (directory) => start(directory, authority)),
}

async function start(directory: string, authority: Authority): Promise<Dovecot> {
  const { plain } = await freePorts('plain')
  const mail = join(directory, 'mail')
  mkdirSync(mail)
  chownSync(mail, nobody.uid, nobody.gid)
  writeFileSync(join(mail, broken), '')
  const known = [...world.locals, broken]
  writeFileSync(join(directory, 'users'), known.map((local) => `${local}@${world.domain}::::::\n`).join(''))
  const config = join(directory, 'dovecot.conf')
  writeFileSync(config, dovecotConf(directory, plain))
  const running = await run({
    name: 'dovecot',
    program: doveconf,
    args: ['-f', 'service=master', '-c', config, '-m', 'master', '-e', master, '-F', '-c', config],
    ports: [plain],
    extraLog: () => readLog(directory),
  })
  return {
    ports: { plain },
    path: join(directory, 'run/lmtp'),
    broken: `${broken}@${world.domain}`,
    ca: authority.certificate,
    delivered: mailboxes(mail, storage),
    log: running.log,
    async stop() {
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function dovecotConf(directory: string, port: number): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/log
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
protocols = lmtp
ssl = no
mail_location = maildir:${directory}/mail/%n
first_valid_uid = 1
passdb {
  driver = static
  args = password=x
}
userdb {
  driver = passwd-file
  args = username_format=%u ${directory}/users
  default_fields = uid=${nobody.uid} gid=${nobody.gid} home=${directory}/mail/%n
}
service lmtp {
  executable = ${lmtp}
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${port}
  }
  unix_listener lmtp {
    mode = 0666
  }
}
`
}

function readLog(directory: string): string {
  try {
    return readFileSync(join(directory, 'log'), 'utf8')
  } catch {
    return ''
  }
}
