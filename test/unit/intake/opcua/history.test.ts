import { HistoryData } from 'node-opcua'
import * as library from 'node-opcua-client'
import { expect, test } from 'vitest'
import type { OpcuaItem } from '../../../../src/base/opcua.js'
import { OpcuaFault } from '../../../../src/intake/opcua/fault.js'
import { readHistory } from '../../../../src/intake/opcua/history.js'
import type { OpcuaLibrary } from '../../../../src/intake/opcua/library.js'
import type { HistoryPage } from '../../../../src/intake/opcua/link.js'
import type { NodeIds } from '../../../../src/intake/opcua/node-ids.js'
import type { OpcuaSession } from '../../../../src/intake/opcua/session.js'

/** Proves that a server which is late with an answer costs no history that it has. */

const itemsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: `k${n}`, node: `ns=1;s=C${n}`, element: null }))

/** Reads from a server that answers each request as `answer` says, for the nodes that it is asked for. */
async function read(
  answer: (nodes: readonly string[], asked: number) => void,
  codeOf: (node: string, asked: number) => library.StatusCode = () => library.StatusCodes.Good,
  count = 50,
) {
  let asked = 0
  const session = {
    historyRead: async ({ nodesToRead }: library.HistoryReadRequest) => {
      const nodes = (nodesToRead ?? []).map(({ nodeId }) => String(nodeId.value))
      answer(nodes, ++asked)
      return {
        results: nodes.map((node) => ({
          statusCode: codeOf(node, asked),
          historyData: new HistoryData({
            dataValues: [{ value: { dataType: library.DataType.Double, value: 1 }, sourceTimestamp: new Date(1000) }],
          }),
        })),
      }
    },
  }
  const at = {
    library: library as unknown as OpcuaLibrary,
    session,
    faultOf: (error: Error) => (error instanceof OpcuaFault ? error : new OpcuaFault('unreachable', error.message)),
  } as unknown as OpcuaSession
  const nodeIds = { of: async (node: string) => ({ nodeId: library.resolveNodeId(node) }) } as unknown as NodeIds
  const pauses: number[] = []
  const clock = { sleep: async (ms: number) => void pauses.push(ms) }
  const items = itemsOf(count) as unknown as readonly OpcuaItem[]
  const request = { items, fromMs: 0, toMs: 2000, timeoutMs: 1000, clock }
  const pages: HistoryPage[] = []
  for await (const page of readHistory(at, nodeIds, request, new AbortController().signal)) pages.push(page)
  return {
    asked,
    pauses,
    values: new Set(pages.flatMap(({ values }) => values.map(({ item }) => item))),
    without: pages.flatMap(({ without }) => without),
  }
}

test('a request that comes to no end is made again in halves, and nothing is missing', async () => {
  const { values, without, asked } = await read((nodes) => {
    if (nodes.length > 13) throw new Error('Transaction has timed out')
  })
  expect([values.size, without, asked]).toEqual([50, [], 7])
})

test('a node for which alone the server has no answer is given up after some tries, and no other with it', async () => {
  const { values, without } = await read((nodes) => {
    if (nodes.includes('C7')) throw new Error('Transaction has timed out')
  })
  expect(values.size).toBe(49)
  expect(without).toEqual([{ key: 'k7', why: 'Transaction has timed out' }])
})

test('a server that was late once is asked once more for a node', async () => {
  const { values, without } = await read((nodes, asked) => {
    if (nodes.includes('C0') && asked < 8) throw new Error('Transaction has timed out')
  })
  expect([values.size, without]).toEqual([50, []])
})

test('a server without history is asked once', async () => {
  const { values, without, asked } = await read(() => {
    throw new Error('BadHistoryOperationUnsupported')
  })
  expect([values.size, without.length, asked]).toEqual([0, 50, 1])
  expect(without[0]!.why).toBe('the server has no history')
})

test('a server that answers no request is given up after some of them, and each node is named once', async () => {
  const { values, without, asked } = await read(
    () => {
      throw new Error('no history within 15 s')
    },
    undefined,
    10_000,
  )
  expect([values.size, asked]).toEqual([0, 30])
  expect(new Set(without.map(({ key }) => key)).size).toBe(10_000)
  expect(without).toHaveLength(10_000)
  expect(without.at(-1)!.why).toBe('no history within 15 s')
})

test('a server that is lost is no server without history', async () => {
  await expect(
    read(() => {
      throw new Error('connect ECONNREFUSED')
    }),
  ).rejects.toThrow('ECONNREFUSED')
})

test('nodes for which a server had no room are asked for by themselves, and one that never has room is named', async () => {
  const { values, without } = await read(
    () => undefined,
    (node, asked) => {
      const isFull = node === 'C3' || (asked === 1 && node !== 'C0')
      return isFull ? library.StatusCodes.BadNoContinuationPoints : library.StatusCodes.Good
    },
  )
  expect(values.size).toBe(49)
  expect(without).toEqual([{ key: 'k3', why: 'BadNoContinuationPoints' }])
})

test('a busy server is left alone before it is asked again, longer each time, and ten seconds at most', async () => {
  const { values, pauses } = await read((_nodes, asked) => {
    if (asked <= 8) throw new Error('BadServerTooBusy (0x80ee0000)')
  })
  expect(values.size).toBe(50)
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('a server that takes eight nodes in a request is asked for as many from then on', async () => {
  const sizes: number[] = []
  const { values, without, pauses } = await read(
    (nodes) => {
      sizes.push(nodes.length)
      if (nodes.length > 8) throw new Error('BadTooManyOperations (0x80100000)')
    },
    undefined,
    500,
  )
  expect([values.size, without]).toEqual([500, []])
  // The first fifty tell how many it takes.
  expect(pauses.length).toBeLessThan(10)
  expect(sizes.slice(20).every((size) => size <= 7)).toBe(true)
})
