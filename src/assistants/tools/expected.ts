import { z } from 'zod'
import { apiPath } from '../api.js'
import { ARGUMENTS } from '../arguments.js'
import { type AssistantTool, tool } from '../tool.js'

/** Tools for what is expected, and for savings. */

const forecasts = tool({
  name: 'forecasts',
  title: 'Forecasts',
  description:
    'Newest forecasts of a plant by quarters of an hour, with bounds (low_90 to high_90 holds nine of ten outcomes) and their errors beside those of naive forecasts. newest.values is null with a reason where it is not better than a naive one or too little is known: then there is no forecast.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    kpi: ARGUMENTS.kpi.optional(),
    scope: ARGUMENTS.scope.optional(),
    id: ARGUMENTS.id.optional(),
  }),
  async answer(call, { plant, ...query }) {
    return call.read<object>(apiPath(['plants', plant, 'forecasts'], query))
  },
})

/** A tool for a route that asks for the plant alone. */
function ofPlant(of: Omit<AssistantTool, 'input' | 'answer'>, segments: readonly string[]): AssistantTool {
  return tool({
    ...of,
    input: z.strictObject({ plant: ARGUMENTS.plant }),
    async answer(call, { plant }) {
      return call.read<object>(apiPath(['plants', plant, ...segments]))
    },
  })
}

export const EXPECTED_TOOLS = [
  forecasts,
  ofPlant(
    {
      name: 'projections',
      title: 'Month and year at their end',
      description:
        'How sums of the month and the year will probably end, with bounds, against budget, target and allowance. value null: no projection, see reason.',
    },
    ['projections'],
  ),
  ofPlant(
    {
      name: 'peak_outlook',
      title: 'Demand against its limit',
      description:
        'Expected demand (kW) of the running block and the rest of the day against the limit, the chance to exceed it, and which meters could wait. Null with a reason where nothing is expected.',
    },
    ['peak'],
  ),
  ofPlant(
    {
      name: 'load_plan',
      title: 'Plan for tomorrow',
      description:
        'The cheapest plan for tomorrow of loads, storages and chargers, and what it saves. Advice: nothing is switched. Without a plan `reason` says why.',
    },
    ['load-plan'],
  ),
  ofPlant(
    {
      name: 'saving_claims',
      title: 'Savings of energy',
      description:
        'Savings that the plant claims, kWh with 90 % bounds, money and kgCO2e, against a baseline. saving null: not known, see reason; is_shown false: chance explains it too, so it is no saving.',
    },
    ['savings', 'claims'],
  ),
]
