import type { Head } from '../head.ts'
import type { LogFormat, LogRecord } from '../record.ts'
import { readHarakaJson } from './haraka.ts'
import type { Json } from './json-value.ts'
import { readKumoMta } from './kumomta.ts'

/** Tells whose line an object is; undefined where it is nobody's that is known. */
export function jsonFormatOf(object: Json): LogFormat | undefined {
  if (typeof object['type'] === 'string' && ('recipient' in object || 'response' in object)) return 'kumomta'
  const isHaraka =
    typeof object['message'] === 'string' && ('uuid' in object || 'origin' in object || 'source' in object)
  return isHaraka || ('response' in object && 'rcpt' in object) ? 'haraka' : undefined
}

/** Reads a line of KumoMTA or Haraka; undefined where it says nothing known. */
export function readJson(object: Json, format: LogFormat, head: Head): readonly LogRecord[] | undefined {
  if (format === 'kumomta') return readKumoMta(object, head)
  const record = readHarakaJson(object, head)
  return record && [record]
}
