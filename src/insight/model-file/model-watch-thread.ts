import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'

/**
 * A thread beside a model file that runs: a run that never ends hears of nothing, so this ends its process once the thread that asks
 * it has gone. That thread holds the other end of standard input, and may end while its gateway goes on.
 */

const LOOK_MS = 2_000

const asker = new Socket({ fd: 0 })
asker
  .on('error', () => {})
  .on('close', end)
  .resume()
setInterval(() => {
  if (process.ppid !== workerData) end()
}, LOOK_MS)

function end(): void {
  process.kill(process.pid, 'SIGKILL')
}
