import { Worker } from 'node:worker_threads'
import type { OpcuaLook, OpcuaLookReply } from './opcua-look-messages.js'

/** A server that answers slowly is given up: somebody waits. */
const LOOK_MS_MAX = 60_000
const RESOURCES = { maxOldGenerationSizeMb: 256 }

/** Asks in a thread that ends with the answer. Never rejects. */
export function lookAtOpcua(look: OpcuaLook): Promise<OpcuaLookReply> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./opcua-look-thread.js', import.meta.url), {
      workerData: look,
      resourceLimits: RESOURCES,
    })
    const lost = (detail: string): OpcuaLookReply => ({ fault: { result: 'lost', detail } })
    const patience = setTimeout(() => {
      resolve(lost(`it was given up after ${LOOK_MS_MAX / 1000} s`))
      void worker.terminate()
    }, LOOK_MS_MAX)
    worker.once('message', resolve)
    worker.once('error', (error) => resolve(lost(error.message)))
    worker.once('exit', () => {
      clearTimeout(patience)
      resolve(lost('the thread that asked ended before its answer'))
    })
  })
}
