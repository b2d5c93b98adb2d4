/** Lines inside lines: what journald and the runtimes of containers put around them. */
import { isJson, type Json } from './formats/json-value.ts'

/** What an envelope tells of the line inside. */
export interface Stamp {
  readonly time: number | undefined
  readonly host: string | undefined
}

/** Reads an object of JSON; undefined where a line is none. */
export function objectIn(line: string): Json | undefined {
  if (!line.trimEnd().endsWith('}')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isJson(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Takes a line out of an object of `journalctl -o json` or of Docker; undefined where the object is no envelope. */
export function unwrapped(object: Json): { readonly line: string; readonly stamp: Stamp | undefined } | undefined {
  const { log, time } = object as { log?: unknown; time?: unknown }
  if (typeof log === 'string') {
    const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN
    return { line: log.trimEnd(), stamp: { time: Number.isNaN(parsed) ? undefined : parsed, host: undefined } }
  }
  const message = textOf(object['MESSAGE'])
  if (message === undefined) return undefined
  const identifier = textOf(object['SYSLOG_IDENTIFIER']) ?? textOf(object['_COMM'])
  const pid = textOf(object['SYSLOG_PID']) ?? textOf(object['_PID'])
  const micros = Number(textOf(object['__REALTIME_TIMESTAMP']) ?? textOf(object['_SOURCE_REALTIME_TIMESTAMP']))
  return {
    line: identifier === undefined ? message : `${identifier}${pid === undefined ? '' : `[${pid}]`}: ${message}`,
    stamp: {
      time: Number.isNaN(micros) ? undefined : Math.trunc(micros / 1000),
      host: textOf(object['_HOSTNAME']),
    },
  }
}

/** Journald writes a text with octets that are no UTF-8 as an array of numbers. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || !value.every((octet) => typeof octet === 'number')) return undefined
  return new TextDecoder().decode(Uint8Array.from(value))
}
