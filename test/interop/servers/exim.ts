// Exim, heavy flavour, unpacked and never installed. It speaks TLS through GnuTLS: a second stack to be tested against.
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../../helpers/certificates.ts'
import { library, missingPrograms, missingRoot, unpacked } from '../debian.ts'
import { mailboxes } from '../delivered.ts'
import { freePorts, inNewDirectory, run } from '../process.ts'
import { type RealServer, type ServerKind, type Storage, world } from '../real-server.ts'

const program = unpacked('exim4-daemon-heavy', 'usr/sbin/exim4')
const wrapper = library('libnss_wrapper.so')
// Any unprivileged number serves; these are Debian's nobody and nogroup.
const owner = { uid: 65534, gid: 65534 }

const storage: Storage = { adds: ['received'], lineEnds: 'lf' }

export const exim: ServerKind = {
  name: 'exim',
  tls: ['plain', 'starttls', 'implicit'],
  auth: { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'], on: ['starttls', 'implicit'] },
  submission: [],
  extensions: ['SIZE', '8BITMIME', 'DSN', 'PIPELINING', 'CHUNKING', 'SMTPUTF8', 'HELP'],
  lacks: ['ENHANCEDSTATUSCODES'],
  readsBehindTheDot: true,
  tellsQueueId: true,
  storage,
  missing: () => missingPrograms('exim', [program]) ?? missingRoot('exim'),
  start: (authority) => inNewDirectory('exim', (directory) => start(directory, authority)),
}

async function start(directory: string, authority: Authority): Promise<RealServer> {
  const { starttls, implicit } = await freePorts('starttls', 'implicit')
  const leaf = await authority.issue([world.serverName])
  for (const name of ['spool', 'log', 'mail']) {
    mkdirSync(join(directory, name))
    chownSync(join(directory, name), owner.uid, owner.gid)
  }
  const write = (name: string, text: string): string => {
    const file = join(directory, name)
    writeFileSync(file, text)
    return file
  }
  write('cert.pem', leaf.certificate)
  chownSync(write('key.pem', leaf.privateKey), owner.uid, owner.gid)
  const configuration = write('exim.conf', eximConf(directory, starttls, implicit))
  // The binary insists on a user that the machine does not have; the wrapper shows it one.
  const env = {
    LD_PRELOAD: wrapper,
    NSS_WRAPPER_PASSWD: write(
      'passwd',
      `root:x:0:0:root:/:/bin/sh\nDebian-exim:x:${owner.uid}:${owner.gid}::/:/bin/false\n`,
    ),
    NSS_WRAPPER_GROUP: write('group', `root:x:0:\nDebian-exim:x:${owner.gid}:\n`),
  }

  const running = await run({
    name: 'exim',
    program,
    args: ['-C', configuration, '-bdf', '-q5m'],
    env,
    ports: [starttls, implicit],
    extraLog: () => ['main', 'panic', 'reject'].map((name) => logFile(directory, name)).join(''),
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

function eximConf(directory: string, starttls: number, implicit: number): string {
  return `
primary_hostname = ${world.serverName}
exim_path = ${program}
# Without these the daemon cannot start itself again for a delivery.
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
spool_directory = ${directory}/spool
log_file_path = ${directory}/log/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${starttls} : ${implicit}
tls_on_connect_ports = ${implicit}
tls_certificate = ${directory}/cert.pem
tls_privatekey = ${directory}/key.pem
tls_advertise_hosts = *
dsn_advertise_hosts = *
message_size_limit = 50M
# Otherwise what comes after the tenth message of a connection stays queued.
smtp_accept_queue_per_connection = 0
smtp_accept_max = 100
acl_smtp_rcpt = recipient
acl_smtp_data = accept

begin acl
recipient:
  accept domains = ${world.domain}
         local_parts = ${world.locals.join(' : ')}
  deny message = 5.1.1 Unknown user

begin routers
local:
  driver = accept
  domains = ${world.domain}
  local_parts = ${world.locals.join(' : ')}
  transport = maildir

begin transports
maildir:
  driver = appendfile
  maildir_format
  # local_part_data is what the list above matched; the address itself is tainted and not allowed in a path.
  directory = ${directory}/mail/$local_part_data
  create_directory
  user = ${owner.uid}
  group = ${owner.gid}

begin retry
* * F,1m,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${world.username}}}{eq{$auth3}{${world.password}}}}}
  server_set_id = $auth2
  server_advertise_condition = \${if def:tls_in_cipher}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{${world.username}}}{eq{$auth2}{${world.password}}}}}
  server_set_id = $auth1
  server_advertise_condition = \${if def:tls_in_cipher}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = \${if eq{$auth1}{${world.username}}{${world.password}}fail}
  server_set_id = $auth1
  server_advertise_condition = \${if def:tls_in_cipher}
`
}

function logFile(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, 'log', `${name}log`), 'utf8')
  } catch {
    return ''
  }
}
