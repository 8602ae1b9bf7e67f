import { z } from 'zod'
import { isDay, startOfDayIn } from '../base/days-in-zone.js'
import { SCOPES, WINDOWS } from '../base/kpi.js'
import { LANGUAGES } from '../base/notify.js'
import type { PlantNode, PlantsAnswer } from '../base/wire/plants.js'
import { apiPath, badArgument, type ToolCall, ToolRefusal } from './api.js'

/** Arguments that several tools take. Whether what is named is there says the API. */

const idText = z.string().max(64)

export const ARGUMENTS = {
  plant: idText.describe('id of a plant, from list_plants'),
  kpi: idText.describe('id of a KPI, from search_kpis'),
  kpis: z.array(idText).min(1).max(50).describe('ids of KPIs, from search_kpis'),
  window: z.enum(WINDOWS).describe('length of each window; search_kpis says which ones a KPI has'),
  scope: z.enum(SCOPES).describe('what the figure is of; plant when absent'),
  id: idText.describe('id of the line or device; not for scope plant'),
  ids: z.array(idText).min(1).max(100).describe('ids of lines or devices of the scope; not for scope plant'),
  device: idText.describe('id of a device, from list_devices'),
  line: idText.describe('id of a line'),
  from: z
    .string()
    .max(40)
    .describe('first instant: RFC 3339 with offset, or YYYY-MM-DD for the start of that day in the zone of the plant'),
  to: z
    .string()
    .max(40)
    .describe('end, itself not included, written like from: 2026-11-25 as the end takes in all of 2026-11-24'),
  cursor: z.string().max(400).describe('`next` of the page before'),
  lang: z.enum(LANGUAGES).default('en').describe('language of names and explanations'),
} as const

export const optionalRange = { from: ARGUMENTS.from.optional(), to: ARGUMENTS.to.optional() }

/** @param usual rows when nobody says @param most */
export function limitOf(usual: number, most: number) {
  return z.number().int().min(1).max(most).default(usual).describe(`rows, ${usual} when absent, ${most} at most`)
}

/** All plants with their lines and devices. */
export async function allPlants(call: ToolCall): Promise<readonly PlantNode[]> {
  return (await call.read<PlantsAnswer>(apiPath(['plants']))).plants
}

/** One plant. Throws the refusal for one that is not there. */
export async function plantOf(call: ToolCall, plant: string): Promise<PlantNode> {
  const found = (await allPlants(call)).find(({ id }) => id === plant)
  if (found !== undefined) return found
  throw new ToolRefusal(404, {
    status: 404,
    detail: `There is no plant ${plant}; /api/v1/plants lists those there are.`,
  })
}

interface AskedRange {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** The range as the API takes it: days become the instants at which they begin in the zone of the plant. */
export async function rangeIn<T extends AskedRange>(call: ToolCall, plant: string, asked: T): Promise<T> {
  const days = [asked.from, asked.to].filter((text) => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text))
  if (days.length === 0) return asked
  const { timezone } = await plantOf(call, plant)
  const instantOf = (parameter: 'from' | 'to') => {
    const text = asked[parameter]
    if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return text
    if (!isDay(text)) throw badArgument(parameter, text, 'a day that exists, or RFC 3339 with offset')
    return new Date(startOfDayIn(timezone, text)).toISOString()
  }
  return { ...asked, from: instantOf('from'), to: instantOf('to') }
}
