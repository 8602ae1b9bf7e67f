import type { Config } from '../../config/schema.js'
import { complain, printJson, printRow } from '../../program/output.js'
import type { ForgetMetricsAnswer } from '../../views/wire/forget-metrics.js'
import { callGateway } from '../client/call-gateway.js'

/** Part of `greengauge device forget`: takes away metrics of a device that goes on, such as one whose name was mistyped. */

export interface ForgetMetricsWish {
  readonly plant: string
  readonly device: string
  readonly metrics: readonly string[]
  readonly why: string | undefined
  readonly isDryRun: boolean
  readonly isJson: boolean
}

const REFUSALS: Readonly<Record<ForgetMetricsAnswer['refused'][number]['reason'], string>> = {
  unknown: 'was never sent by this device',
  configured: 'is named under metrics of the device in the configuration: take it out there first',
  merged: 'stays: figures are made of it together with',
  reported: 'stays: on a day of it rests the frozen report',
  freezing: 'stays for now: a report is being frozen; ask again when that is done',
}

/** Asks a running gateway to forget them, or what would go, and says so. */
export async function forgetMetrics(config: Config, wish: ForgetMetricsWish): Promise<void> {
  const { plant, device, metrics, why, isDryRun, isJson } = wish
  const path = `/plants/${encodeURIComponent(plant)}/devices/${encodeURIComponent(device)}/metrics/forget`
  const body = { metrics, ...(why !== undefined && { why }), dry_run: isDryRun }
  const answer = await callGateway<ForgetMetricsAnswer>(config, path, body)
  if (answer === undefined) return
  if (isJson) {
    printJson(answer)
    return
  }
  for (const { metric, unit, readings, first_reading, last_reading } of answer.metrics) {
    const span = first_reading === null ? '' : `${first_reading} to ${last_reading}`
    printRow([`${plant}/${device} ${metric}`, unit, `${readings} readings`, span])
  }
  for (const { metric, reason, report, with: others = [] } of answer.refused) {
    const what = report ?? others.join(' and ')
    complain(`${plant}/${device} ${metric} ${REFUSALS[reason]}${what === '' ? '' : ` ${what}`}`)
  }
  const count = `${answer.metrics.length} metric${answer.metrics.length === 1 ? '' : 's'}`
  complain(
    answer.dry_run ? `${count} would be forgotten; --yes does it` : `${count} forgotten; the ledger tells what went`,
  )
}
