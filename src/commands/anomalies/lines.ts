import type { AnomalyKind } from '../../base/anomaly.js'
import type { AnomalyAmount, AnomalyFinding } from '../../insight/anomalies/finding.js'
import type { PlantFigures } from '../../insight/anomalies/plant-figures.js'

/** Kinds in words. */
const KIND_WORDS: Readonly<Record<AnomalyKind, string>> = {
  stuck: 'stuck: shows one and the same value',
  spike: 'spike: one value far above all before',
  sign_swapped: 'sign swapped',
  unit_swapped: 'unit or ratio wrong',
  swapped_meters: 'has changed places with another meter',
  conservation_broken: 'does not fit its balance since one day',
  drift: 'drifts against its balance',
  leak: 'leak: takes more while nothing is planned',
  compressed_air_base_load: 'compressed air: takes more while nothing is planned',
  idle_waste: 'idle waste: takes more while its machines make nothing',
  slower_cycle: 'slower than itself',
}

/** Lines on the figures that were read, and a few lines on each finding, in the order of finding. */
export function anomalyLines(
  { history, silent, intervalsUnknown }: PlantFigures,
  findings: readonly AnomalyFinding[],
  timezone: string,
): string[] {
  const watched = history.meters.length + history.machines.length
  const lines = [
    `${history.plant}: ${watched} meters and machines, ${history.intervals} intervals of 15 minutes; figures not known: ${intervalsUnknown}`,
  ]
  if (silent.length > 0) lines.push(`without a figure in this time: ${silent.join(', ')}`)
  if (findings.length === 0) lines.push('nothing found; the first 21 days are learnt from')
  for (const finding of findings) lines.push(...linesOf(finding, timezone))
  return lines
}

function linesOf(finding: AnomalyFinding, timezone: string): string[] {
  const { kind, device, line, other, sinceMs, untilMs, foundMs, excess, unit, factor, confidence } = finding
  const at = (ms: number) =>
    new Date(ms).toLocaleString('sv-SE', { timeZone: timezone, timeStyle: 'short', dateStyle: 'short' })
  const amounts = [
    ...(excess === null || unit === 'kWh' ? [] : [`${excess.toFixed(1)} ${unit}`]),
    ...(unit === '1'
      ? []
      : [amountText(finding.kwh, 'kWh'), amountText(finding.money, 'in money'), amountText(finding.kgCo2e, 'kgCO2e')]),
  ]
  const place = `${device}${line === null ? '' : ` (${line})`}`
  const details = [
    ...(factor === null ? [] : [`factor ${factor.toPrecision(3)}`]),
    ...(other === null ? [] : [`with ${other}`]),
    `confidence ${confidence.toFixed(2)}`,
    `found ${at(foundMs)}`,
  ]
  return [
    '',
    `${place}: ${KIND_WORDS[kind]}`,
    `  since ${at(sinceMs)}${untilMs === null ? ', still so' : ` until ${at(untilMs)}`}; ${details.join('; ')}`,
    ...(amounts.length === 0 ? [] : [`  measured above expected: ${amounts.join(', ')}`]),
  ]
}

function amountText({ value, reason }: AnomalyAmount, unit: string): string {
  return value === null ? `${unit} not known (${reason})` : `${value.toFixed(1)} ${unit}`
}
