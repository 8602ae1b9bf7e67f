import { once } from 'node:events'
import { expect, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { FEED_SUBPROTOCOL, type FeedMessage, type SubscribeMessage } from '../../../src/base/wire.js'
import { SOON } from '../../support/soon.js'

type OfType<T extends FeedMessage['type']> = Extract<FeedMessage, { type: T }>

/** A dashboard without a screen: a real WebSocket that keeps what it was sent. */
export class TestClient {
  readonly messages: FeedMessage[] = []
  closedWith: number | undefined
  closedFor = ''
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data))))
    socket.on('close', (code, reason) => {
      this.closedWith = code
      this.closedFor = String(reason)
    })
  }

  static async connect(port: number, options: { autoPong?: boolean } = {}): Promise<TestClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/v1`, FEED_SUBPROTOCOL, options)
    const client = new TestClient(socket)
    await once(socket, 'open')
    return client
  }

  subscribe(wanted: Partial<SubscribeMessage> = {}): void {
    this.send(JSON.stringify({ type: 'subscribe', ...wanted }))
  }

  send(data: string | Buffer): void {
    this.#socket.send(data)
  }

  /** Sends one message, a character a part. */
  sendInParts(text: string): void {
    for (const [i, character] of [...text].entries()) this.#socket.send(character, { fin: i === text.length - 1 })
  }

  /** Leaves in its socket what comes from now on. */
  stopReading(): void {
    this.#socket.pause()
  }

  readOn(): void {
    this.#socket.resume()
  }

  async leave(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    this.#socket.terminate()
    await once(this.#socket, 'close')
  }

  all<T extends FeedMessage['type']>(type: T): OfType<T>[] {
    return this.messages.filter((message): message is OfType<T> => message.type === type)
  }

  /** The first message of a type, once it is there. */
  async first<T extends FeedMessage['type']>(type: T): Promise<OfType<T>> {
    await vi.waitFor(() => expect(this.all(type)).not.toEqual([]), SOON)
    return this.all(type)[0]!
  }

  /** Points of all updates, in the order in which they came. */
  get updated(): KpiPoint[] {
    return this.all('update').flatMap((update) => update.points)
  }

  async hasUpdates(values: readonly number[]): Promise<void> {
    await vi.waitFor(() => expect(this.updated.map((point) => point.value)).toEqual(values), SOON)
  }

  async isClosed(): Promise<number> {
    await vi.waitFor(() => expect(this.closedWith).toBeDefined(), SOON)
    return this.closedWith!
  }
}
