import type { LogFormat } from './record.ts'

// The programs of Postfix. Their name stands behind that of the instance, which may be any.
const postfix = new Set(
  (
    'anvil bounce cleanup defer discard dnsblog error flush lmtp local master oqmgr pickup pipe postalias postcat ' +
    'postconf postdrop postfix-script postkick postlog postlogd postmap postmulti postqueue postscreen postsuper proxymap ' +
    'proxywrite qmgr qmqpd relay retry scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trace trivial-rewrite verify ' +
    'virtual'
  ).split(' '),
)

/** Tells whose line it is by the name of the program; undefined where the name is not known. */
export function formatOf(program: string): LogFormat | undefined {
  const slash = program.lastIndexOf('/')
  if (program.startsWith('postfix') || (slash > 0 && postfix.has(program.slice(slash + 1)))) return 'postfix'
  return undefined
}
