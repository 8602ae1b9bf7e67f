import type { HistoryReadResponse, NodeId } from 'node-opcua-client'
import type { Clock } from '../../base/clock.js'
import type { OpcuaItem } from '../../base/opcua.js'
import { BusyPause, isBusy, isTooMany } from './busy.js'
import { inTime } from './in-time.js'
import type { HistoryPage } from './link.js'
import type { NodeIds } from './node-ids.js'
import type { OpcuaSession } from './session.js'
import { opcuaValueOf } from './values.js'

/** Nodes of one request, and values that it may bring of each. */
const NODES_MAX = 50
const VALUES_MAX = 1000
/** A node whose request fails by itself is asked for so often. */
const TRIES_MAX = 3
/** Requests that fail one after the other before the rest is given up: a server that never answers would be waited for without end. */
const FAILED_MAX = 30
/** Codes that hold for every node: the server has no history at all. */
const NO_HISTORY = /BadServiceUnsupported|BadHistoryOperationUnsupported|BadNotImplemented|BadNotSupported/
/** Codes of a node for which a server has had no room or no time: it may have them later. Source: OPC 10000-4 table 177. */
const PASSES =
  /BadNoContinuationPoints|BadContinuationPointInvalid|BadTooManyOperations|BadTimeout|Bad\w+(TooBusy|Unavailable)/
/** The connection itself is gone. */
const GONE = /BadSession\w+|BadSecureChannel\w+|BadConnection\w+|ECONN|EPIPE|disconnect|not connected|closed/i

export interface HistoryRequest {
  readonly items: readonly OpcuaItem[]
  readonly fromMs: number
  readonly toMs: number
  readonly timeoutMs: number
  readonly clock: Pick<Clock, 'sleep'>
}

/** Nodes that are asked for together, from their begin on. */
interface HistoryGroup {
  readonly cursors: readonly HistoryCursor[]
  /** Times that this very group was asked for. */
  readonly tries: number
}

/** Experience with the server at hand. */
interface Patience {
  /** Requests that have failed one after the other. */
  readonly pause: BusyPause
  /** Nodes of one request: fewer for a server that takes fewer. */
  nodesMax: number
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
  const patience = { pause: new BusyPause(request.clock), nodesMax: NODES_MAX }
  for (let from = 0, to = 0; from < items.length && !signal.aborted; from = to) {
    to = from + patience.nodesMax
    const cursors: HistoryCursor[] = []
    for (const item of items.slice(from, to)) {
      const known = await nodeIds.of(item.node)
      if ('why' in known) yield { values: [], without: [{ key: item.key, why: known.why }] }
      else cursors.push({ item, nodeId: known.nodeId, continuationPoint: null })
    }
    const none = yield* readGroups(at, [{ cursors, tries: 0 }], { ...request, patience }, signal)
    if (none === null) continue
    yield { values: [], without: items.slice(to).map(({ key }) => ({ key, why: none })) }
    return
  }
}

/**
 * A group whose request fails is asked for again after a pause: as it is where the server is busy, else in halves from its begin. Values
 * that come twice are one reading, and those of a node that is given up are lost. Returns the reason where
 * nothing more is to be asked for: the server has no history at all, or has given none for many requests.
 */
async function* readGroups(
  at: OpcuaSession,
  groups: HistoryGroup[],
  request: HistoryRequest & { readonly patience: Patience },
  signal: AbortSignal,
): AsyncGenerator<HistoryPage, string | null> {
  const { patience } = request
  const { pause } = patience
  for (let group = groups.shift(); group !== undefined && !signal.aborted; group = groups.shift()) {
    let open = group.cursors
    while (open.length > 0 && !signal.aborted) {
      const read = await readPage(at, open, request)
      const isFailed = read.why !== null || read.late.length === open.length
      const why = read.why ?? read.late[0]?.why ?? ''
      if (isFailed && isTooMany(why)) patience.nodesMax = Math.min(patience.nodesMax, Math.ceil(open.length / 2))
      if (!isFailed) pause.succeeded()
      if ((isFailed && pause.failures + 1 >= FAILED_MAX) || (read.why !== null && read.isWithoutHistory)) {
        const left = [...open, ...groups.flatMap(({ cursors }) => cursors)]
        yield { values: [], without: left.map(({ item }) => ({ key: item.key, why })) }
        return why
      }
      if (isFailed) await pause.failed(signal)
      // A server that is busy as a whole answers for fewer nodes no sooner.
      if (read.why !== null && isBusy(why) && !isTooMany(why)) continue
      if (read.why === null) {
        yield read.page
        open = read.open
        for (const late of read.late) yield* again([late.cursor], group, late.why, (more) => groups.push(...more))
        continue
      }
      yield* again(open, group, why, (more) => groups.unshift(...more))
      break
    }
  }
  return null
}

/** Asks again later, or says of which nodes that is given up. */
function* again(
  cursors: readonly HistoryCursor[],
  group: HistoryGroup,
  why: string,
  ask: (groups: readonly HistoryGroup[]) => void,
): Generator<HistoryPage, void> {
  const halves = halvesOf(cursors, group)
  ask(halves)
  if (halves.length === 0) yield { values: [], without: cursors.map(({ item }) => ({ key: item.key, why })) }
}

function halvesOf(open: readonly HistoryCursor[], { cursors, tries }: HistoryGroup): readonly HistoryGroup[] {
  const fresh = open.map((cursor) => ({ ...cursor, continuationPoint: null }))
  if (fresh.length === 1) {
    const next = cursors.length === 1 ? tries + 1 : 1
    return next < TRIES_MAX ? [{ cursors: fresh, tries: next }] : []
  }
  const middle = Math.ceil(fresh.length / 2)
  return [fresh.slice(0, middle), fresh.slice(middle)].map((half) => ({ cursors: half, tries: 0 }))
}

interface LateNode {
  readonly cursor: HistoryCursor
  readonly why: string
}

type ReadPage =
  | {
      readonly why: null
      readonly page: HistoryPage
      readonly open: readonly HistoryCursor[]
      readonly late: readonly LateNode[]
    }
  | { readonly why: string; readonly isWithoutHistory: boolean }

async function readPage(
  at: OpcuaSession,
  cursors: readonly HistoryCursor[],
  request: HistoryRequest,
): Promise<ReadPage> {
  let response: HistoryReadResponse
  try {
    response = await inTime(at.session.historyRead(requestOf(at, cursors, request)), request.timeoutMs, 'no history')
  } catch (error) {
    const { message } = error as Error
    if (GONE.test(message)) throw at.faultOf(error)
    const isWithoutHistory = NO_HISTORY.test(message)
    return { why: isWithoutHistory ? 'the server has no history' : at.faultOf(error).message, isWithoutHistory }
  }
  const without: { key: string; why: string }[] = []
  const open: HistoryCursor[] = []
  const late: LateNode[] = []
  const values = cursors.flatMap(({ item, nodeId }, index) => {
    const result = response.results?.[index]
    const code = result?.statusCode.name ?? 'Bad'
    if (PASSES.test(code)) {
      late.push({ cursor: { item, nodeId, continuationPoint: null }, why: code })
      return []
    }
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
  return { why: null, page: { values, without }, open, late }
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
