// @module-tag slow

import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OpcuaItem, OpcuaPlan } from '../../src/base/opcua.js'
import { NodeOpcuaLink } from '../../src/intake/opcua/node-opcua-link.js'
import { openOpcuaSession } from '../../src/intake/opcua/open-session.js'
import { startOpcuaServer } from '../support/opcua-server.js'

/** Proves that a real server which is busy, or takes little at once, is asked again after pauses, and that nothing is missing. */

const NODES = 60
const BUSY = { HistoryRead: 3, CreateMonitoredItems: 3 }
const LIMITS = { maxNodesPerHistoryReadData: 8, maxMonitoredItemsPerCall: 7 }

const planOf = (endpoint: string, items: readonly OpcuaItem[]): OpcuaPlan => ({
  ...{ id: 'hall', endpoint, mode: 'none', policy: 'Basic256Sha256', applicationUri: 'urn:greengauge:gateway' },
  ...{
    user: null,
    trustsAny: true,
    samplingMs: 0,
    publishingMs: 50,
    queue: 100,
    timeoutMs: 60_000,
    historyMs: 3_600_000,
  },
  items,
})

test('a busy server that takes few nodes at once is asked again after pauses for all nodes and their history', async () => {
  const variables = Array.from({ length: NODES }, (_, i) => ({ name: `V${i}`, history: 10 }))
  const server = await startOpcuaServer({ variables, busy: BUSY, limits: LIMITS })
  const { signal } = new AbortController()
  const items = variables.map(
    ({ name }): OpcuaItem => ({ key: name, node: `ns=1;s=${name}`, element: null, deadband: 0 }),
  )
  const plan = planOf(server.endpoint, items)
  const place = { dir: join(server.dir, 'client'), nowMs: () => Date.now() }
  const link = new NodeOpcuaLink(plan, await openOpcuaSession(plan, place, signal))
  try {
    const fromMs = Date.now()
    await server.set(...variables.map(({ name }, i) => ({ name, value: i, source_ms: fromMs + i })))
    expect(await link.subscribe(items)).toMatchObject({ monitored: NODES, refused: [] })
    const found = new Map<string, unknown>()
    const without: unknown[] = []
    for await (const page of link.history(items, fromMs - 1000, fromMs + 60_000, signal)) {
      for (const { item, value } of page.values) found.set(item, value)
      without.push(...page.without)
    }
    expect(without).toEqual([])
    expect(found).toEqual(new Map(variables.map(({ name }, i) => [name, i])))
    expect(await server.shortestPauseMs()).toBeGreaterThanOrEqual(240)
  } finally {
    await link.close()
    await server.close()
  }
})
