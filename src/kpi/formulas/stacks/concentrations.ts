import { HOUR_MS } from '../../../base/durations.js'
import { type Basis, type Cover, FROM_HOURS, figure, type InputSum, type Kpi, kpi, WHOLE } from '../recipe.js'
import { addDayHours, type DayHours, DayHoursTally, ofValidDay } from './day.js'
import { goodMsOf, hourTerms, isStandstill, pollutantHours, present, stoppedMsOf, toDry } from './hour.js'
import { addHours, figureOfHours, type HoursTotal, NO_HOURS } from './hours-total.js'
import { CLOCK_HOURS, POLLUTANT_NAMES, type PollutantNames } from './pollutants.js'
import { type RegimeRule, ruleOf } from './regimes.js'

const SHORT_DAY = 'of a day with fewer than 20 valid hours (regime cn; hours at a standstill are not missed)'

/** Concentrations of stacks: as measured, and at reference oxygen. */
export const CONCENTRATIONS: readonly Kpi[] = POLLUTANT_NAMES.flatMap((names) => [
  measuredMean(names),
  referenceMean(names),
])

function measuredMean(names: PollutantNames): Kpi {
  const { id, en, zh, measured } = names
  return kpi(
    {
      id: `pollutant_mean_${id}`,
      name: { en: `${en}, measured`, zh: `${zh}实测浓度` },
      unit: 'mg/Nm3',
      formula: '∫C dt / covered time, dry, as measured; a sample holds for one period at most',
      formula_zh: '∫C dt / 有数据时长，干基实测值；每个读数最多代表一个采样周期',
      source: 'KPI specification §2.4; HJ 75-2017 for the valid hour (not checked against its text)',
      confidence: 'from_memory',
      example: '80 mg/Nm3 for 30 min and 100 mg/Nm3 for 15 min, nothing for 15 min: (80 · 30 + 100 · 15) / 45 = 86.667',
      pillar: 'green',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `stacks that send ${measured}; of a wet analyser (stack.basis) dried hour by hour`,
      nulls: `no_data with nothing covered, low_coverage below 75 % of the expected time (45 min of an hour) and ${SHORT_DAY}, bad_config for a wet analyser without moisture`,
      needs: [measured],
      uses: ['stack_moisture_pct', 'stack_running'],
    },
    {
      total: (basis) => meanOf(basis, names),
      add: (a, b) => ({
        sum: a.sum + b.sum,
        coveredMs: a.coveredMs + b.coveredMs,
        expectedMs: a.expectedMs + b.expectedMs,
        estimatedMs: a.estimatedMs + b.estimatedMs,
        flags: a.flags | b.flags,
        hasNoMoisture: a.hasNoMoisture || b.hasNoMoisture,
        hours: addDayHours(a.hours, b.hours),
      }),
      figure: ({ sum, hasNoMoisture, hours, ...of }, window) => {
        const made = figure(sum / HOUR_MS, of.coveredMs / HOUR_MS, coverOf(of))
        if (made.value === null && hasNoMoisture) return { ...made, reason: 'bad_config' }
        return ofValidDay(made, hours, window)
      },
    },
  )
}

interface Mean extends Pick<InputSum, 'sum' | 'coveredMs' | 'expectedMs' | 'estimatedMs' | 'flags'> {
  readonly hasNoMoisture: boolean
  readonly hours: DayHours
}

function meanOf(basis: Basis, { id, measured }: PollutantNames): Mean {
  const { version, span } = basis
  let [sum, coveredMs, expectedMs, estimatedMs, flags, hasNoMoisture] = [0, 0, 0, 0, 0, false]
  const tally = new DayHoursTally()
  for (const { device, inputs, ...hour } of basis.slices('1h', measured, 'stack_moisture_pct', 'stack_running')) {
    const [level = null, moisture = null, running = null] = inputs.map(present)
    if (level === null) continue
    expectedMs += level.expectedMs
    flags |= level.flags
    const stack = version.stack(device)
    const dry = toDry(level.sum, stack.basis, stack, moisture, ruleOf('cn', version.edition).companionShare)
    const rule = ruleOf(version.limits.at(device, id, hour.startMs)?.regime ?? 'cn', version.edition)
    tally.add(device, hour, isHourFound(level, running, dry.value !== null, rule), rule.dayHours)
    if (dry.value === null) {
      hasNoMoisture ||= dry.reason === 'bad_config'
      continue
    }
    sum += dry.value
    flags |= dry.flags
    coveredMs += level.coveredMs
    estimatedMs += level.estimatedMs
  }
  return { sum, coveredMs, expectedMs, estimatedMs, flags, hasNoMoisture, hours: tally.within(span) }
}

