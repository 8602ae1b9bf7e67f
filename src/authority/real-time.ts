import type { Hj212Pollutant } from '../base/hj212/codes.js'
import { newestLevels } from './levels.js'
import type { Quantity, StackMessage } from './message.js'
import {
  FLOW_SENT,
  namesOf,
  reportedFlow,
  reportedQuantitiesOf,
  STACK_METRICS,
  type Stack,
  StackLevels,
} from './stack.js'

/** A reading is of now for three periods, and at least so long. */
const HOLD_MIN_MS = 60_000
const PERIODS = 3

/**
 * Message of what a stack reads now: the newest readings with their quality, older ones as missing. null when it has never
 * sent anything that is told. `DataTime` is that of the newest reading; where all are too old, the whole second of now.
 */
export async function realTimeMessage(stack: Stack, nowMs: number): Promise<StackMessage | null> {
  const told = reportedQuantitiesOf(stack)
  if (told.length === 0) return null
  const { readings } = stack
  const holdMs = (metric: string) => Math.max(HOLD_MIN_MS, PERIODS * readings.periodMs(metric))
  const longestMs = Math.max(...STACK_METRICS.map(holdMs))
  const found = await newestLevels(readings, STACK_METRICS, Math.floor(nowMs - longestMs))
  const fresh = new Map([...found].filter(([metric, { newestMs }]) => newestMs > nowMs - holdMs(metric)))
  const levels = new StackLevels(stack, fresh, nowMs)
  const newestMs = Math.max(...told.map(({ metric }) => levels.of(metric).newestMs))
  return {
    period: 'real_time',
    timeMs: Math.floor((Number.isFinite(newestMs) ? newestMs : nowMs) / 1000) * 1000,
    quantities: told.map((of) => quantityOf(of, levels, stack)),
  }
}

function quantityOf(of: Hj212Pollutant, levels: StackLevels, { flowUnit, version, readings }: Stack): Quantity {
  if (of.metric === 'stack_flow_nm3h') {
    const nm3h = levels.flow().value
    return nm3h === null
      ? { of, values: [], flag: levels.flag(...FLOW_SENT) }
      : { of, values: [['Rtd', reportedFlow(nm3h, flowUnit!)]], flag: 'N' }
  }
  const names = namesOf(of)
  const level = levels.of(of.metric)
  if (names === undefined) return { of, values: level.min === null ? [] : [['Rtd', level.min]], flag: level.flag }
  const isDry = version.stack(readings.stack).basis === 'dry'
  // A value that is not good is told as it was read, with the letter that says so.
  const measured = levels.measured(names).value ?? (isDry ? level.min : null)
  const reference = levels.reference(names).value
  const values: [string, number][] = []
  if (measured !== null) values.push(['Rtd', measured])
  if (reference !== null) values.push(['ZsRtd', reference])
  const flag = measured === null && reference === null ? levels.flag(of.metric) : measured === null ? 'N' : level.flag
  return { of, values, flag: flag === 'N' && levels.isStopped ? 'F' : flag }
}
