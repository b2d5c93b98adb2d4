// chasquid: written in Go, so a third TLS stack; a random line for a reply to DATA; 421 after some refused recipients.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../../helpers/certificates.ts'
import { missingPrograms, unpacked } from '../debian.ts'
import { mailboxes } from '../delivered.ts'
import { freePorts, inNewDirectory, run } from '../process.ts'
import { type RealServer, type ServerKind, type Storage, world } from '../real-server.ts'

const program = unpacked('chasquid', 'usr/bin/chasquid')
const util = unpacked('chasquid', 'usr/bin/chasquid-util')

const storage: Storage = { adds: ['received', 'received-spf', 'authentication-results'], lineEnds: 'lf' }

export const chasquid: ServerKind = {
  name: 'chasquid',
  tls: ['plain', 'starttls', 'implicit'],
  auth: { mechanisms: ['PLAIN'], on: ['starttls', 'implicit'] },
  submission: ['implicit'],
  extensions: ['8BITMIME', 'PIPELINING', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'SIZE', 'HELP'],
  lacks: ['CHUNKING', 'DSN'],
  // It reads a message through a buffer of its own and loses what is behind the dot in it.
  readsBehindTheDot: false,
  tellsQueueId: false,
  storage,
  missing: () => missingPrograms('chasquid', [program, util]),
  start: (authority) => inNewDirectory('chasquid', (directory) => start(directory, authority)),
}

async function start(directory: string, authority: Authority): Promise<RealServer> {
  const { starttls, implicit } = await freePorts('starttls', 'implicit')
  const leaf = await authority.issue([world.serverName])
  const folders = [
    'config/domains',
    `config/domains/${world.domain}`,
    `config/certs/${world.serverName}`,
    'data',
    'mail',
  ]
  for (const name of folders) mkdirSync(join(directory, name), { recursive: true })
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text)
  write(`config/certs/${world.serverName}/fullchain.pem`, leaf.certificate)
  write(`config/certs/${world.serverName}/privkey.pem`, leaf.privateKey)
  write('deliver', deliverScript(directory))
  chmodSync(join(directory, 'deliver'), 0o755)
  write('config/chasquid.conf', chasquidConf(directory, { starttls, implicit }))
  const config = join(directory, 'config')
  for (const address of world.users) {
    execFileSync(util, [`--configdir=${config}`, 'user-add', address, `--password=${world.password}`], {
      stdio: 'pipe',
    })
  }

  const running = await run({
    name: 'chasquid',
    program,
    args: [`--config_dir=${config}`, '--logtime'],
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

function chasquidConf(directory: string, ports: { starttls: number; implicit: number }): string {
  return `
hostname: "${world.serverName}"
smtp_address: "127.0.0.1:${ports.starttls}"
submission_over_tls_address: "127.0.0.1:${ports.implicit}"
mail_delivery_agent_bin: "${directory}/deliver"
mail_delivery_agent_args: "%to_user%"
data_dir: "${directory}/data"
mail_log_path: "<stdout>"
`
}

// One file per message, there whole or not at all.
function deliverScript(directory: string): string {
  return `#!/bin/sh
set -e
box=${directory}/mail/$1
mkdir -p "$box/new"
part=$(mktemp "$box/XXXXXXXX")
cat > "$part"
mv "$part" "$box/new/"
`
}
