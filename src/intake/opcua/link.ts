import type { OpcuaItem, OpcuaValue } from '../../base/opcua.js'

/** Connection to one server with a subscription, as the client uses it. Every call rejects with an `OpcuaFault`. */
export interface OpcuaLink {
  /**
   * Subscribes to the items, beside those of before, and says of each that the server refuses why. The first value of each
   * comes with the notifications.
   */
  subscribe(items: readonly OpcuaItem[], signal?: AbortSignal): Promise<SubscribedItems>
  /**
   * Waits for the next notification of the server, and tells it which ones are durable here: it keeps the others. Several
   * calls may wait at the same time.
   *
   * @param durable sequence numbers
   */
  next(durable: readonly number[]): Promise<ServerNotification>
  /** Values of items by the time of their sources, epoch ms by the clock of the server, oldest first for each item. */
  history(items: readonly OpcuaItem[], fromMs: number, toMs: number, signal: AbortSignal): AsyncIterable<HistoryPage>
  /** Never rejects. */
  close(): Promise<void>
}

export interface SubscribedItems {
  readonly monitored: number
  readonly refused: readonly { readonly key: string; readonly why: string }[]
  /** A server that has said nothing for so long is gone. */
  readonly silenceMaxMs: number
}

export interface ServerNotification {
  /** Null for a sign of life, which nobody acknowledges. */
  readonly sequence: number | null
  readonly values: readonly OpcuaValue[]
  /** Epoch ms by the clock of the server; null where it tells none. */
  readonly publishedMs: number | null
  /** Values before which the server has thrown others away. */
  readonly overflows: number
}

export interface HistoryPage {
  readonly values: readonly OpcuaValue[]
  /** Items of which the server gives no history, with why; each once. */
  readonly without: readonly { readonly key: string; readonly why: string }[]
}
