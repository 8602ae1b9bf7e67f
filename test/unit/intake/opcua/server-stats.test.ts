import { expect, test } from 'vitest'
import { OpcuaStats } from '../../../../src/intake/opcua/server-stats.js'

/** Proves that figures of a server that one thread writes are read by another, and that what was never heard is unknown. */

test('figures by server, of which the clock is unknown until it has answered', () => {
  const stats = OpcuaStats.create()
  const hall = stats.of('hall')
  stats.of('yard').count('unreachable')
  hall.count('ok')
  hall.count('sent', 12)
  hall.connected(true)
  hall.clock(-1500)
  hall.nodes(3, 1)
  const [first, second] = new OpcuaStats(stats.shared).read()
  expect(first).toEqual({
    id: 'hall',
    isConnected: true,
    clockDifferenceS: -1.5,
    connections: { ok: 1, unreachable: 0, untrusted: 0, refused: 0, lost: 0 },
    values: { sent: 12, history: 0, overflow: 0 },
    gaps: { filled: 0, partly: 0, left: 0 },
    nodes: { monitored: 3, unread: 1 },
  })
  expect(second).toMatchObject({
    id: 'yard',
    isConnected: false,
    clockDifferenceS: null,
    connections: { unreachable: 1 },
  })
})
