import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Clock } from '../../base/clock.js'
import type { Hj212Options } from '../../base/options/hj212.js'
import { Backlog } from '../backlog.js'
import type { JournalSink } from '../journal-sink.js'
import { Journaling } from '../journaling.js'
import { open, portOf } from '../listener.js'
import type { FrameResult, IntakeStats } from '../stats.js'
import { Connection } from './connection.js'
import { Stations } from './stations.js'

/** How long `close` waits for answers that are on their way. */
const CLOSE_MS = 2000
const LOOK_MS = 1000
/** Of each event one line in so many milliseconds, so that a flood does not become one of the log. */
const QUIET_MS = 10_000

const WORDS: Readonly<Record<Exclude<FrameResult, 'taken'> | 'closed' | 'full', string>> = {
  bad: 'a bad HJ 212 frame came: it is in quarantine, and is not answered',
  unknown_station: 'an HJ 212 frame came whose MN no station has: add it to hj212.stations; it is in quarantine',
  wrong_password: 'an HJ 212 frame came with a wrong PW: it is in quarantine, and is not answered',
  closed: 'the connection of a data logger is closed',
  full: 'the connection of a data logger is closed: too many are open (hj212.connections)',
}

/**
 * The door for stack monitors that speak HJ 212 over TCP. A frame is answered when the journal has said that it is on the
 * disk, never before; one that is not taken is journaled too, and not answered. Rejects with an Error that says what to
 * do, with the system's `code` and the `port`.
 *
 * @param clock an `arrivalClock`, shared with whoever else writes to `sink`
 */
export async function startHj212(
  options: Hj212Options & { readonly port: number },
  sink: JournalSink,
  clock: Clock,
  log: Pick<Logger, 'info' | 'warn'>,
  stats: IntakeStats,
): Promise<Hj212Listener> {
  const stations = new Stations(options.stations)
  const backlog = new Backlog()
  const journaling = new Journaling(sink, clock, stats, backlog, 'hj212')
  const say = saying(log)
  const connections = new Set<Connection>()
  const onSocket = (socket: Socket): void => {
    if (connections.size >= options.connections) {
      say('full', { address: socket.remoteAddress })
      socket.destroy()
      return
    }
    const connection = new Connection(socket, { options, stations, journaling, backlog, stats, say })
    connections.add(connection)
    stats.hj212Came()
    socket.once('close', () => {
      connections.delete(connection)
      stats.hj212Went()
    })
  }
  // Who has sent all may still wait for the answers: its half of the connection closes first.
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, onSocket)
  await open(server, options.host, options.port, 'hj212.port')
  log.info({ host: options.host, port: portOf(server) }, 'listening for HJ 212')
  return new Hj212Listener({ server, connections, stations, journaling, backlog, clock })
}

interface ListenerParts {
  readonly server: Server
  readonly connections: ReadonlySet<Connection>
  readonly stations: Stations
  readonly journaling: Journaling
  readonly backlog: Backlog
  readonly clock: Clock
}

export class Hj212Listener {
  readonly #looking: NodeJS.Timeout

  constructor(private readonly parts: ListenerParts) {
    this.#looking = setInterval(() => {
      const nowMs = performance.now()
      for (const connection of parts.connections) connection.look(nowMs)
    }, LOOK_MS)
  }

  get port(): number {
    return portOf(this.parts.server)
  }

  /** Puts other stations in force, for those who are connected too. Throws when a password cannot be read. */
  replaceStations(stations: Hj212Options['stations']): void {
    this.parts.stations.replace(stations)
  }

  /** Takes no more, lets the answers go out that the journal gives within two seconds, and ends all connections. */
  async close(): Promise<void> {
    const { server, connections, journaling, backlog, clock } = this.parts
    clearInterval(this.#looking)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of connections) connection.stopReading()
    const deadlineMs = performance.now() + CLOSE_MS
    const isIdle = (): boolean => backlog.isEmpty && [...connections].every((connection) => !connection.isBusy)
    while (!isIdle() && performance.now() < deadlineMs) await clock.sleep(5)
    journaling.close()
    for (const connection of connections) connection.destroy()
    await closed
  }
}

function saying(log: Pick<Logger, 'warn'>): (what: keyof typeof WORDS | 'taken', about: object) => void {
  const said = new Map<string, number>()
  return (what, about) => {
    if (what === 'taken' || performance.now() - (said.get(what) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return
    said.set(what, performance.now())
    log.warn(about, WORDS[what])
  }
}
