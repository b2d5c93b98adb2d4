import { describe, expect, it } from 'vitest'
import { messageFor } from '../../bench/message.ts'
import { difference } from '../../bench/verify.ts'
import { workloadOf, workloads } from '../../bench/workloads.ts'

describe('difference', () => {
  const exact = { octets: 1024, bodyOctets: 800 }
  const composed = { ...exact, composes: true }
  const a = workloadOf('A')
  const right = { messages: 10, recipients: 10, octets: 10_240, quits: 1 }

  it.each([
    ['nothing', exact, a, right, undefined],
    ['a lost message', exact, a, { ...right, messages: 9 }, '9 messages received of 10'],
    ['a recipient too many', exact, a, { ...right, recipients: 11 }, '11 recipients received of 10'],
    ['a lost octet', exact, a, { ...right, octets: 10_239 }, '10239 octets received of 10240'],
    ['a header of its own', composed, a, { ...right, octets: 9_000 }, undefined],
    ['a shortened body', composed, a, { ...right, octets: 7_999 }, '7999 octets received, not 8000 to 36480'],
    ['no goodbye', exact, a, { ...right, quits: 0 }, '0 goodbyes received, not 1 to 1'],
    ['no goodbye from one who says none', { ...exact, withoutQuit: true }, a, { ...right, quits: 0 }, undefined],
    ['a goodbye a message', exact, workloadOf('E'), right, '1 goodbyes received of 10'],
    ['fewer connections than allowed', exact, workloadOf('B'), { ...right, quits: 4 }, undefined],
    ['all recipients', exact, workloadOf('D'), right, '10 recipients received of 10000'],
  ] as const)('finds %s', (_, description, workload, received, problem) => {
    expect(difference(description, workload, 10, received)).toBe(problem)
  })
})

describe('messageFor', () => {
  it.each(workloads)('makes the message of $id exact to the octet', (workload) => {
    const { bytes, body, to } = messageFor(workload)
    const lines = bytes.toString('latin1').split('\r\n')
    expect(bytes.length).toBe(workload.size)
    expect(to).toHaveLength(workload.recipients)
    expect(bytes.toString('latin1').endsWith(`\r\n\r\n${body}`)).toBe(true)
    expect(lines.at(-1)).toBe('')
    expect(lines.filter((line) => line.length > 78 || /^\.|[\r\n]/.test(line))).toEqual([])
  })
})
