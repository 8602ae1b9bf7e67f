import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../base/clock.js'
import { proposedNodes } from '../decode/opcua/proposed-nodes.js'
import { browseVariables, type OpcuaVariable } from '../intake/opcua/browse.js'
import { OpcuaFault } from '../intake/opcua/fault.js'
import { offeredEndpoints } from '../intake/opcua/offered-endpoints.js'
import { openOpcuaSession } from '../intake/opcua/open-session.js'
import type { OpcuaLook, OpcuaLookReply } from './opcua-look-messages.js'

/** Asks a server of OPC UA one thing for a page, beside the pipeline; the thread ends with the answer. */

async function looked(look: OpcuaLook): Promise<OpcuaLookReply> {
  const place = { dir: look.pkiDir, nowMs: () => systemClock.nowMs() }
  if (look.what === 'endpoints') return { endpoints: await offeredEndpoints(look, place) }
  const at = await openOpcuaSession(look.address, place, new AbortController().signal)
  try {
    const variables: OpcuaVariable[] = []
    for await (const one of browseVariables(at, look)) variables.push(one)
    return { variables, proposed: proposedNodes(variables, look.variablesMax) }
  } finally {
    await at.close()
  }
}

if (parentPort === null) throw new Error('opcua-look-thread runs as a worker thread')
const parent = parentPort
void looked(workerData as OpcuaLook)
  .catch((error: unknown): OpcuaLookReply => {
    const { message } = error as Error
    return { fault: { result: error instanceof OpcuaFault ? error.result : 'lost', detail: message } }
  })
  .then((reply) => {
    parent.postMessage(reply)
    // The library leaves timers behind.
    process.exit()
  })
