import { z } from 'zod'

/** Settings of a plant for its energy carriers. Source: KPI specification §2 and §2.1. */

/** Levels of steam by nominal pressure, as steam is bought. Source: GB 30251-2024 (read in a secondary source). */
const STEAM_LEVELS = ['10.0MPa', '5.0MPa', '3.5MPa', '2.5MPa', '1.5MPa', '1.0MPa', '0.7MPa', '0.3MPa'] as const

/** Working media that may be bought; nitrogen has two coefficients, and nobody but the plant knows which one. */
const MEDIA = ['water_fresh', 'comp_air', 'o2', 'n2_byproduct', 'n2_main'] as const

const energy = z.strictObject({
  steam_class: z
    .enum(STEAM_LEVELS)
    .optional()
    .describe(
      'level of the steam where a meter sends no pressure and temperature beside its tonnes; without it the enthalpy of carbon.purchased_steam, and without either the heat of steam is null',
    ),
  feed_water_kj_kg: z
    .number()
    .min(0)
    .max(1500)
    .default(0)
    .describe('heat that feed water brings along, kJ/kg, taken off that of steam; 84 is water of 20 °C'),
  bought: z
    .array(z.enum(MEDIA))
    .default([])
    .refine((media) => !(media.includes('n2_byproduct') && media.includes('n2_main')), {
      message: 'nitrogen is the by-product or the main product of its maker: keep one of the two',
    })
    .describe(
      'working media that are bought and count in coal equivalents; those made on site are in the energy already',
    ),
  demand_mode: z
    .enum(['block', 'sliding'])
    .optional()
    .describe(
      'how the utility bills demand: what demand_cost is made of; sliding, in steps of a minute, adds peak_demand_15_sliding. When absent: sliding in China, by grid_region or else the timezone, block elsewhere',
    ),
})

/** Key of a plant; composed into its options. */
export const energyOptions = { energy: energy.prefault({}) }

const ZONES_OF_CHINA: readonly string[] = [
  ...['Asia/Shanghai', 'Asia/Chongqing', 'Asia/Chungking', 'Asia/Harbin', 'Asia/Urumqi', 'Asia/Kashgar', 'PRC'],
]

/**
 * Mode in which the utility of a plant bills demand. Meters of Chinese utilities slide by one minute (from memory, not checked
 * against a tariff). Source: KPI specification §2, option demand_mode.
 */
export function demandModeOf(plant: {
  readonly timezone: string
  readonly grid_region?: string | undefined
  readonly energy: EnergyOptions
}): 'block' | 'sliding' {
  const { timezone, grid_region, energy } = plant
  const isInChina = grid_region === undefined ? ZONES_OF_CHINA.includes(timezone) : /^CN(-|$)/.test(grid_region)
  return energy.demand_mode ?? (isInChina ? 'sliding' : 'block')
}

export type EnergyOptions = z.output<typeof energy>
