import { workerData } from 'node:worker_threads'

/** A thread beside a model file that runs: a run that never ends hears of nothing, so this ends its process once the gateway has gone. */

const LOOK_MS = 2_000

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, LOOK_MS)
