import { z } from 'zod'
import { CENTRE_EVENT_FIELDS } from './centre-events.js'
import { CERTIFICATE_STATES, certificateRange } from './energy-certificates.js'
import { EVENT_PIECES } from './event-pieces.js'
import { LOT_EVENT_FIELDS } from './lot-events.js'
import { MARKET_EVENT_FIELDS } from './market-events.js'
import { METRICS, type Metric } from './metrics.js'
import { PERIOD_EVENT_FIELDS } from './period-events.js'

/**
 * Events that a device may send, each of something that happens once: by type, with the fields that count. Other fields are
 * kept, and so are types that are not here. Source: KPI specification §1; the names are this product's.
 */
const { amount, word, text, document, papers } = EVENT_PIECES
const percent = z.number().min(-1e6).max(1e6)
const day = z.iso.date('a day such as 2026-10-01')
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month such as 2026-10')
const certificate = z
  .string()
  .max(64)
  .refine((number) => certificateRange(number) !== null, 'a number that ends in digits, such as GEC-2026-000001,')

export const EVENT_FIELDS = {
  meter_replaced: z
    .looseObject({
      metric: word.optional().describe('the register that starts anew; every one of the device when absent'),
    })
    .describe('a meter was exchanged: its register starts anew'),
  order: z
    .looseObject({
      status: z.enum(['start', 'end']).default('start').describe('a run begins, or ends'),
      product: word.optional().describe('id of the product that is made from now on'),
      order: word.optional().describe('number of the order'),
    })
    .describe('which product a device makes'),
  fuel_used: z
    .looseObject({
      fuel: word.describe('a fuel of the factor library, such as diesel'),
      amount: amount.describe('how much was burnt or fed'),
      unit: z.enum(['t', 'kg', 'Nm3', 'GJ']).default('t').describe('unit of the amount'),
      supplier: word.optional().describe('who delivered it'),
      ...papers,
    })
    .describe('fuel that no meter counts: a batch, a delivery'),
  fuel_quality: z
    .looseObject({
      fuel: word.describe('a fuel of the factor library, such as bituminous_coal'),
      ncv: z.number().positive().max(1e6).describe('net heating value that was measured'),
      unit: z.enum(['GJ/t', 'kJ/kg', 'kJ/Nm3', 'GJ/1e4Nm3']).describe('unit of the heating value'),
      carbon_content: z.number().positive().max(1).optional().describe('tC/GJ'),
      oxidation_factor: z.number().positive().max(1).optional().describe('part of the carbon that burns, 0 to 1'),
      valid_from: day.describe('first day whose fuel it is, in the plant’s zone'),
      valid_to: day.describe('last day, itself included'),
      laboratory: word.optional().describe('who measured it'),
      sample: word.optional().describe('number of the sample'),
      ...papers,
    })
    .refine((one) => one.valid_from <= one.valid_to, { path: ['valid_to'], error: 'a day not before valid_from' })
    .describe('what a laboratory found of a fuel; it counts in place of the tables’ values'),
  bill: z
    .looseObject({
      metric: word.describe('the register it is compared with, such as elec_import_kwh'),
      amount: amount.describe('what is billed, in the unit of the register'),
      from: day.describe('first day that is billed, in the plant’s zone'),
      to: day.describe('the day after the last one'),
      cost: z.number().min(-1e12).max(1e12).optional().describe('money'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional()
        .describe('ISO 4217, such as CNY'),
      supplier: word.optional().describe('whose bill it is'),
      ...papers,
    })
    .refine((one) => one.from < one.to, { path: ['to'], error: 'a day after from' })
    .describe('a bill; it never counts, the meter is compared with it'),
  withdrawn: z
    .looseObject({
      of: word.describe('id of an event of the same device'),
      at: z.iso.datetime({ offset: true }).describe('the time of that event'),
      author: word.describe('who says so'),
      reason: text.min(1).describe('why, in words'),
      approved_by: papers.approved_by,
    })
    .describe('an event does not count any more; it stays on record; of people alone'),
  proposal: z
    .looseObject({
      of: word.describe('type of the event that is proposed'),
      said: z.record(z.string(), z.unknown()).describe('its fields'),
      author: word.describe('who proposes it'),
    })
    .describe('a statement that waits for a second pair of eyes; of people alone'),
  rejection: z
    .looseObject({
      of: word.describe('id of the proposal'),
      by: word.describe('who rejects it'),
      reason: text.min(1).describe('why, in words'),
    })
    .describe('a proposal was rejected; of people alone'),
  refrigerant_refill: z
    .looseObject({
      gas: word.describe('a gas of the GWP table, such as hfc134a or sf6'),
      kg: amount.describe('what was filled in is what had leaked'),
    })
    .describe('a cooling or switching plant was filled up'),
  process_input: z
    .looseObject({
      material: word.describe('a material with a process factor, such as caco3'),
      t: amount.describe('tonnes that reacted'),
    })
    .describe('a material that gives off CO2 by itself'),
  serial_result: z
    .looseObject({
      serial: word.describe('serial number of the part'),
      op: word.optional().describe('process step that was checked'),
      result: z.enum(['pass', 'fail']).describe('what the check said'),
      first_attempt: z
        .boolean()
        .default(true)
        .describe(
          'false for a part that was here before; of results that do not say so the first in event time, of one serial at one op within 31 days, is the first attempt',
        ),
    })
    .describe('one part was checked'),
  measure: z
    .looseObject({
      char: word.describe('characteristic, as limits name it'),
      value: z.number().min(-1e15).max(1e15).describe('in the unit of its limits'),
      subgroup: z.union([word, z.number()]).optional().describe('values of one subgroup name the same'),
    })
    .describe('one part was measured'),
  downtime_reason: z
    .looseObject({
      code: word.describe('why the machine stood'),
      comment: text.optional().describe('in words'),
      from: z.iso.datetime({ offset: true }).optional().describe('from when on; the time of the message when absent'),
      to: z.iso.datetime({ offset: true }).optional().describe('until when; open when absent'),
    })
    .describe('why a machine stood'),
  comment: z.looseObject({ text: text.min(1).describe('in words') }).describe('a note of the people there'),
  cems_calibration: z
    .looseObject({
      metric: word.describe('the analyser that was checked'),
      passed: z.boolean().describe('whether it may go on measuring'),
      zero_drift_pct: percent.optional().describe('drift at zero gas, % of span'),
      span_drift_pct: percent.optional().describe('drift at span gas, % of span'),
    })
    .describe('an analyser of a stack was checked with gas'),
  non_routine_event: z
    .looseObject({
      saving: word.describe('id of the claimed saving that it is about'),
      from: day.describe('first day, in the plant’s zone'),
      to: day.optional().describe('last day, itself included; until further notice when absent'),
      kwh_per_day: z
        .number()
        .min(-1e9)
        .max(1e9)
        .describe('energy of a day that is there because of it; negative when it took energy away'),
      author: word.describe('who says so'),
      reason: text.min(1).describe('why, in words'),
      document: document.optional(),
      approved_by: papers.approved_by,
    })
    .refine((one) => one.to === undefined || one.from <= one.to, { path: ['to'], error: 'a day not before from' })
    .describe(
      'something changed the use of energy and is no saving: a hall more, a line that was sold; of people alone',
    ),
  energy_certificate: z
    .looseObject({
      issuer: word.describe('registry that issued it; the same certificate always with the same name'),
      first: certificate.describe('its number, or the first of a range, such as GEC-2026-000001; it ends in digits'),
      last: certificate.optional().describe('last number of the range, itself included; one certificate when absent'),
      mwh: amount.describe('MWh of all of them together'),
      generated: month.describe('month of generation'),
      technology: word.describe('such as solar, wind or hydro'),
      state: z
        .enum(CERTIFICATE_STATES)
        .describe('issued, held in the own account, or retired for consumption of this plant; it never goes back'),
      used_for: month.optional().describe('month of the consumption that it is retired for; of retired ones alone'),
      ...papers,
    })
    .refine((one) => certificateRange(one.first, one.last) !== null, {
      path: ['last'],
      error: 'a number that begins as first does, ends in digits and is not lower, at most 10,000,000 of them,',
    })
    .refine((one) => (one.state === 'retired') === (one.used_for !== undefined), {
      path: ['used_for'],
      error: 'a month such as 2026-10 for a retired certificate, and none for any other,',
    })
    .describe(
      'a certificate of green electricity, or a range of them; each is claimed once over all plants; of people alone',
    ),
  ...LOT_EVENT_FIELDS,
  ...MARKET_EVENT_FIELDS,
  ...PERIOD_EVENT_FIELDS,
  ...CENTRE_EVENT_FIELDS,
  correction: z
    .looseObject({
      metric: word.describe('the register or level that is corrected'),
      at: z.iso.datetime({ offset: true }).describe('the time of the reading'),
      before: z
        .number()
        .min(-1e15)
        .max(1e15)
        .describe('what the reading says; with any other value nothing is corrected'),
      after: z.number().min(-1e15).max(1e15).describe('what counts instead; the reading stays'),
      author: word.describe('who says so'),
      reason: text.min(1).describe('why, in words'),
      approved_by: papers.approved_by,
    })
    .describe('another value counts than a reading says; of people alone'),
} as const

export type EventType = keyof typeof EVENT_FIELDS
export type EventFields<T extends EventType> = z.output<(typeof EVENT_FIELDS)[T]>

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_FIELDS, type)
}

