import { argumentError } from '../errors.ts'

/**
 * Prepares text for comparison (RFC 4013): maps, normalises, and throws for characters that have no place in it.
 *
 * `query` lets code points pass that Unicode 3.2 has not assigned, as RFC 5802 wants it for user names; passwords
 * are `stored`.
 */
export type Saslprep = (text: string, as: 'query' | 'stored') => string | Promise<string>

/** Prepares a field of credentials; only text beyond ASCII needs the tables of `saslprep`. */
export async function prepared(
  name: string,
  text: string,
  as: 'query' | 'stored',
  saslprep: Saslprep | undefined,
): Promise<string> {
  // RFC 4013 leaves printable ASCII as it is.
  if (/^[ -~]*$/.test(text)) return text
  if (saslprep === undefined) throw argumentError(name, 'beyond ASCII, which needs SASLprep', { phase: 'auth' })
  let result: string
  try {
    result = await saslprep(text, as)
  } catch (cause) {
    throw argumentError(name, 'not allowed by SASLprep (RFC 4013)', { phase: 'auth', cause })
  }
  if (result === '') throw argumentError(name, 'nothing is left of it after SASLprep (RFC 4013)', { phase: 'auth' })
  return result
}
