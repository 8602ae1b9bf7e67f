import { BlockList, isIPv6, type Server as NetServer, type Socket } from 'node:net'
import type { Logger } from 'pino'
import { Handshakes } from '../access/places/handshakes.js'
import { Places } from '../access/places/places.js'
import { inFrontOf, onceHeard, Strangers } from '../access/places/strangers.js'
import type { HttpOptions } from './options.js'
import { Seldom } from './seldom.js'

/** Reasons for ending a connection, a feed or a try to sign in, mostly for others: the label `reason` of `greengauge_http_dropped_total`. */
export const HTTP_DROPS = ['unproved', 'connections', 'feed', 'feed_messages', 'sign_in'] as const
export type HttpDrop = (typeof HTTP_DROPS)[number]
export type HttpDrops = Readonly<Record<HttpDrop, number>>

/** Between questions a connection of somebody who is signed in, or of a proxy, stays for so long; any other for five seconds. */
export const KEEP_ALIVE_MS = { proved: 72_000, unproved: 5_000 } as const
/**
 * A connection stays for so long beyond what `Keep-Alive: timeout=` says of it: a question that a client or proxy sends at
 * the last moment is on its way when that is over.
 */
const KEEP_ALIVE_SLACK_MS = 2_000
/** Connections that the system keeps until they are accepted. */
export const BACKLOG = 4096

const WORDS: Readonly<Record<HttpDrop, string>> = {
  unproved:
    'a connection of HTTP of somebody who has not signed in is closed: too many are open (http.unproved), and most of them of its address or network',
  connections: 'a connection of HTTP is closed: too many are open (http.connections), and its account has the most',
  feed: 'a live feed is closed for another: too many are open, and its account or address has the most',
  feed_messages:
    'a live feed is closed (1008): it has sent more than 100 messages within a second, and a page sends one for each view',
  sign_in: 'somebody is not signed in (503): too many wait for it, and most of them of that network',
}

/** Counts what is ended for others, and says it now and then. */
export class Drops {
  readonly counts: Record<HttpDrop, number> = { unproved: 0, connections: 0, feed: 0, feed_messages: 0, sign_in: 0 }
  readonly #seldom = new Seldom<HttpDrop>()

  constructor(private readonly log: Pick<Logger, 'warn'>) {}

  add(why: HttpDrop, address: string | undefined): void {
    this.counts[why] += 1
    if (this.#seldom.isDue(why)) this.log.warn({ address, inAll: this.counts[why] }, WORDS[why])
  }
}

/**
 * The connections of HTTP. Until somebody has shown on one who they are it is one of the strangers, who have places of
 * their own, shared by address and network. Afterwards it has one of the places of those who are signed in, shared by account.
 */
export class Connections {
  readonly #strangers: Strangers
  readonly #proved = new Places<Socket>()
  readonly #handshakes = new Handshakes()
  readonly #proxies = new BlockList()

  constructor(
    private readonly options: Pick<HttpOptions, 'connections' | 'unproved' | 'proxies'>,
    private readonly drops: Drops,
  ) {
    this.#strangers = new Strangers({
      placesMax: options.unproved,
      // Node has times for headers, requests and what lies between them.
      proveMs: null,
      dropped: (_why, address) => drops.add('unproved', address),
    })
    for (const proxy of options.proxies) this.#trust(proxy)
  }

  /** @param isSecure whether connections begin with a handshake of TLS */
  watch(server: NetServer, isSecure: boolean): void {
    inFrontOf(server, (socket, goOn) => {
      this.#strangers.enter(socket)
      if (this.#isOfProxy(socket)) this.#prove(socket, socket.remoteAddress ?? '')
      if (!isSecure) goOn()
      else {
        onceHeard(socket, () => this.#handshakes.request(socket, goOn, this.#strangers))
      }
    })
  }

  /** A question has come on it. @param account who asks; null: nobody has said */
  asked(socket: Socket, account: string | null): void {
    const below = belowOf(socket)
    if (account !== null) this.#prove(below, account)
    // Among connections of one address the one that has not asked for the longest time goes first.
    else this.#strangers.renew(below)
  }

  /** Time that a connection stays between questions, and time that it says it would, ms. */
  keepAlive(socket: Socket): { readonly ms: number; readonly saidMs: number } {
    const saidMs = this.#strangers.has(belowOf(socket)) ? KEEP_ALIVE_MS.unproved : KEEP_ALIVE_MS.proved
    return { ms: saidMs + KEEP_ALIVE_SLACK_MS, saidMs }
  }

  /** It is a live feed from now on, which has places of its own. */
  release(socket: Socket): void {
    const below = belowOf(socket)
    this.#strangers.prove(below)
    this.#proved.leave(below)
  }

  /** Closes connections of those who have not signed in: they are not waited for when the gateway stops. */
  close(): void {
    this.#strangers.close()
  }

  #prove(socket: Socket, account: string): void {
    this.#strangers.prove(socket)
    if (!this.#proved.has(socket)) socket.once('close', () => this.#proved.leave(socket))
    this.#proved.enter(socket, { host: account, network: account })
    while (this.#proved.size > this.options.connections) {
      const goes = this.#proved.oldestOfMost!
      this.#proved.leave(goes)
      this.drops.add('connections', goes.remoteAddress)
      goes.destroy()
    }
  }

  #trust(proxy: string): void {
    const [address = '', bits] = proxy.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) this.#proxies.addAddress(address, family)
    else this.#proxies.addSubnet(address, Number(bits), family)
  }

  #isOfProxy({ remoteAddress = '' }: Socket): boolean {
    const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '')
    return address !== '' && this.#proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  }
}

/** The TCP socket below one of TLS; any other is its own. Node has no call for it. */
export function belowOf(socket: Socket): Socket {
  return (socket as unknown as { _parent?: Socket | null })._parent ?? socket
}