/** Events that figures are made of. They are samples of a series of their own, which no device can name. */
export const COUNTED_EVENTS = [
  'fuel_used',
  'refrigerant_refill',
  'process_input',
  'serial_result',
  'measure',
] as const satisfies readonly EventType[]
export type CountedEvent = (typeof COUNTED_EVENTS)[number]

export function isCountedEvent(type: string): type is CountedEvent {
  return (COUNTED_EVENTS as readonly string[]).includes(type)
}

/** Events that say how readings are to be taken: figures depend on all of them that ever came. */
export const LASTING_EVENTS = [
  'meter_replaced',
  'order',
  'correction',
  'fuel_quality',
  'withdrawn',
] as const satisfies readonly EventType[]

export function isLastingEvent(type: string): boolean {
  return (LASTING_EVENTS as readonly string[]).includes(type)
}

/** The name of the series that the events of a type are samples of. */
export function eventSeries(type: CountedEvent): `event/${CountedEvent}` {
  return `event/${type}`
}

/** True for the name of such a series. */
export function isEventSeries(name: string): boolean {
  return name.startsWith('event/')
}

const EVENT_METRICS: ReadonlyMap<string, Metric> = new Map(
  COUNTED_EVENTS.map((type): [string, Metric] => [
    eventSeries(type),
    { unit: '1', kind: 'event', classes: ['energy', 'emissions', 'robot', 'production'] },
  ]),
)

/** A metric that takes part in KPIs, or a series of events; undefined for any other name. */
export function metricOf(name: string): Metric | undefined {
  return METRICS.get(name) ?? EVENT_METRICS.get(name)
}

/** Registers and levels that take part in KPIs can be corrected; a word or a switch cannot. */
export function isCorrectable(metric: string): boolean {
  const kind = METRICS.get(metric)?.kind
  return kind === 'counter' || kind === 'pieces' || kind === 'gauge'
}