/** The hour is a valid one, or a standstill explains what it lacks. */
function isHourFound(level: InputSum, running: InputSum | null, isDried: boolean, rule: RegimeRule): boolean {
  const goodMs = goodMsOf(level)
  if (isDried && goodMs > 0 && goodMs >= (rule.share ?? 0) * level.expectedMs) return true
  const explainedMs = Math.min(Math.max(0, level.expectedMs - goodMs), stoppedMsOf(level, running))
  return isStandstill(goodMs, explainedMs, level.expectedMs, rule)
}

function coverOf({ coveredMs, expectedMs, estimatedMs, flags }: Omit<Mean, 'sum' | 'hasNoMoisture' | 'hours'>): Cover {
  return {
    coverage: expectedMs > 0 ? coveredMs / expectedMs : 0,
    estimatedShare: coveredMs > 0 ? estimatedMs / coveredMs : 0,
    flags,
  }
}

function referenceMean(names: PollutantNames): Kpi {
  const { id, en, zh, measured, corrected } = names
  const own = corrected === null ? '' : `; ${corrected} where the stack has no oxygen or no reference, flag approx`
  return kpi(
    {
      id: `pollutant_ref_mean_${id}`,
      name: { en: `${en} at reference O2`, zh: `${zh}折算浓度` },
      unit: 'mg/Nm3',
      formula:
        'C · (21 − O2_ref) / (21 − O2) from the means of the hour, by a limit with regime: us 20.9 in place of 21; of longer windows the mean of the valid hours',
      formula_zh:
        'C · (21 − O2_ref) / (21 − O2)，取小时均值；限值为 regime: us 时以 20.9 代替 21；更长时段取有效小时的均值',
      source:
        'KPI specification §2.4.2 and §2.4.4, after HJ 75-2017 and the limits of GB 13223 and GB 13271, for us 40 CFR 60 appendix A, method 19 (not checked against their text)',
      confidence: 'secondary_source',
      example:
        'O15: 100 mg/Nm3 at 5 % O2, reference 3 %: 100 · (21 − 3) / (21 − 5) = 112.5; regime us, 100 at 10 % O2: 100 · (20.9 − 3) / (20.9 − 10) = 164.22',
      pillar: 'green',
      shape: 'level',
      windows: CLOCK_HOURS,
      scopes: WHOLE,
      members: `stacks that send ${measured} beside o2_pct, with the reference of their limit${own}; several stacks: the mean of their hours`,
      nulls: `o2_invalid from 20.8 % O2 (flag out_of_expected_range from 19.5 %), bad_config without a reference, no_data without oxygen or with nothing covered, low_coverage when fewer than 75 % of the running hours are valid and ${SHORT_DAY}`,
      needs: [`${id}_at_reference`],
      uses: [...new Set([`${id}_concentration`, ...hourTerms(names)])],
    },
    {
      total: (basis) => referencesOf(basis, names),
      add: (a, b) => ({
        sum: a.sum + b.sum,
        hours: a.hours + b.hours,
        of: addHours(a.of, b.of),
        day: addDayHours(a.day, b.day),
      }),
      figure: ({ sum, hours, of, day }, window) => ofValidDay(figureOfHours(sum, hours, of), day, window),
    },
  )
}

interface References {
  readonly sum: number
  readonly hours: number
  readonly of: HoursTotal
  readonly day: DayHours
}

function referencesOf(basis: Basis, names: PollutantNames): References {
  let sum = 0
  let hours = 0
  let of = NO_HOURS
  const tally = new DayHoursTally()
  for (const hour of pollutantHours(basis, `${names.id}_at_reference`, names)) {
    const { device, reference, state, isRunning, dayHours, expectedMs, goodMs, flags, limit } = hour
    const isJudged = state === 'valid' && reference.value !== null
    const isStill = !isJudged && (state === 'stopped' || !isRunning)
    tally.add(device, hour, isJudged || isStill, dayHours)
    if (isStill) continue
    if (isJudged) {
      sum += reference.value
      hours++
    }
    of = addHours(of, {
      coveredMs: goodMs,
      expectedMs,
      estimatedMs: 0,
      judgedMs: isJudged ? expectedMs : 0,
      dueMs: expectedMs,
      reason: state === 'valid' ? reference.reason : '',
      flags: flags | reference.flags,
      factors: limit === null ? [] : [limit.id],
    })
  }
  return { sum, hours, of, day: tally.within(basis.span) }
}
