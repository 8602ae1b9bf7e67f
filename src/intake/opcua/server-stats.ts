import { OPCUA_FAULTS, OPCUA_SERVERS_MAX } from '../../base/opcua.js'
import { NamedCounts } from '../named-counts.js'

/** Results of connecting, the label `result` of `greengauge_opcua_connections_total`. */
const CONNECTS = ['ok', ...OPCUA_FAULTS] as const
export type OpcuaConnect = (typeof CONNECTS)[number]

/** Ways of values, the label `way` of `greengauge_opcua_values_total`; before an `overflow` the server has lost some. */
const VALUES = ['sent', 'history', 'overflow'] as const
type ValueWay = (typeof VALUES)[number]

/** Ends of a gap, the label `result` of `greengauge_opcua_gaps_total`. */
const GAPS = ['filled', 'partly', 'left'] as const
export type OpcuaGapEnd = (typeof GAPS)[number]

const NODES = ['monitored', 'unread'] as const
type NodeState = (typeof NODES)[number]

const OTHERS = ['isConnected', 'clockDifferenceS', 'isClockKnown'] as const
const FIGURES = [...CONNECTS, ...VALUES, ...GAPS, ...NODES, ...OTHERS] as const
type Figure = (typeof FIGURES)[number]

/** Figures of one server: counts since the start, and how it stands now. */
export interface OpcuaServerFigures {
  readonly id: string
  readonly isConnected: boolean
  /** Clock of the server against that of the gateway, above 0 when it is ahead; null before it has answered. */
  readonly clockDifferenceS: number | null
  readonly connections: Readonly<Record<OpcuaConnect, number>>
  readonly values: Readonly<Record<ValueWay, number>>
  readonly gaps: Readonly<Record<OpcuaGapEnd, number>>
  /** Nodes of the settings that the server monitors, and those that it refuses. */
  readonly nodes: Readonly<Record<NodeState, number>>
}

/** Figures of all servers. The intake thread writes, any other reads. */
export class OpcuaStats {
  readonly #counts: NamedCounts<Figure>

  static create(): OpcuaStats {
    return new OpcuaStats(NamedCounts.shared(FIGURES, OPCUA_SERVERS_MAX))
  }

  constructor(readonly shared: SharedArrayBuffer) {
    this.#counts = new NamedCounts(shared, FIGURES)
  }

  of(id: string): OpcuaServerStats {
    return new OpcuaServerStats(this.#counts.of(id))
  }

  read(): readonly OpcuaServerFigures[] {
    return this.#counts.read().map(({ id, figures }) => ({
      id,
      isConnected: figures.isConnected === 1,
      clockDifferenceS: figures.isClockKnown === 1 ? figures.clockDifferenceS : null,
      connections: pick(figures, CONNECTS),
      values: pick(figures, VALUES),
      gaps: pick(figures, GAPS),
      nodes: pick(figures, NODES),
    }))
  }
}

/** Counts for one server. */
export class OpcuaServerStats {
  constructor(private readonly cells: Float64Array | null) {}

  count(what: OpcuaConnect | ValueWay | OpcuaGapEnd, by = 1): void {
    if (this.cells !== null) this.cells[FIGURES.indexOf(what)]! += by
  }

  connected(isConnected: boolean): void {
    this.#set('isConnected', isConnected ? 1 : 0)
  }

  clock(differenceMs: number): void {
    this.#set('clockDifferenceS', differenceMs / 1000)
    this.#set('isClockKnown', 1)
  }

  nodes(monitored: number, unread: number): void {
    this.#set('monitored', monitored)
    this.#set('unread', unread)
  }

  #set(figure: Figure, value: number): void {
    if (this.cells !== null) this.cells[FIGURES.indexOf(figure)] = value
  }
}

function pick<Name extends Figure>(
  figures: Readonly<Record<Figure, number>>,
  names: readonly Name[],
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, figures[name]])) as Record<Name, number>
}
