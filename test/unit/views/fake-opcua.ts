import type { OpcuaServerFigures } from '../../../src/intake/opcua/server-stats.js'

/** A server of OPC UA that was lost once and is there again. */
export const opcuaServer: OpcuaServerFigures = {
  id: 'press',
  isConnected: true,
  clockDifferenceS: -1.5,
  connections: { ok: 2, unreachable: 1, untrusted: 0, refused: 0, lost: 1 },
  values: { sent: 9, history: 4, overflow: 0 },
  gaps: { filled: 1, partly: 0, left: 0 },
  nodes: { monitored: 3, unread: 1 },
}
