import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Origin } from '../../access/places/origin.js'
import { FEED_SUBPROTOCOL } from '../../base/wire.js'

export const FEED_PATH = '/ws/v1'

/** Reasons for closing a client of the feed: there are too many, or it sends too many messages. */
export type FeedDrop = 'feed' | 'feed_messages'

/** Decides who may read the feed. */
export interface FeedAccess {
  /** True when a page of the origin of this request may read it. */
  isOurs(request: IncomingMessage): boolean
  /** Null for who may not read it. */
  admit(request: IncomingMessage): AdmittedFeedClient | null
  /** A client is closed: for another, of somebody at this address, or for what it has sent from there. */
  dropped(why: FeedDrop, address: string | undefined): void
}

export interface AdmittedFeedClient {
  /** Holder of the place that it takes: an account, or else an address. */
  readonly origin: Origin
  /** True while they may still read it. */
  holds(): boolean
}

/** The status of a request for an upgrade that is not taken; null when it is. */
export function refusalOf(request: IncomingMessage, access: FeedAccess): number | null {
  const { url, headers } = request
  if (url?.split('?', 1)[0] !== FEED_PATH) return 404
  if (!access.isOurs(request)) return 403
  const protocols = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim())
  return protocols?.includes(FEED_SUBPROTOCOL) ? null : 400
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: `The feed speaks the subprotocol ${FEED_SUBPROTOCOL}.`,
  403: 'A page of another origin may not read the feed.',
  404: `The feed is at ${FEED_PATH}.`,
  503: 'The gateway stops.',
}

/** Answers a request for an upgrade by a status, and closes its connection. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  const text = `${REFUSALS[status]}\n`
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
