import { type ContractSettings, commonMs, lengthMs, type Span } from './inputs.js'
import { type Asked, importOf } from './members.js'
import { hoursOf, instantOf, wallOf } from './windows.js'

/** Electricity contracts, KPI specification §2.3: over the period of each, and hour by hour. */

interface Delivery extends Span {
  readonly contract: ContractSettings
}

/** Part of an import that a contract covers, with the factor of the contract. */
export interface Covered {
  readonly kwh: number
  readonly factor: number
  /** As the contract names it. */
  readonly technology: string
}

/** Certificates before contracts, those by id; undefined where a period that matters is not known whole. */
function deliveriesOf({ input, span }: Asked): readonly Delivery[] | undefined {
  const { contracts = [], timezone } = input.plant
  const deliveries = contracts
    .map((contract) => ({
      contract,
      fromMs: instantOf(contract.valid_from ?? `${contract.vintage}-01-01`, '00:00', timezone),
      toMs: instantOf(dayAfter(contract.valid_to ?? `${contract.vintage}-12-31`), '00:00', timezone),
    }))
    .toSorted((a, b) => rank(a) - rank(b) || (a.contract.id < b.contract.id ? -1 : 1))
  const isKnown = deliveries.every(
    (one) => commonMs(one, span) === 0 || (one.fromMs >= input.known.fromMs && one.toMs <= input.known.toMs),
  )
  return isKnown ? deliveries : undefined
}

function rank({ contract }: Delivery): number {
  return (contract.certificates ?? []).length > 0 ? 0 : 1
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

function importIn(asked: Asked, span: Span): number {
  return importOf({ ...asked, span })?.amount ?? 0
}

/** Days of the plant's zone that make up a span. */
function daysOf({ fromMs, toMs }: Span, timezone: string): readonly Span[] {
  const days: Span[] = []
  for (let at = fromMs; at < toMs; ) {
    const end = Math.min(toMs, instantOf(dayAfter(wallOf(at, timezone).day), '00:00', timezone))
    days.push({ fromMs: at, toMs: end })
    at = end
  }
  return days
}

/** The part of the import of an instant's day that each covers: what it delivers over what its period consumed. */
function partsAt(asked: Asked, deliveries: readonly Delivery[], ms: number): readonly number[] {
  const { timezone } = asked.input.plant
  const left = new Map<number, number>()
  return deliveries.map((one) => {
    const days = daysOf(one, timezone)
    const leftOf = (day: Span) => left.get(day.fromMs) ?? 1
    const consumed = days.reduce((sum, day) => sum + importIn(asked, day) * leftOf(day), 0)
    const part = consumed > 0 ? Math.min(1, one.contract.kwh / consumed) : 0
    const own = days.find((day) => day.fromMs <= ms && ms < day.toMs)
    const covered = own === undefined ? 0 : part * leftOf(own)
    for (const day of days) left.set(day.fromMs, leftOf(day) * (1 - part))
    return covered
  })
}

/** Part of the import of a span that each contract covers, by the default: over the whole of its period. */
export function coveredBy(asked: Asked): readonly Covered[] | undefined {
  const deliveries = deliveriesOf(asked)
  if (deliveries === undefined) return undefined
  const kwh = deliveries.map(() => 0)
  for (const day of daysOf(asked.span, asked.input.plant.timezone)) {
    const imported = importIn(asked, day)
    for (const [i, part] of partsAt(asked, deliveries, day.fromMs).entries()) kwh[i]! += imported * part
  }
  return deliveries.map(({ contract }, i) => ({
    kwh: kwh[i]!,
    factor: contract.factor,
    technology: contract.technology ?? '',
  }))
}

/** In an hour never more than was generated in it, evenly. */
export function coveredHourly(asked: Asked): readonly Covered[] | undefined {
  const deliveries = deliveriesOf(asked)
  if (deliveries === undefined) return undefined
  const kwh = deliveries.map(() => 0)
  for (const hour of hoursOf(asked.span, asked.input.plant.timezone)) {
    let left = importIn(asked, hour)
    for (const [i, one] of deliveries.entries()) {
      const used = Math.min(left, (one.contract.kwh * commonMs(one, hour)) / lengthMs(one))
      kwh[i]! += used
      left -= used
    }
  }
  return deliveries.map(({ contract }, i) => ({
    kwh: kwh[i]!,
    factor: contract.factor,
    technology: contract.technology ?? '',
  }))
}

export function kwhOf(covered: readonly Covered[], isWanted: (one: Covered) => boolean = () => true): number {
  return covered.reduce((sum, one) => (isWanted(one) ? sum + one.kwh : sum), 0)
}
