import { type EventSample, type FactorRow, type Figure, ratio, total } from './inputs.js'
import type { Asked } from './members.js'

/** Events that happen once, KPI specification §1, §2.2 and §4: fuel that is reported, refills, materials, results of parts. */

/** Gases of a mixture by mass; any other name is a gas itself. */
const MIXTURES: Readonly<Record<string, Readonly<Record<string, number>>>> = { r410a: { hfc32: 0.5, hfc125: 0.5 } }
const KG_PER_T = 1000

export function eventsIn({ input, scope, id, span }: Asked, type: string): readonly EventSample[] {
  return ofScope({ input, scope, id }, type).filter(({ ts }) => ts >= span.fromMs && ts < span.toMs)
}

/** Events of a type over all time that is known, in order of time. */
export function ofScope({ input, scope, id }: Pick<Asked, 'input' | 'scope' | 'id'>, type: string) {
  const devices = input.senders.filter((one) => scope === 'plant' || (scope === 'line' ? one.line : one.id) === id)
  return input.events.filter((one) => one.type === type && devices.some((device) => device.id === one.device))
}

/** kg of CO2e of refills, by the set of the plant; AR6 where it names none. */
export function leakedKg(asked: Asked): number {
  const set = (asked.input.plant.carbon?.gwp ?? 'AR6').toLowerCase()
  return eventsIn(asked, 'refrigerant_refill').reduce((sum, { fields }) => {
    const gas = String(fields.gas)
    const parts = Object.entries(MIXTURES[gas] ?? { [gas]: 1 })
    return sum + parts.reduce((kg, [of, part]) => kg + Number(fields.kg) * part * gwp(asked.input.factors, set, of), 0)
  }, 0)
}

function gwp(factors: readonly FactorRow[], set: string, gas: string): number {
  return factors.find(({ id }) => id === `gwp.${set}.${gas}`)?.value ?? Number.NaN
}

export function processKg(asked: Asked): number {
  return eventsIn(asked, 'process_input').reduce((sum, { fields }) => {
    const factor = asked.input.factors.find(({ id }) => id === `cn.process.${String(fields.material)}`)?.value
    return sum + Number(fields.t) * (factor ?? Number.NaN) * KG_PER_T
  }, 0)
}

/** Tonnes of a fuel that were reported. */
export function reportedT(asked: Asked, fuel: string): number {
  return eventsIn(asked, 'fuel_used').reduce((sum, { fields }) => {
    if (fields.fuel !== fuel) return sum
    return sum + (fields.unit === 'kg' ? Number(fields.amount) / KG_PER_T : Number(fields.amount))
  }, 0)
}

interface First {
  readonly op: string
  readonly isGood: boolean
}

/** Results of a span that are the first of their part at their step anywhere in the plant, in order of event time. */
function firstsIn(asked: Asked): readonly First[] {
  const seen = new Set<string>()
  const own = new Set(eventsIn(asked, 'serial_result'))
  const firsts: First[] = []
  for (const one of ofScope({ ...asked, scope: 'plant' }, 'serial_result')) {
    const op = String(one.fields.op ?? '')
    const key = `${op} ${String(one.fields.serial)}`
    const isFirst = !seen.has(key) && one.fields.first_attempt !== false
    seen.add(key)
    if (isFirst && own.has(one)) firsts.push({ op, isGood: one.fields.result === 'pass' })
  }
  return firsts
}

/** Undefined where no part was ever checked one by one. */
export function serialFigure(kpi: string, asked: Asked): Figure | undefined {
  if ((kpi !== 'fpy' && kpi !== 'rty') || ofScope(asked, 'serial_result').length === 0) return undefined
  const firsts = firstsIn(asked)
  if (kpi === 'fpy') return ratio(firsts.filter(({ isGood }) => isGood).length, firsts.length, 1)
  const steps = asked.input.plant.process_steps ?? [...new Set(firsts.map(({ op }) => op))]
  const yields = steps.map((step) => {
    const of = firsts.filter(({ op }) => op === step)
    return of.length === 0 ? null : of.filter(({ isGood }) => isGood).length / of.length
  })
  const isKnown = yields.length > 0 && yields.every((one) => one !== null)
  const product = yields.reduce<number>((all, one) => all * (one ?? 0), 1)
  return isKnown ? total(product, 1) : { ...total(0, 0), value: null }
}
