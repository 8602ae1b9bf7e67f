import type { HistoryReadResponse, NodeId } from 'node-opcua-client'
import type { OpcuaItem } from '../../base/opcua.js'
import { inTime } from './in-time.js'
import type { HistoryPage } from './link.js'
import type { NodeIds } from './node-ids.js'
import type { OpcuaSession } from './session.js'
import { opcuaValueOf } from './values.js'

/** Nodes of one request, and values that it may bring of each. */
const NODES_MAX = 50
const VALUES_MAX = 1000
/** Codes that hold for every node: the server has no history at all. */
const NO_HISTORY = /BadServiceUnsupported|BadHistoryOperationUnsupported|BadNotImplemented|BadNotSupported/
/** The connection itself is gone. */
const GONE = /BadSession\w+|BadSecureChannel\w+|BadConnection\w+|ECONN|EPIPE|disconnect|not connected|closed/i

export interface HistoryRequest {
  readonly items: readonly OpcuaItem[]
  readonly fromMs: number
  readonly toMs: number
  readonly timeoutMs: number
}

interface HistoryCursor {
  readonly item: OpcuaItem
  readonly nodeId: NodeId
  /** Handed back to get the values after the last ones; null at the begin. */
  readonly continuationPoint: Buffer | null
}

/** Raw history of items, page by page. Items of which there is none are named with the reason; rejects when the server is lost. */
export async function* readHistory(
  at: OpcuaSession,
  nodeIds: NodeIds,
  request: HistoryRequest,
  signal: AbortSignal,
): AsyncGenerator<HistoryPage> {
  const { items } = request
  for (let from = 0; from < items.length && !signal.aborted; from += NODES_MAX) {
    const part = items.slice(from, from + NODES_MAX)
    let open: HistoryCursor[] = []
    for (const item of part) {
      const known = await nodeIds.of(item.node)
      if ('why' in known) yield { values: [], without: [{ key: item.key, why: known.why }] }
      else open.push({ item, nodeId: known.nodeId, continuationPoint: null })
    }
    while (open.length > 0 && !signal.aborted) {
      const read = await readPage(at, open, request)
      yield read.page
      if (read.isWithoutHistory) {
        const why = read.page.without[0]?.why ?? 'the server has no history'
        yield { values: [], without: items.slice(from + NODES_MAX).map(({ key }) => ({ key, why })) }
        return
      }
      open = read.open
    }
  }
}

async function readPage(
  at: OpcuaSession,
  cursors: readonly HistoryCursor[],
  request: HistoryRequest,
): Promise<{ page: HistoryPage; open: HistoryCursor[]; isWithoutHistory: boolean }> {
  let response: HistoryReadResponse
  try {
    response = await inTime(at.session.historyRead(requestOf(at, cursors, request)), request.timeoutMs, 'no history')
  } catch (error) {
    const { message } = error as Error
    if (GONE.test(message)) throw at.faultOf(error)
    const why = NO_HISTORY.test(message) ? 'the server has no history' : at.faultOf(error).message
    const without = cursors.map(({ item }) => ({ key: item.key, why }))
    return { page: { values: [], without }, open: [], isWithoutHistory: NO_HISTORY.test(message) }
  }
  const without: { key: string; why: string }[] = []
  const open: HistoryCursor[] = []
  const values = cursors.flatMap(({ item, nodeId }, index) => {
    const result = response.results?.[index]
    const code = result?.statusCode.name ?? 'Bad'
    if (result === undefined || !/^Good/.test(code)) {
      without.push({ key: item.key, why: NO_HISTORY.test(code) ? 'the server keeps no history of it' : code })
      return []
    }
    const { continuationPoint } = result
    if (continuationPoint !== null && continuationPoint !== undefined && continuationPoint.length > 0)
      open.push({ item, nodeId, continuationPoint })
    const { dataValues = [] } = (result.historyData ?? {}) as {
      dataValues?: Parameters<typeof opcuaValueOf>[2][] | null
    }
    return (dataValues ?? []).map((one) => opcuaValueOf(at.library, item.key, one, item.element !== null))
  })
  return { page: { values, without }, open, isWithoutHistory: false }
}

function requestOf({ library }: OpcuaSession, cursors: readonly HistoryCursor[], { fromMs, toMs }: HistoryRequest) {
  return new library.HistoryReadRequest({
    historyReadDetails: new library.ReadRawModifiedDetails({
      isReadModified: false,
      startTime: new Date(fromMs),
      endTime: new Date(toMs),
      numValuesPerNode: VALUES_MAX,
      returnBounds: false,
    }),
    timestampsToReturn: library.TimestampsToReturn.Both,
    releaseContinuationPoints: false,
    nodesToRead: cursors.map(({ item, nodeId, continuationPoint }) => ({
      nodeId,
      ...(continuationPoint === null ? {} : { continuationPoint }),
      ...(item.element === null ? {} : { indexRange: new library.NumericRange(String(item.element)) }),
    })),
  })
}
