import type { Target } from './target.ts'
import { command } from './targets/command.ts'
import { ehlo } from './targets/ehlo.ts'
import { framer } from './targets/framer.ts'
import { path } from './targets/path.ts'
import { reply } from './targets/reply.ts'
import { sasl } from './targets/sasl.ts'
import { session } from './targets/session.ts'
import { status } from './targets/status.ts'

/** Everything that is fuzzed. */
export const targets: readonly Target[] = [framer, reply, ehlo, status, path, command, sasl, session]
