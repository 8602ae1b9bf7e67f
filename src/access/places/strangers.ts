import type { Server, Socket } from 'node:net'
import { KnownHosts } from './known-hosts.js'
import { type Origin, originOf } from './origin.js'
import { Places } from './places.js'

/** Time between two looks for those who have been strangers for too long. */
const LOOK_MS = 500

/** Reason to close a connection before it has proved itself: the places or its time ran out. */
export type WhyDropped = 'places' | 'time'

export interface StrangersOptions {
  readonly placesMax: number
  /** Time that somebody may stay a stranger, ms; null: as long as there are places. */
  readonly proveMs: number | null
  /** A connection is closed. */
  dropped(why: WhyDropped, address: string | undefined): void
}

interface Stranger {
  readonly origin: Origin
  readonly address: string | undefined
  readonly cameMs: number
}

/**
 * Connections of those who have not proved who they are, from the moment they are accepted. They have places of their own,
 * so that they cannot take those of others; where these run short the oldest goes of the address with the most, of the
 * network with the most. Somebody who proves themselves at once always comes through: a place lasts longer than that.
 */
export class Strangers {
  readonly #options: StrangersOptions
  readonly #known = new KnownHosts()
  readonly #places = new Places<Socket>()
  readonly #strangers = new Map<Socket, Stranger>()
  readonly #watched = new WeakMap<Socket, Pick<Stranger, 'origin' | 'address'>>()
  /** Only while there are strangers whose time can run out. */
  #looking: NodeJS.Timeout | undefined
  readonly #gone: (this: Socket) => void

  constructor(options: StrangersOptions) {
    this.#options = options
    const forget = (socket: Socket): void => this.#forget(socket)
    this.#gone = function gone() {
      forget(this)
    }
  }

  get size(): number {
    return this.#places.size
  }

  /** A connection is there, or one that was proved is so no more. It comes last, also when it was here before. */
  enter(socket: Socket): void {
    if (socket.destroyed) return
    const { origin, address } = this.#watch(socket)
    this.#strangers.delete(socket)
    this.#strangers.set(socket, { origin, address, cameMs: performance.now() })
    this.#places.enter(socket, origin, this.#known.has(origin))
    if (this.#options.proveMs !== null) this.#looking ??= setInterval(() => this.#look(), LOOK_MS).unref()
    while (this.#places.size > this.#options.placesMax) this.#drop(this.#places.oldestOfMost!, 'places')
  }

  /** It has got further: of those who are here it came last, and its time begins anew. Nothing for one that is not here. */
  renew(socket: Socket): void {
    if (this.#strangers.has(socket)) this.enter(socket)
  }

  has(socket: Socket): boolean {
    return this.#strangers.has(socket)
  }

  /** It has proved itself: it is counted elsewhere from now on. */
  prove(socket: Socket): void {
    this.#forget(socket)
    this.#known.remember(this.originOf(socket))
  }

  /** Also of a socket that is gone, once it was here. */
  originOf(socket: Socket): Origin {
    return this.#watched.get(socket)?.origin ?? originOf(socket.remoteAddress)
  }

  isKnown(socket: Socket): boolean {
    return this.#known.has(this.originOf(socket))
  }

  /** Closes all that are here. */
  close(): void {
    clearInterval(this.#looking)
    for (const socket of this.#strangers.keys()) socket.destroy()
  }

  #watch(socket: Socket): Pick<Stranger, 'origin' | 'address'> {
    const before = this.#watched.get(socket)
    if (before !== undefined) return before
    const address = socket.remoteAddress
    const watched = { address, origin: originOf(address) }
    this.#watched.set(socket, watched)
    // One listener for all: a closure for each would be kept as long as its connection.
    socket.on('close', this.#gone)
    // Whoever gets it has a listener of its own; until then a reset is nothing to anybody.
    socket.on('error', ignore)
    return watched
  }

  #forget(socket: Socket): void {
    this.#strangers.delete(socket)
    this.#places.leave(socket)
  }

  #drop(socket: Socket, why: WhyDropped): void {
    const address = this.#strangers.get(socket)?.address
    this.#forget(socket)
    socket.destroy()
    this.#options.dropped(why, address)
  }

  #look(): void {
    if (this.#strangers.size === 0) {
      clearInterval(this.#looking)
      this.#looking = undefined
    }
    const sinceMs = performance.now() - (this.#options.proveMs ?? 0)
    for (const [socket, { cameMs }] of this.#strangers) {
      if (cameMs > sinceMs) return
      this.#drop(socket, 'time')
    }
  }
}

function ignore(): void {}

/** Puts `first` before all that a server does with a connection; that goes on with `goOn`. */
export function inFrontOf(server: Server, first: (socket: Socket, goOn: () => void) => void): void {
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    first(socket, () => {
      for (const listener of listeners) listener.call(server, socket)
    })
  })
}

/** Calls `act` when the first bytes are there, which stay to be read: who only connects costs no more than a socket. */
export function onceHeard(socket: Socket, act: (first: Buffer) => void): void {
  // Nobody else looks at it yet, and what is not read to its end never ends.
  const onEnd = (): void => {
    socket.destroy()
  }
  socket.once('end', onEnd)
  socket.once('data', (chunk: Buffer) => {
    socket.off('end', onEnd)
    socket.pause()
    socket.unshift(chunk)
    act(chunk)
  })
}
