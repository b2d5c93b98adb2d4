import type { Saslprep } from '../../protocol/sasl/saslprep.ts'

/** Prepares text with a library that is loaded when the first text beyond ASCII comes: its tables are large. */
export const saslprep: Saslprep = async (text, as) => {
  const { default: prepare } = await import('@mongodb-js/saslprep')
  return prepare(text, { allowUnassigned: as === 'query' })
}
