import type { CreateMonitoredItemsResponse, PublishResponse } from 'node-opcua-client'
import { type Clock, systemClock } from '../../base/clock.js'
import type { OpcuaItem, OpcuaPlan } from '../../base/opcua.js'
import { BusyPause, isBusy, isTooMany } from './busy.js'
import { OpcuaFault } from './fault.js'
import { readHistory } from './history.js'
import { inTime } from './in-time.js'
import type { HistoryPage, OpcuaLink, ServerNotification, SubscribedItems } from './link.js'
import { NodeIds } from './node-ids.js'
import type { OpcuaSession } from './session.js'
import { epochMsOf, isOverflow, opcuaValueOf } from './values.js'

/** A server without news gives a sign of life this often, about. */
const ALIVE_MS = 3000
/** It ends a subscription that nobody has fetched from for so many signs of life. */
const LIVES = 20
/** Signs of life that may be missing before the server is taken for gone. */
const MISSED_MAX = 4
/** Values of one notification. */
const NOTIFIED_MAX = 5000
/** Items of one request; a server that takes fewer is asked for fewer. */
const ITEMS_MAX = 500
/** Requests for items that a busy server refuses one after the other before the connection is given up: it is begun anew later. */
const REFUSED_MAX = 10

/** A subscription by `node-opcua-client`. */
export class NodeOpcuaLink implements OpcuaLink {
  readonly #items: OpcuaItem[] = []
  /** By key: a node that is asked for again keeps its own. */
  readonly #handles = new Map<string, number>()
  #subscription: { readonly id: number; readonly silenceMaxMs: number } | null = null
  readonly #nodeIds: NodeIds

  constructor(
    private readonly plan: OpcuaPlan,
    private readonly at: OpcuaSession,
    private readonly clock: Pick<Clock, 'sleep'> = systemClock,
  ) {
    this.#nodeIds = new NodeIds(at)
  }

  async subscribe(items: readonly OpcuaItem[], signal?: AbortSignal): Promise<SubscribedItems> {
    return this.#asked(async () => {
      this.#subscription ??= await this.#create()
      const refused: { key: string; why: string }[] = []
      const pause = new BusyPause(this.clock)
      let atOnce = ITEMS_MAX
      for (let from = 0; from < items.length && signal?.aborted !== true; ) {
        const part = items.slice(from, from + atOnce)
        try {
          refused.push(...(await this.#monitor(part, this.#subscription.id)))
          from += part.length
          pause.succeeded()
        } catch (error) {
          const { message } = error as Error
          if (!isBusy(message) || pause.failures >= REFUSED_MAX) throw error
          if (isTooMany(message)) atOnce = Math.ceil(part.length / 4)
          await pause.failed(signal)
        }
      }
      const { silenceMaxMs } = this.#subscription
      return { monitored: items.length - refused.length, refused, silenceMaxMs }
    })
  }

