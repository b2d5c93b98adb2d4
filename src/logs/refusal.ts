import type { RejectRecord } from './record.ts'

/** Tells whether a record says that something was refused; Postfix logs warnings, holds and redirections likewise. */
export function isRefusal({ format, action }: RejectRecord): boolean {
  return format !== 'postfix' || action.endsWith('reject')
}
