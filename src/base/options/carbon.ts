import { z } from 'zod'

/** Settings of a plant for the sources of its greenhouse gases; part of its section `carbon`. Source: KPI specification §2.2. */

const percent = z.number().positive().max(1000)

export const sourceOptions = {
  mobile: z
    .array(z.string())
    .optional()
    .describe(
      'devices whose fuel drives vehicles; every other is stationary. Without the list diesel and gasoline are mobile, whoever counts them',
    ),
  measured: z
    .array(
      z.strictObject({
        stack: z.string().describe('the device that sends co2_pct and stack_flow_nm3h, or its velocity'),
        replaces: z
          .array(z.string())
          .min(1)
          .describe(
            'devices that count the fuel burnt under that stack: the CO2 of it is no longer calculated from fuel',
          ),
      }),
    )
    .default([])
    .describe('single sources whose CO2 is measured while the method of the plant is calculation'),
  biogenic: z
    .array(z.string().regex(/^[a-z0-9_]+$/, 'a fuel is written like wood_pellets'))
    .default(['biodiesel', 'bioethanol', 'biogas', 'biomass', 'biomethane', 'wood', 'wood_pellets'])
    .describe(
      'fuels whose CO2 is shown beside the total and never in it; a fuel that the tables lack needs own factors, such as fuel.wood.ncv',
    ),
  purchased_steam: z
    .strictObject({
      enthalpy_kj_kg: z
        .number()
        .positive()
        .optional()
        .describe(
          'of the steam, where its meter sends no pressure and temperature: in scope 2, and in energy where energy.steam_class names no level',
        ),
      feed_water_kj_kg: z
        .number()
        .nonnegative()
        .default(83.74)
        .describe('heat that is taken off for its water, here of 20 °C as Chinese guidelines do; 0 for none'),
    })
    .optional()
    .describe(
      'present: steam_mass_t is bought and counts in scope 2 like heat, and in comprehensive energy. Absent: it is made here, from fuel that counts',
    ),
  activity_uncertainty_pct: percent
    .optional()
    .describe('% uncertainty of consumption where its metric has no uncertainty_pct, and of events'),
  factor_uncertainty_pct: percent
    .optional()
    .describe('% uncertainty of emission factors, where own ones do not say it themselves'),
}
