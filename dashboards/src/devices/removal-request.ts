import { useSignal } from '@preact/signals'
import type { ForgetAnswer } from '../../../src/views/wire/forget.js'
import type { ForgetMetricsAnswer } from '../../../src/views/wire/forget-metrics.js'
import { post } from '../gateway/api.js'
import { account } from '../session.js'
import { operator } from '../settings.js'
import { removalWords } from './removal-words.js'

/** Years of days may have to be looked at. */
const TIMEOUT_MS = 60_000

/** Devices of a plant that are to go; null for all that nobody has configured or registered. */
export interface RemovalScope {
  readonly plant: string
  readonly devices: readonly string[] | null
}

function forget({ plant, devices }: RemovalScope, wish: object) {
  const named = devices === null ? {} : { devices }
  return post<ForgetAnswer>(`/plants/${plant}/devices/forget`, { ...named, ...wish }, TIMEOUT_MS)
}

/** Asks what would go, and does nothing. */
export const askRemoval = (scope: RemovalScope) => forget(scope, { dry_run: true })

/** Metrics of a device that are to go. */
export interface MetricScope {
  readonly plant: string
  readonly device: string
  readonly metrics: readonly string[]
}

function forgetMetrics({ plant, device, metrics }: MetricScope, wish: object) {
  return post<ForgetMetricsAnswer>(
    `/plants/${plant}/devices/${device}/metrics/forget`,
    { metrics, ...wish },
    TIMEOUT_MS,
  )
}

/** Asks what would go of a device, and does nothing. */
export const askMetricRemoval = (scope: MetricScope) => forgetMetrics(scope, { dry_run: true })

/** Reason of a removal while it is typed, what it lacks, and the order with it. */
export function useRemovalOrder() {
  const why = useSignal('')
  const by = () => operator.value.trim()
  const said = () => ({ dry_run: false, why: why.value.trim(), ...(account.value === '' ? { by: by() } : {}) })
  return {
    why,
    /** Words for what has to be said first; '' when all is. */
    missing: () => {
      if (why.value.trim() === '') return removalWords().whyMissing
      return account.value === '' && by() === '' ? removalWords().byMissing : ''
    },
    give: (scope: RemovalScope) => forget(scope, said()),
    giveMetrics: (scope: MetricScope) => forgetMetrics(scope, said()),
  }
}
