// Postfix in a directory of its own: configuration, queue, sasldb and Maildirs. master(8) runs in the foreground.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../../helpers/certificates.ts'
import { missingPrograms, missingRoot } from '../debian.ts'
import { mailboxes } from '../delivered.ts'
import { freePorts, inNewDirectory, run } from '../process.ts'
import { type RealServer, type ServerKind, type Storage, world } from '../real-server.ts'

const master = '/usr/lib/postfix/sbin/master'
const mechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256']

// What "postfix check" would make; it takes seconds for that, because it also reads every file of the installation.
const queues = [
  'active',
  'bounce',
  'corrupt',
  'defer',
  'deferred',
  'flush',
  'hold',
  'incoming',
  'maildrop',
  'private',
  'public',
  'saved',
  'trace',
]

const storage: Storage = { adds: ['return-path', 'x-original-to', 'delivered-to', 'received'], lineEnds: 'lf' }

export const postfix: ServerKind = {
  name: 'postfix',
  tls: ['plain', 'starttls', 'implicit'],
  auth: {
    mechanisms,
    on: ['plain', 'starttls', 'implicit'],
  },
  submission: [],
  extensions: ['PIPELINING', 'SIZE', 'ETRN', 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN', 'SMTPUTF8', 'CHUNKING'],
  lacks: [],
  readsBehindTheDot: true,
  tellsQueueId: true,
  storage,
  missing: () => missingPrograms('postfix', [master, '/usr/sbin/saslpasswd2']) ?? missingRoot('postfix'),
  start: (authority) => inNewDirectory('postfix', (directory) => start(directory, authority)),
}

async function start(directory: string, authority: Authority): Promise<RealServer> {
  const ports = await freePorts('plain', 'starttls', 'implicit')
  const leaf = await authority.issue([world.serverName])
  const owner = ids('postfix')
  for (const name of ['queue', 'queue/pid', 'sasl']) mkdirSync(join(directory, name))
  for (const name of ['data', 'mail', ...queues.map((queue) => `queue/${queue}`)]) {
    mkdirSync(join(directory, name), { mode: 0o700 })
    chownSync(join(directory, name), owner.uid, owner.gid)
  }
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text)
  // smtpd_tls_chain_files wants the key before the certificate; otherwise TLS is silently off.
  write('tls.pem', `${leaf.privateKey}\n${leaf.certificate}\n`)
  write('mailboxes', world.users.map((address, index) => `${address} ${world.locals[index]}/\n`).join(''))
  write('main.cf', mainCf(directory, owner))
  write('master.cf', masterCf(ports))
  // Debian looks for the Cyrus configuration here, whatever cyrus_sasl_config_path says.
  write('sasl/smtpd.conf', saslConf(directory))
  addSaslUser(join(directory, 'sasldb2'), owner)

  const running = await run({
    name: 'postfix',
    program: master,
    args: ['-c', directory, '-d'],
    ports: Object.values(ports),
    extraLog: () => readLog(directory),
  })
  return {
    ports,
    ca: authority.certificate,
    delivered: mailboxes(join(directory, 'mail'), storage),
    log: running.log,
    async stop() {
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function mainCf(directory: string, owner: Owner): string {
  return `
compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
mail_owner = postfix
maillog_file = ${directory}/data/log
maillog_file_prefixes = ${directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = ${world.serverName}
mydestination =
mynetworks =
virtual_mailbox_domains = ${world.domain}
virtual_mailbox_maps = texthash:${directory}/mailboxes
virtual_mailbox_base = ${directory}/mail
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:${owner.uid}
virtual_gid_maps = static:${owner.gid}
message_size_limit = 52428800
smtpd_recipient_limit = 100
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_tls_chain_files = ${directory}/tls.pem
# A bare LF in a command or message is an attempt at smuggling: 550 5.5.2.
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
# Tests speak for clients elsewhere.
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_authorized_xforward_hosts = 127.0.0.1
# The message is stored as sent: no missing header field is added, no postmaster is told.
local_header_rewrite_clients =
notify_classes =
alias_maps =
alias_database =
`
}

function masterCf(ports: { plain: number; starttls: number; implicit: number }): string {
  return `
127.0.0.1:${ports.plain} inet n - n - - smtpd -o smtpd_tls_security_level=none
127.0.0.1:${ports.starttls} inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_tls_auth_only=yes
127.0.0.1:${ports.implicit} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
}

function saslConf(directory: string): string {
  return `
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: ${directory}/sasldb2
mech_list: ${mechanisms.join(' ')}
`
}

function addSaslUser(file: string, owner: Owner): void {
  const [local = '', realm = ''] = world.username.split('@')
  execFileSync('/usr/sbin/saslpasswd2', ['-p', '-c', '-f', file, '-u', realm, local], { input: world.password })
  chownSync(file, owner.uid, owner.gid)
  chmodSync(file, 0o600)
}

function readLog(directory: string): string {
  try {
    return readFileSync(join(directory, 'data/log'), 'utf8')
  } catch {
    return ''
  }
}

interface Owner {
  uid: number
  gid: number
}

function ids(name: string): Owner {
  const id = (flag: string): number => Number(execFileSync('/usr/bin/id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
