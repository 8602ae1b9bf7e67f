import type { Scope } from '../../base/kpi.js'
import type { Kpi } from '../formulas/recipe.js'
import { KPIS } from '../formulas.js'
import type { CalendarWindow } from '../series/calendar.js'
import type { SeriesState } from '../series/series-state.js'
import type { KpiMember } from './kpi-member.js'
import type { Stream } from './point.js'
import { KpiStream } from './stream-numbers.js'

const NO_STREAMS: readonly Stream[] = []

/** All terms that each KPI asks for, each once. */
const TERMS: ReadonlyMap<Kpi, readonly string[]> = new Map(
  KPIS.map((kpi) => [kpi, [...new Set([...kpi.needs, ...kpi.needsAny, ...kpi.uses])]]),
)

export function termsOf(kpi: Kpi): readonly string[] {
  return TERMS.get(kpi)!
}

/** The members of each term that a KPI asks for. Thousands of devices have twenty KPIs each: a map of its own is too much. */
export interface TermMembers extends Iterable<readonly [term: string, members: readonly KpiMember[]]> {
  /** Undefined for a term that the KPI does not ask for. */
  get(term: string): readonly KpiMember[] | undefined
}

export function membersOfTerms(kpi: Kpi, membersOf: (term: string) => readonly KpiMember[]): TermMembers {
  return new MembersByTerm(termsOf(kpi), termsOf(kpi).map(membersOf))
}

class MembersByTerm implements TermMembers {
  readonly #terms: readonly string[]
  readonly #members: readonly (readonly KpiMember[])[]

  constructor(terms: readonly string[], members: readonly (readonly KpiMember[])[]) {
    this.#terms = terms
    this.#members = members
  }

  get(term: string): readonly KpiMember[] | undefined {
    return this.#members[this.#terms.indexOf(term)]
  }

  *[Symbol.iterator](): Generator<readonly [string, readonly KpiMember[]]> {
    for (const [i, term] of this.#terms.entries()) yield [term, this.#members[i]!]
  }
}

/** A KPI of a scope, with the members of each term it asks for. */
export class SubjectKpi {
  readonly kpi: Kpi
  readonly members: TermMembers
  /** All series it is made of. */
  readonly seriesList: readonly SeriesState[]
  /** No window finer than this is published: the shortest period among its members. */
  readonly shortestPeriodMs: number
  readonly #of: { readonly plant: string; readonly scope: Scope; readonly id: string }
  readonly #unit: string
  /** The streams that were asked for so far. */
  #streams: readonly Stream[] = NO_STREAMS

  constructor(parts: {
    readonly kpi: Kpi
    readonly members: TermMembers
    readonly seriesList: readonly SeriesState[]
    readonly shortestPeriodMs: number
    readonly of: { readonly plant: string; readonly scope: Scope; readonly id: string }
    readonly unit: string
  }) {
    this.kpi = parts.kpi
    this.members = parts.members
    this.seriesList = parts.seriesList
    this.shortestPeriodMs = parts.shortestPeriodMs
    this.#of = parts.of
    this.#unit = parts.unit
  }

  /** The stream of one of its windows: always the same object. */
  stream(window: CalendarWindow): Stream {
    const { kpi } = this
    const known = this.#streams.find((stream) => stream.window === window)
    if (known !== undefined) return known
    if (!kpi.windows.includes(window)) throw new Error(`${kpi.id} has no window ${window}`)
    const stream = new KpiStream({ ...this.#of, kpi: kpi.id, window, unit: this.#unit })
    // A list that is pushed to has room for seventeen.
    this.#streams = [...this.#streams, stream]
    return stream
  }
}
