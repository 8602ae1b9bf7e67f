import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from 'pino'
import { Places } from '../../access/places/places.js'
import { Strangers } from '../../access/places/strangers.js'
import type { Clock } from '../../base/clock.js'
import type { Hj212Options } from '../../base/options/hj212.js'
import { JournalBacklog } from '../backlog.js'
import type { JournalSink } from '../journal-sink.js'
import { Journaling } from '../journaling.js'
import { open, portOf } from '../listener.js'
import type { Pressure } from '../pressure.js'
import { RefusedClients } from '../refused-clients.js'
import type { FrameResult, IntakeStats } from '../stats.js'
import { Hj212Connection } from './connection.js'
import { RefusedLoggers } from './refused-loggers.js'
import { Stations } from './stations.js'

/** Longest wait of `close` for answers that are on their way. */
const CLOSE_MS = 2000
const LOOK_MS = 1000
/** The log gets one line of each event in so many milliseconds, so that a flood does not become one of the log. */
const QUIET_MS = 10_000

const WORDS: Readonly<Record<Exclude<FrameResult, 'taken'> | 'closed' | 'full' | 'unproved', string>> = {
  bad: 'a bad HJ 212 frame came: it is in quarantine, and is not answered',
  unknown_station: 'an HJ 212 frame came whose MN no station has: add it to hj212.stations; it is in quarantine',
  wrong_password: 'an HJ 212 frame came with a wrong PW: it is in quarantine, and is not answered',
  closed: 'the connection of a data logger is closed',
  full: 'the connection of a data logger is closed: too many are open (hj212.connections), and its station has the most',
  unproved:
    'a connection of which no frame was taken is closed: too many are open (hj212.unproved), and most of them of its address or network',
}

/**
 * The ingress for stack monitors that speak HJ 212 over TCP. A frame is answered when the journal has said that it is on the
 * disk, never before; one that is not taken is journaled too, and not answered. Rejects with an Error that says what to
 * do, with the system's `code` and the `port`.
 *
 * @param clock an `arrivalClock`, shared with whoever else writes to `sink`
 * @param pressure what data loggers may send of their past while figures are late; null for no bound
 * @param refused told of loggers whose frames are not taken
 */
export async function startHj212(
  options: Hj212Options & { readonly port: number },
  sink: JournalSink,
  clock: Clock,
  log: Pick<Logger, 'info' | 'warn'>,
  stats: IntakeStats,
  pressure: Pressure | null = null,
  refused: RefusedClients = new RefusedClients(clock),
): Promise<Hj212Listener> {
  const loggers = new RefusedLoggers(refused)
  const stations = new Stations(options.stations)
  const backlog = new JournalBacklog()
  const journaling = new Journaling(sink, clock, stats, backlog, 'hj212')
  const say = saying(log)
  const connections = new Set<Hj212Connection>()
  const strangers = new Strangers({
    placesMax: Math.max(options.unproved, options.stations.length),
    // A data logger may have nothing to say for a quarter of an hour (`idle_s`).
    proveMs: null,
    dropped: (_why, address) => {
      stats.loggerDropped('unproved')
      say('unproved', { address })
    },
  })
  // By station: whoever opens a hundred connections of one closes those of that one.
  const places = new Places<Hj212Connection>()
  const mayStay = (connection: Hj212Connection, mn: string): boolean => {
    places.enter(connection, { host: mn, network: mn })
    while (places.size > options.connections) {
      const goes = places.oldestOfMost!
      places.leave(goes)
      stats.loggerDropped('connections')
      say('full', { station: goes.station ?? mn })
      goes.destroy()
    }
    return places.has(connection)
  }
  const onSocket = (socket: Socket): void => {
    strangers.enter(socket)
    const address = socket.remoteAddress
    const connection: Hj212Connection = new Hj212Connection(socket, {
      options,
      stations,
      journaling,
      backlog,
      stats,
      pressure,
      say: (what, about) => {
        say(what, about)
        loggers.frameCame(what, address, connection.station !== null)
      },
      mayStay: (one, mn) => {
        strangers.prove(socket)
        return mayStay(one, mn)
      },
    })
    connections.add(connection)
    stats.hj212Came()
    socket.once('close', () => {
      places.leave(connection)
      connections.delete(connection)
      stats.hj212Went()
    })
  }
  // A data logger that has sent all may still wait for the answers: its half of the connection closes first.
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, onSocket)
  await open(server, options.host, options.port, 'hj212.port')
  log.info({ host: options.host, port: portOf(server) }, 'listening for HJ 212')
  return new Hj212Listener({ server, strangers, connections, stations, journaling, backlog, clock })
}

interface Hj212ListenerDeps {
  readonly server: Server
  readonly strangers: Strangers
  readonly connections: ReadonlySet<Hj212Connection>
  readonly stations: Stations
  readonly journaling: Journaling
  readonly backlog: JournalBacklog
  readonly clock: Clock
}

export class Hj212Listener {
  readonly #looking: NodeJS.Timeout

  constructor(private readonly deps: Hj212ListenerDeps) {
    const look = (): void => {
      const nowMs = performance.now()
      for (const connection of deps.connections) connection.look(nowMs)
    }
    // Frames that came while this process stood still are read before it is looked at who was silent.
    this.#looking = setInterval(() => setImmediate(look), LOOK_MS)
  }

  get port(): number {
    return portOf(this.deps.server)
  }

  /** Puts other stations in force, for those who are connected too. Throws when a password cannot be read. */
  replaceStations(stations: Hj212Options['stations']): void {
    this.deps.stations.replace(stations)
  }

  /** Takes no more, lets the answers go out that the journal gives within two seconds, and ends all connections. */
  async close(): Promise<void> {
    const { server, strangers, connections, journaling, backlog, clock } = this.deps
    clearInterval(this.#looking)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of connections) connection.stopReading()
    const deadlineMs = performance.now() + CLOSE_MS
    const isIdle = (): boolean => backlog.isEmpty && [...connections].every((connection) => !connection.isBusy)
    while (!isIdle() && performance.now() < deadlineMs) await clock.sleep(5)
    journaling.close()
    for (const connection of connections) connection.destroy()
    strangers.close()
    await closed
  }
}

function saying(log: Pick<Logger, 'warn'>): (what: keyof typeof WORDS | 'taken', about: object) => void {
  const said = new Map<string, { readonly atMs: number; unsaid: number }>()
  return (what, about) => {
    if (what === 'taken') return
    const last = said.get(what)
    if (last !== undefined && performance.now() - last.atMs < QUIET_MS) {
      last.unsaid += 1
      return
    }
    said.set(what, { atMs: performance.now(), unsaid: 0 })
    log.warn(last === undefined || last.unsaid === 0 ? about : { ...about, alsoSince: last.unsaid }, WORDS[what])
  }
}
