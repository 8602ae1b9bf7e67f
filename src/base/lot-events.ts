import { z } from 'zod'
import { EVENT_PIECES } from './event-pieces.js'
import { ALLOCATION_RULES, DECLARED_UNITS, LOT_UNIT_LIST, LOT_WINDOW_MAX_MS } from './production-lots.js'

/** Events that the footprints of lots are made with, by type; people alone say them. */

const { amount, word, text, papers } = EVENT_PIECES
const carbon = z.number().min(0).max(1e6).optional()
const decimalText = z.string().regex(/^-?\d{1,30}(\.\d{1,30})?$/, 'a decimal number as text, such as 0.384,')

export const LOT_EVENT_FIELDS = {
  production_lot: z
    .looseObject({
      lot: word.describe('number of the lot or batch; it is on record once'),
      product: word.describe('id of the product'),
      line: word.describe('the line that made it'),
      from: z.iso.datetime({ offset: true }).describe('begin of its hours on the line, on a full hour'),
      to: z.iso.datetime({ offset: true }).describe('end of these hours, on a full hour'),
      quantity: amount.describe('good output of the lot'),
      unit: z.enum(LOT_UNIT_LIST).describe('unit of the quantity'),
      allocation: z
        .enum(ALLOCATION_RULES)
        .describe(
          'rule by which it gets its part of its line’s energy: metered_energy is all that the meters of the line counted, time and mass a part',
        ),
      allocated: amount.optional().describe('hours or tonnes of the lot, with time and mass'),
      allocated_of: amount.optional().describe('hours or tonnes of all that the line made in these hours'),
      supplier_inputs: z
        .number()
        .int()
        .min(0)
        .max(1000)
        .optional()
        .describe(
          'number of inputs from suppliers that go into it, each an entry lot_input; 0 says that there are none. Absent or with others on record, its footprint is not known',
        ),
      kg_each: amount.optional().describe('mass of one unit of the quantity, kg; for the file for buyers'),
      fossil_carbon_kg: carbon.describe('fossil carbon in one unit of the quantity, kgC; for the file for buyers'),
      biogenic_carbon_kg: carbon.describe('biogenic carbon in one unit of the quantity, kgC; for the file for buyers'),
      exempted_pct: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe('% of emissions that are left out by rules of exemption; for the file for buyers'),
      ...papers,
    })
    .refine((one) => Date.parse(one.from) < Date.parse(one.to), { path: ['to'], error: 'a time after from' })
    .refine((one) => Date.parse(one.to) - Date.parse(one.from) <= LOT_WINDOW_MAX_MS, {
      path: ['to'],
      error: 'a time at most 400 days after from',
    })
    .refine((one) => (one.allocation === 'metered_energy') === (one.allocated === undefined), {
      path: ['allocated'],
      error: 'hours or tonnes of the lot with time and mass, and nothing with metered_energy,',
    })
    .refine((one) => (one.allocation === 'metered_energy') === (one.allocated_of === undefined), {
      path: ['allocated_of'],
      error: 'hours or tonnes of all lots with time and mass, and nothing with metered_energy,',
    })
    .refine((one) => (one.allocated ?? 0) <= (one.allocated_of ?? Infinity), {
      path: ['allocated_of'],
      error: 'an amount not below allocated',
    })
    .describe('a lot that a line made, with the hours and the rule that its footprint is made by; of people alone'),
  lot_input: z
    .looseObject({
      lot: word.describe('number of the lot that it goes into'),
      material: word.describe('what it is'),
      footprint: z.guid().describe('id of the supplier’s product footprint, as its file has it'),
      amount: amount.describe('how much of it goes into the lot'),
      unit: z.enum(LOT_UNIT_LIST).describe('unit of the amount; the footprint has to be declared in the same'),
      ...papers,
    })
    .describe('something from a supplier that goes into a lot; of people alone'),
  supplier_footprint: z
    .looseObject({
      footprint: z.guid().describe('id of the product footprint'),
      supplier: text.min(1).describe('company that declares it'),
      product: text.min(1).describe('the supplier’s name of the product'),
      declared_unit: z.enum(DECLARED_UNITS).describe('unit that it is declared in'),
      declared_amount: decimalText.describe('how many of these units it is of'),
      kg_co2e: decimalText.describe('footprint of that amount without biogenic uptake, kgCO2e'),
      fossil_kg_co2e: decimalText.describe('the fossil part of it, kgCO2e'),
      primary_data_share: decimalText.optional().describe('share of primary data, %; counts as 0 when absent'),
      valid_from: z.iso.datetime({ offset: true }).describe('begin of its validity'),
      valid_to: z.iso.datetime({ offset: true }).describe('end of its validity'),
      spec_version: word.describe('version of the PACT specification that the file follows'),
      ...papers,
    })
    .describe(
      'the footprint of a supplier’s product, out of a file that was validated: it is put on record with the file and in no other way',
    ),
} as const
