import { readFileSync } from 'node:fs'
import type { Client, Figures, Task } from './client.ts'
import type { Message } from './message.ts'

/** Measures what `work` costs this process. */
export async function measure(work: () => Promise<unknown>): Promise<Figures> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await work()
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { elapsed, cpu: (user + system) / 1000, memory: peakMemory() }
}

/** Sends the message `count` times, on every lane one after the other. */
export async function sendAll(client: Client, task: Task, message: Message, count: number): Promise<Figures> {
  const { connections, oneShot } = task.workload
  const lanes = Array.from({ length: connections * (client.inFlight ?? 1) }, (_, lane) => lane)
  let left = count
  if (oneShot) {
    const each = async (): Promise<void> => {
      while (left-- > 0) {
        const sender = await client.open(task)
        await sender.send(message, 0)
        await sender.close()
      }
    }
    return measure(() => each())
  }
  const sender = await client.open(task)
  const each = async (lane: number): Promise<void> => {
    while (left-- > 0) await sender.send(message, lane)
  }
  const figures = await measure(() => Promise.all(lanes.map(each)))
  await sender.close()
  return figures
}

/** Reads the peak from the kernel; `maxRSS` would begin with the memory of the process that started this one. */
function peakMemory(): number {
  try {
    const [, kibi] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (kibi !== undefined) return Number(kibi) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
