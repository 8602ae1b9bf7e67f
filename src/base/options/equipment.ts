import { z } from 'zod'
import { isId } from '../topic.js'
import { day, words } from './statements.js'

/** Register of a plant's equipment with its energy efficiency, and how many meters it has to have. */

/** Grades of mandatory standards of energy efficiency, and levels of the catalogue of key energy-using products; `below`: of neither. */
export const EFFICIENCY_GRADES = ['grade_1', 'grade_2', 'grade_3', 'advanced', 'saving', 'access', 'below'] as const
export type EfficiencyGrade = (typeof EFFICIENCY_GRADES)[number]

/** Grades that count as efficient: grade 2 or better, and the levels advanced and saving. Source: zero-carbon factories, 工信部联节〔2026〕13号, as secondary sources quote it. */
export const EFFICIENT_GRADES: ReadonlySet<EfficiencyGrade> = new Set(['grade_1', 'grade_2', 'advanced', 'saving'])

const equipment = z
  .strictObject({
    id: z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}').describe('each once'),
    name: words.describe('as people call it'),
    rated_kw: z.number().positive().max(1e6).describe('rated power of one'),
    count: z.number().int().min(1).max(100_000).default(1).describe('pieces alike'),
    efficiency: z
      .enum(EFFICIENCY_GRADES)
      .optional()
      .describe(
        'grade of its mandatory standard, or level of the catalogue of key energy-using products; one without it counts in the whole and not as efficient',
      ),
    standard: z.string().min(1).max(200).optional().describe('where the grade is defined, such as GB 18613-2020'),
    document: z.string().min(1).max(200).optional().describe('paper that says so: label, test report, nameplate'),
    from: day.optional().describe('first day in service'),
    to: day.optional().describe('last day in service'),
  })
  .refine((one) => one.from === undefined || one.to === undefined || one.to >= one.from, {
    path: ['to'],
    message: 'it lies before from: swap the two',
  })

/** Keys of a plant; composed into its options. */
export const equipmentOptions = {
  equipment: z
    .array(equipment)
    .max(2000)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
      message: 'two pieces have the same id: rename one of them',
    })
    .default([])
    .describe('equipment with its rated power and energy efficiency, for the share of what is efficient'),
  meters_required: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      'energy meters that the plant has to have, by its own metering plan (GB 17167): what the rate of automatic collection is of',
    ),
}

export type EquipmentOptions = z.output<typeof equipment>
