/** Does one task on a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { countTask, type Task } from './count-task.ts'

const stop = new AbortController()
const port = parentPort

if (port !== null) {
  port.once('message', () => stop.abort())
  // Listening must not keep the thread alive.
  port.unref()
  await countTask(workerData as Task, stop.signal, (told) => port.postMessage(told))
}
