import { z } from 'zod'

/** Settings of a plant for the amounts that a month or a year is to stay within. */

export const BUDGET_KINDS = ['budget', 'target', 'allowance'] as const
export type BudgetKind = (typeof BUDGET_KINDS)[number]

const budget = z.strictObject({
  kpi: z.string().describe('id in the catalogue, of a KPI whose days add up'),
  year: z.number().int().min(2000).max(2100).describe("calendar year, in the plant's zone"),
  month: z.number().int().min(1).max(12).optional().describe('1 for January; the whole year when absent'),
  amount: z.number().describe('in the unit of the KPI, such as kWh, kgCO2e, or the currency of the tariff'),
  kind: z
    .enum(BUDGET_KINDS)
    .default('budget')
    .describe('budget: what is planned; target: what is aimed at; allowance: emissions that are covered'),
})

/** Keys of a plant; composed into its options. */
export const budgetOptions = {
  budgets: z
    .array(budget)
    .max(500)
    .default([])
    .describe('amounts of months and years that the end of the period is projected against'),
}

export type BudgetOptions = z.output<typeof budget>