  async #create(): Promise<{ readonly id: number; readonly silenceMaxMs: number }> {
    const { publishingMs, timeoutMs } = this.plan
    const keepAlive = Math.max(1, Math.ceil(ALIVE_MS / publishingMs))
    const made = await inTime(
      this.at.session.createSubscription({
        requestedPublishingInterval: publishingMs,
        requestedMaxKeepAliveCount: keepAlive,
        requestedLifetimeCount: keepAlive * LIVES,
        maxNotificationsPerPublish: NOTIFIED_MAX,
        publishingEnabled: true,
        priority: 0,
      }),
      timeoutMs,
      'no subscription',
    )
    const aliveMs = made.revisedPublishingInterval * made.revisedMaxKeepAliveCount
    return { id: made.subscriptionId, silenceMaxMs: Math.max(MISSED_MAX * aliveMs, timeoutMs) }
  }

  /** Says which ones the server refuses. */
  async #monitor(items: readonly OpcuaItem[], subscriptionId: number): Promise<{ key: string; why: string }[]> {
    const { library, session } = this.at
    const refused: { key: string; why: string }[] = []
    const wanted: { readonly item: OpcuaItem; readonly handle: number; readonly request: object }[] = []
    for (const item of items) {
      const nodeId = await this.#nodeIds.of(item.node)
      if ('why' in nodeId) {
        refused.push({ key: item.key, why: nodeId.why })
        continue
      }
      const handle = this.#handleOf(item)
      wanted.push({ item, handle, request: this.#requestOf(item, nodeId.nodeId, handle) })
    }
    if (wanted.length === 0) return refused
    const request = new library.CreateMonitoredItemsRequest({
      subscriptionId,
      timestampsToReturn: library.TimestampsToReturn.Both,
      itemsToCreate: wanted.map(({ request }) => request),
    })
    const creating: Promise<CreateMonitoredItemsResponse> = session.createMonitoredItems(request)
    const { results } = await inTime(creating, this.plan.timeoutMs, 'no monitored items')
    for (const [index, { item }] of wanted.entries()) {
      const status = results?.[index]?.statusCode
      if (status === undefined || !status.isGood())
        refused.push({ key: item.key, why: refusalOf(status?.name ?? '', item) })
    }
    return refused
  }

  #handleOf(item: OpcuaItem): number {
    const handle = this.#handles.get(item.key) ?? this.#items.push(item) - 1
    this.#handles.set(item.key, handle)
    return handle
  }

  #requestOf({ element, deadband }: OpcuaItem, nodeId: unknown, clientHandle: number): object {
    const { library } = this.at
    const { plan } = this
    const filter =
      deadband === 0
        ? null
        : new library.DataChangeFilter({
            trigger: library.DataChangeTrigger.StatusValue,
            deadbandType: library.DeadbandType.Absolute,
            deadbandValue: deadband,
          })
    return {
      itemToMonitor: {
        nodeId,
        attributeId: library.AttributeIds.Value,
        ...(element === null ? {} : { indexRange: new library.NumericRange(String(element)) }),
      },
      monitoringMode: library.MonitoringMode.Reporting,
      requestedParameters: {
        clientHandle,
        samplingInterval: plan.samplingMs,
        filter,
        queueSize: plan.queue,
        discardOldest: true,
      },
    }
  }

  async next(durable: readonly number[]): Promise<ServerNotification> {
    const { library, session } = this.at
    const subscription = this.#subscription
    if (subscription === null) throw new OpcuaFault('lost', 'there is no subscription')
    const request = new library.PublishRequest({
      // The silence of the server is measured elsewhere: here requests wait behind each other.
      requestHeader: { timeoutHint: 8 * subscription.silenceMaxMs },
      subscriptionAcknowledgements: durable.map((sequenceNumber) => ({
        subscriptionId: subscription.id,
        sequenceNumber,
      })),
    })
    return this.#asked(async () => {
      const response = await new Promise<PublishResponse>((resolve, reject) => {
        session.publish(request, (error: Error | null, answer?: PublishResponse) => {
          if (error !== null || answer === undefined) reject(error ?? new Error('an empty answer'))
          else resolve(answer)
        })
      })
      return this.#notificationOf(response)
    })
  }

  #notificationOf({ notificationMessage, responseHeader }: PublishResponse): ServerNotification {
    const { library } = this.at
    const { notificationData, sequenceNumber, publishTime } = notificationMessage
    const values = (notificationData ?? []).flatMap((data) => {
      if (data instanceof library.StatusChangeNotification)
        throw new OpcuaFault('lost', `the server has ended the subscription: ${data.status.name}`)
      if (!(data instanceof library.DataChangeNotification)) return []
      return (data.monitoredItems ?? []).flatMap(({ clientHandle, value }) => {
        const item = this.#items[clientHandle]
        return item === undefined ? [] : [opcuaValueOf(library, item.key, value, item.element !== null)]
      })
    })
    return {
      sequence: (notificationData ?? []).length === 0 ? null : sequenceNumber,
      values,
      // A sign of life of some servers has no time of its own.
      publishedMs: epochMsOf(responseHeader.timestamp) ?? epochMsOf(publishTime),
      overflows: values.filter(isOverflow).length,
    }
  }

  async *history(
    items: readonly OpcuaItem[],
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<HistoryPage> {
    const { timeoutMs } = this.plan
    const request = { items, fromMs, toMs, timeoutMs, clock: this.clock }
    try {
      yield* readHistory(this.at, this.#nodeIds, request, signal)
    } catch (error) {
      throw this.at.faultOf(error)
    }
  }

  close(): Promise<void> {
    return this.at.close()
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw this.at.faultOf(error)
    }
  }
}

/** Reasons of servers in words; the code itself where there are none. Source: OPC 10000-4 5.13.2.4, CreateMonitoredItems. */
function refusalOf(code: string, { element }: OpcuaItem): string {
  switch (code) {
    case 'BadNodeIdUnknown':
    case 'BadNodeIdInvalid':
      return `the server has no such node (${code})`
    case 'BadAttributeIdInvalid':
      return `it is no variable and has no value (${code})`
    case 'BadNotReadable':
    case 'BadUserAccessDenied':
      return `this user may not read it (${code})`
    case 'BadIndexRangeInvalid':
    case 'BadIndexRangeNoData':
    case 'BadIndexRangeDataMismatch':
      return `it has no element ${element} (${code})`
    case 'BadMonitoredItemFilterUnsupported':
    case 'BadMonitoredItemFilterInvalid':
    case 'BadFilterNotAllowed':
    case 'BadDeadbandFilterInvalid':
      return `the server takes no deadband of it: remove deadband (${code})`
    default:
      return code === '' ? 'the server did not answer for it' : code
  }
}
