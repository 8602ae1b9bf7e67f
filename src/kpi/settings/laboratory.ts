import type { EventFields } from '../../base/events.js'
import { measured } from '../factors/activity.js'
import { CO2_ONLY, type Factor } from '../factors/factor.js'

/** One analysis of a fuel by a laboratory, as it is archived. */
export interface Analysis {
  readonly device: string
  readonly id: string
  /** Event time, epoch ms. */
  readonly ts: number
  readonly fields: EventFields<'fuel_quality'>
}

/**
 * Heating values and carbon contents that laboratories found: factors of the plant that go before its own and those of the
 * tables on the days they are of. They are a function of what is on record, not of the order in which it came.
 */
export class Laboratory {
  readonly #analyses = new Map<string, Analysis>()
  readonly #withdrawn = new Set<string>()
  /** Null when something has come since they were made: many come at once, and are asked for rarely. */
  #factors: readonly Factor[] | null = []
  #changes = 0

  /** Grows with each change: a book that was made before is out of date. */
  get changes(): number {
    return this.#changes
  }

  get factors(): readonly Factor[] {
    this.#factors ??= [...this.#analyses]
      .filter(([key]) => !this.#withdrawn.has(key))
      .flatMap(([, analysis]) => factorsOf(analysis))
    return this.#factors
  }

  add(analysis: Analysis): void {
    this.#analyses.set(keyOf(analysis), analysis)
    this.#note()
  }

  /** Answers what was withdrawn; undefined when it is not here, or not yet. */
  withdraw(device: string, id: string): Analysis | undefined {
    const key = keyOf({ device, id })
    this.#withdrawn.add(key)
    this.#note()
    return this.#analyses.get(key)
  }

  /** The analyses that count and were told under one of some devices. */
  toldBy(devices: ReadonlySet<string>): readonly Analysis[] {
    const counting = [...this.#analyses].filter(([key]) => !this.#withdrawn.has(key))
    return counting.flatMap(([, analysis]) => (devices.has(analysis.device) ? analysis : []))
  }

  #note(): void {
    this.#factors = null
    this.#changes++
  }
}

/** Collects what laboratories found, out of the events that say so and those that withdraw it. */
export function laboratoryOf(
  events: readonly {
    readonly type: string
    readonly device: string
    readonly id: string
    readonly ts: number
    readonly fields: object
  }[],
): Laboratory {
  const found = new Laboratory()
  for (const { type, device, id, ts, fields } of events) {
    if (type === 'fuel_quality') found.add({ device, id, ts, fields: fields as Analysis['fields'] })
    else if (type === 'withdrawn') found.withdraw(device, (fields as EventFields<'withdrawn'>).of)
  }
  return found
}

function keyOf({ device, id }: Pick<Analysis, 'device' | 'id'>): string {
  return `${device}/${id}`
}

/** The factors that an analysis makes: `lab/ID/ncv`, and what else it says. */
function factorsOf({ id, ts, fields }: Analysis): Factor[] {
  const { fuel, ncv, unit, carbon_content, oxidation_factor, laboratory, document, author } = fields
  const said = [
    ['ncv', ncv, unit],
    ['carbon_content', carbon_content, 'tC/GJ'],
    ['oxidation_factor', oxidation_factor, '1'],
  ] as const
  return said.flatMap(([part, value, of]): Factor[] => {
    if (value === undefined) return []
    const activity = `fuel.${fuel}.${part}`
    const measure = measured(activity, value, of)
    if ('units' in measure) return []
    return [
      {
        id: `lab/${id}/${part}`,
        activity,
        description: 'found by a laboratory',
        value: measure.value,
        unit: measure.unit,
        printed: { value: String(value), unit: of },
        heat: measure.heat,
        region: null,
        validFrom: fields.valid_from,
        validTo: fields.valid_to,
        publishedOn: new Date(ts).toISOString().slice(0, 10),
        source: [laboratory, document, author].filter((word) => word !== undefined).join(', '),
        note: '',
        confidence: 'own',
        paramSource: 'measured',
        flags: part === 'carbon_content' ? CO2_ONLY : 0,
        place: 'on record',
      },
    ]
  })
}
