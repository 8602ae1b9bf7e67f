import type { KeyPath } from './json-schema.js'

/** Lists of the configuration that a form of the schema changes. */

export const PLANT_SECTIONS = [
  'shifts',
  'calendar',
  'limits',
  'products',
  'tariffs',
  'factors',
  'contracts',
  'enpi',
  'savings',
  'budgets',
  'shiftable_loads',
  'storages',
  'chargers',
] as const
export type PlantSection = (typeof PLANT_SECTIONS)[number]

export const GATEWAY_SECTIONS = ['channels', 'store', 'schedules'] as const
export type GatewaySection = (typeof GATEWAY_SECTIONS)[number]

export type SectionName = PlantSection | GatewaySection

const OF_GATEWAY: Readonly<Record<GatewaySection, readonly string[]>> = {
  channels: ['notify', 'channels'],
  store: ['store'],
  schedules: ['reports', 'schedules'],
}

/** The list of a section, as edits name it; `plant` is the position of the plant. */
export function sectionPath(name: SectionName, plant: number): KeyPath {
  return isOfGateway(name) ? OF_GATEWAY[name] : ['plants', plant, name]
}

function isOfGateway(name: SectionName): name is GatewaySection {
  return Object.hasOwn(OF_GATEWAY, name)
}

/** An element is told by its name in a list, and by what of it comes first. */
export function elementText(element: unknown): string {
  if (typeof element !== 'object' || element === null) return String(element)
  const { id, name, date, type, ...others } = element as Readonly<Record<string, unknown>>
  const named = [id, name, date, type].filter((one) => typeof one === 'string')
  const more = Object.values(others).filter((one) => typeof one === 'string' || typeof one === 'number')
  return [...named, ...more.slice(0, 3)].join(' · ')
}
