import { DAY_MS } from '../../base/durations.js'
import type { AnomalyAmount } from '../../insight/anomalies/finding.js'
import type { AnomalyRecord } from '../../insight/anomalies/record.js'
import { anomalySentence } from '../../insight/anomalies/sentence.js'
import type { AnomalyVerdicts, TimedVerdict } from '../../insight/anomalies/verdicts.js'
import { LEARNT_DAYS } from '../../insight/anomalies/watched-series.js'
import { currencyOf } from '../../kpi/settings/currency.js'
import { ProblemError } from '../../views/problem.js'
import type { AnomaliesQuery, AnomalySources } from '../../views/routes/anomalies.js'
import type { AnomaliesAnswer, AnomalyItem } from '../../views/wire/anomalies.js'
import type { Configs } from '../configs.js'
import type { OperatorActions } from '../operator-actions.js'
import type { Anomalies } from './anomalies.js'
import { DamagedRecords, type KeptLook } from './records-file.js'

/** A finding that has ended, and that nobody has decided on, asks for a person so long. */
const ASKING_MS = 14 * DAY_MS

interface AnswerParts {
  readonly anomalies: Pick<Anomalies, 'lookAt' | 'isEnabled' | 'hasFailed'>
  readonly configs: Pick<Configs, 'plant'>
  readonly verdicts: AnomalyVerdicts
  readonly actions: Pick<OperatorActions, 'submit'>
  nowMs(): number
}

/** Answers to questions about anomalies, and verdicts on them. */
export function anomalySources({ anomalies, configs, verdicts, actions, nowMs }: AnswerParts): AnomalySources {
  const itemsOf = (plant: string) => {
    const records = knownLook(anomalies, plant)?.records ?? []
    return records.map((record) => itemOf(record, verdicts.of(plant, record), nowMs()))
  }
  return {
    anomalies: (query) => {
      const look = knownLook(anomalies, query.plant)
      return {
        anomalies: pageOf(itemsOf(query.plant), query),
        look: look === null ? null : lookOf(look),
        currency: currencyOf(configs.plant(query.plant)),
        reason: reasonOf(look, anomalies, query.plant),
      }
    },
    anomaly: (plant, id) => itemsOf(plant).find((item) => item.id === id) ?? null,
    decideAnomaly: (act) => actions.submit(act),
  }
}

/** Throws the 503 when it is not known what was found: that nothing was found would be wrong. */
function knownLook(anomalies: AnswerParts['anomalies'], plant: string): KeptLook | null {
  try {
    return anomalies.lookAt(plant)
  } catch (error) {
    const reason = error instanceof DamagedRecords ? 'damaged' : (error as NodeJS.ErrnoException).code
    if (reason === undefined) throw error
    throw new ProblemError(503, `The findings of ${plant} cannot be read now (${reason}); ask again later.`)
  }
}

/** Records come in the order of lists. */
function pageOf(items: readonly AnomalyItem[], { state, after, limit }: AnomaliesQuery): AnomalyItem[] {
  const isBehind = ({ found_at, id }: AnomalyItem) => {
    if (after === null) return true
    const foundMs = Date.parse(found_at)
    return foundMs < after.foundMs || (foundMs === after.foundMs && id > after.id)
  }
  return items.filter((item) => isBehind(item) && item.state === (state ?? item.state)).slice(0, limit)
}

function reasonOf(
  look: KeptLook | null,
  anomalies: AnswerParts['anomalies'],
  plant: string,
): AnomaliesAnswer['reason'] {
  if (!anomalies.isEnabled) return 'off'
  if (anomalies.hasFailed(plant)) return 'failed'
  if (look === null) return 'pending'
  if (look.knownDays <= LEARNT_DAYS) return 'too_short'
  return look.isComing === true ? 'pending' : ''
}

function lookOf({ atMs, fromMs, toMs, knownDays, leftOut, silent }: KeptLook): NonNullable<AnomaliesAnswer['look']> {
  const [at, from, to] = [atMs, fromMs, toMs].map(textOf) as [string, string, string]
  return { at, from, to, known_days: knownDays, left_out: leftOut, silent: [...silent] }
}

function itemOf(record: AnomalyRecord, verdict: TimedVerdict | null, nowMs: number): AnomalyItem {
  const { id, kind, device, line, other, excess, unit, factor, confidence, evidence, untilMs, ended } = record
  const said = verdict?.act.verdict ?? ''
  const isAsking = ended !== 'became_usual' && ended !== 'gone' && (untilMs === null || nowMs - untilMs < ASKING_MS)
  const needsPerson = said === '' && isAsking
  const isOpen = needsPerson || (said === 'confirmed' && untilMs === null)
  return {
    ...{ id, kind, device, line, other, excess, unit, factor, confidence },
    text: { ...anomalySentence(record) },
    state: said === 'dismissed' ? 'dismissed' : isOpen ? 'open' : 'over',
    needs_person: needsPerson,
    since: textOf(record.sinceMs),
    until: untilMs === null ? null : textOf(untilMs),
    ended: ended ?? '',
    found_at: textOf(record.foundMs),
    kwh: amountOf(record.kwh),
    money: amountOf(record.money),
    kgco2e: amountOf(record.kgCo2e),
    evidence: {
      start: textOf(evidence.startMs),
      step_s: evidence.stepMs / 1000,
      unit: evidence.unit,
      measured: [...evidence.measured],
      expected: [...evidence.expected],
      threshold: evidence.threshold,
      threshold_unit: evidence.thresholdUnit,
    },
    verdict: said,
    verdict_by: verdict?.act.by ?? null,
    verdict_at: verdict === null ? null : textOf(verdict.atMs),
    verdict_note: verdict?.act.note ?? '',
  }
}

function amountOf({ value, reason }: AnomalyAmount): AnomalyItem['kwh'] {
  return { value, reason: reason ?? '' }
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
