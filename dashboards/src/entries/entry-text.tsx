import type { AllowanceMove } from '../../../src/base/allowances.js'
import type { CertificateState } from '../../../src/base/energy-certificates.js'
import { METRICS } from '../../../src/base/metrics.js'
import { isNoneMeasure, type PeriodMeasure } from '../../../src/base/period-statements.js'
import type { AllocationRule } from '../../../src/base/production-lots.js'
import type { EntryItem } from '../../../src/base/wire/entries.js'
import { shownUnit } from '../format.js'
import { exactDecimal } from '../reports/number.js'
import { dayBefore } from '../reports/period.js'
import { language } from '../settings.js'
import { entryWords } from './words.js'

/** Content of an entry, in one line. */
export function EntryText({ entry: { type, fields, device } }: { readonly entry: EntryItem }) {
  const w = entryWords()
  const word = (field: string) => String(fields[field] ?? '')
  const number = (field: string) =>
    typeof fields[field] === 'number' ? exactDecimal(String(fields[field]), language.value) : '—'
  const unitOf = (metric: string) => shownUnit(METRICS.get(metric)?.unit ?? '')
  switch (type) {
    case 'bill':
      return (
        <span class="num">
          <span title={word('metric')}>{w.register(word('metric'))}</span> {number('amount')} {unitOf(word('metric'))} ·{' '}
          {w.range(word('from'), isDay(word('to')) ? dayBefore(word('to')) : word('to'))}
          {fields.cost !== undefined && ` · ${number('cost')} ${word('currency')}`}
        </span>
      )
    case 'fuel_used':
      return (
        <span class="num">
          <code>{word('fuel')}</code> {number('amount')} {word('unit')}
        </span>
      )
    case 'fuel_quality':
      return (
        <span class="num">
          <code>{word('fuel')}</code> {number('ncv')} {word('unit')} · {w.range(word('valid_from'), word('valid_to'))}
        </span>
      )
    case 'refrigerant_refill':
      return (
        <span class="num">
          <code>{word('gas')}</code> {number('kg')} kg
        </span>
      )
    case 'process_input':
      return (
        <span class="num">
          <code>{word('material')}</code> {number('t')} t
        </span>
      )
    case 'correction':
      return (
        <span class="num">
          <code>
            {device} {word('metric')}
          </code>{' '}
          {w.instead(number('before'), number('after'))} · {word('reason')}
        </span>
      )
    case 'energy_certificate':
      return (
        <span class="num">
          <code>{w.certificates.numbers(word('first'), word('last'))}</code> {word('issuer')} · {number('mwh')} MWh ·{' '}
          {w.certificates.state(word('state') as CertificateState, word('used_for'))}
        </span>
      )
    case 'production_lot':
      return (
        <span class="num">
          <code>{word('lot')}</code> {word('product')} · {word('line')} · {number('quantity')} {word('unit')} ·{' '}
          {w.allocations[word('allocation') as AllocationRule]}
        </span>
      )
    case 'lot_input':
      return (
        <span class="num">
          <code>{word('lot')}</code> {word('material')} · {number('amount')} {word('unit')}
        </span>
      )
    case 'supplier_footprint':
      return (
        <span class="num">
          {word('supplier')} · {word('product')} · {exactDecimal(word('kg_co2e'), language.value)} kgCO2e /{' '}
          {exactDecimal(word('declared_amount'), language.value)} {word('declared_unit')}
        </span>
      )
    case 'allowance':
      return (
        <span class="num">
          {w.moves[word('move') as AllowanceMove]} {number('tonnes')} tCO2e · {word('year')}
        </span>
      )
    case 'allowance_price':
      return <span class="num">{`${number('price')} ${word('currency')}/tCO2e`}</span>
    case 'period_statement':
      return <PeriodText fields={fields} />
    case 'centre_look':
      return (
        <span class="num">{w.functionsInUse(number('in_use'), String((fields.functions as unknown[]).length))}</span>
      )
    case 'month_attestation':
      return <span class="num">{`${word('month')} · ${word('report')} v${word('version')}`}</span>
    case 'non_routine_event':
      return (
        <span class="num">
          <code>{word('saving')}</code> {number('kwh_per_day')} {w.kwhPerDay} ·{' '}
          {fields.to === undefined ? w.from(word('from')) : w.range(word('from'), word('to'))} · {word('reason')}
        </span>
      )
  }
}

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text)

/** An amount of a period, with its days; of a statement that there is none its days alone. */
function PeriodText({ fields }: Pick<EntryItem, 'fields'>) {
  const w = entryWords()
  const word = (field: string) => String(fields[field] ?? '')
  const to = word('to')
  const measure = word('measure') as PeriodMeasure
  const amount = isNoneMeasure(measure) ? '' : `${exactDecimal(word('amount'), language.value)} ${word('currency')}`
  return (
    <span class="num">
      {w.measures[measure]} {amount} · {w.range(word('from'), isDay(to) ? dayBefore(to) : to)}
    </span>
  )
}
