import type { RulesEdition } from '../rules-edition.js'

/**
 * Provinces of the regional grids of China; Inner Mongolia lies in two of them and has to say in which.
 * Source: KPI specification §2.3 (from memory, not checked against an announcement).
 */
const PROVINCES_OF_GRIDS: Readonly<Record<string, readonly string[]>> = {
  'CN-GRID-N': ['CN-BJ', 'CN-TJ', 'CN-HE', 'CN-SX', 'CN-SD'],
  'CN-GRID-NE': ['CN-LN', 'CN-JL', 'CN-HL'],
  'CN-GRID-E': ['CN-SH', 'CN-JS', 'CN-ZJ', 'CN-AH', 'CN-FJ'],
  'CN-GRID-C': ['CN-HA', 'CN-HB', 'CN-HN', 'CN-JX'],
  'CN-GRID-NW': ['CN-SN', 'CN-GS', 'CN-QH', 'CN-NX', 'CN-XJ'],
  'CN-GRID-S': ['CN-GD', 'CN-GX', 'CN-YN', 'CN-GZ', 'CN-HI'],
  'CN-GRID-SW': ['CN-SC', 'CN-CQ', 'CN-XZ'],
}

const INNER_MONGOLIA = 'CN-NM'
/** The announcements have no factor of Tibet, and none of its grid that is meant for it. */
const TIBET = 'CN-XZ'

/** Grids that Inner Mongolia may name. */
export type GridOfInnerMongolia = 'CN-GRID-N' | 'CN-GRID-NE'

/** All regions of China that the specification knows. */
export const REGIONS_OF_CHINA: readonly string[] = [
  'CN',
  ...Object.keys(PROVINCES_OF_GRIDS),
  ...Object.values(PROVINCES_OF_GRIDS).flat(),
  INNER_MONGOLIA,
]

/**
 * A region and those that stand in for it, the most exact first: province, regional grid, country. A word of China that
 * nobody knows stands for itself alone: a slip must not become the national average, and the announcements do not cover
 * Hong Kong, Macao and Taiwan.
 */
export function regionChain(region: string | undefined, regionalGrid?: GridOfInnerMongolia): readonly string[] {
  if (region === undefined) return []
  const country = region.split('-')[0]!
  if (country === region) return [region]
  if (country !== 'CN') return [region, country]
  if (!REGIONS_OF_CHINA.includes(region)) return [region]
  const grid =
    region === INNER_MONGOLIA
      ? regionalGrid
      : Object.keys(PROVINCES_OF_GRIDS).find((name) => PROVINCES_OF_GRIDS[name]!.includes(region))
  return grid === undefined ? [region, country] : [region, grid, country]
}

/**
 * The regions whose factors a plant uses, the most exact first. Tibet takes those of the country: the announcements leave
 * it out, with a flag in each figure. Before the second edition of the rules it took those of the south-western grid.
 * Source: KPI specification §2.3 (from memory).
 */
export function factorChain(
  region: string | undefined,
  regionalGrid: GridOfInnerMongolia | undefined,
  edition: RulesEdition,
): readonly string[] {
  const chain = regionChain(region, regionalGrid)
  return edition >= 2 && region === TIBET ? chain.filter((one) => !one.startsWith('CN-GRID-')) : chain
}

/** The announcements of China do not speak of this region: its factor is borrowed from the country. */
export function isOutsideAnnouncements(region: string | undefined): boolean {
  return region === TIBET
}

/** The country of a region: the part before the first dash. */
export function countryOf(region: string): string {
  return region.split('-')[0]!
}

/** True for a plant whose grid does not follow from its province. */
export function mustNameItsGrid(region: string | undefined): boolean {
  return region === INNER_MONGOLIA
}
