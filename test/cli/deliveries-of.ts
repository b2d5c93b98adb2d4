import { Correlator, type LoggedMessage, type LogRecord } from '../../src/logs/index.ts'

/** Puts together what records say of messages. */
export function deliveriesOf(records: readonly LogRecord[]): LoggedMessage[] {
  const correlator = new Correlator()
  return [...correlator.push(records), ...correlator.end()]
}
