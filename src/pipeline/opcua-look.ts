import { Worker } from 'node:worker_threads'
import type { OpcuaFaultKind } from '../base/opcua.js'
import type { ProposedNode } from '../decode/opcua/proposed-nodes.js'
import type { OpcuaVariable } from '../intake/opcua/browse.js'
import type { OfferedEndpoint } from '../intake/opcua/offered-endpoints.js'
import type { OpcuaAddress } from '../intake/opcua/open-session.js'

/** What a thread of its own is to ask a server of OPC UA: the library for it is larger than all else of the pipeline. */
export type OpcuaLook = { readonly pkiDir: string } & (
  | { readonly what: 'endpoints'; readonly endpoint: string; readonly applicationUri: string; readonly timeoutMs: number }
  | { readonly what: 'browse'; readonly address: OpcuaAddress; readonly from: string; readonly variablesMax: number }
)

export type OpcuaLookReply =
  | { readonly endpoints: readonly OfferedEndpoint[] }
  | { readonly variables: readonly OpcuaVariable[]; readonly proposed: readonly ProposedNode[] }
  | { readonly fault: { readonly result: OpcuaFaultKind; readonly detail: string } }

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
