/** Does tasks on a thread of its own, one after the other as they come, until the thread is ended. */
import { parentPort } from 'node:worker_threads'
import { countTask, type Task } from './count-task.ts'

const stop = new AbortController()

parentPort?.on('message', (message: Task | 'stop') => {
  if (message === 'stop') stop.abort()
  else void countTask(message, stop.signal, (told) => parentPort?.postMessage(told))
})
