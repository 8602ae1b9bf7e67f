import { z } from 'zod'
import { LASTING_EVENTS } from '../../base/events.js'

const budget = (usual: number, says: string) => z.int().min(1).max(10_000_000).default(usual).describe(says)

/** Config section `limits`: how many names that nobody has configured are taken, and how many events. */
export const limitsOptions = z
  .strictObject({
    plants: budget(50, 'most plants that nobody has configured'),
    devices: budget(5_000, 'most devices that nobody has configured or registered, in all plants together'),
    devices_per_plant: budget(2_000, 'the same in one plant'),
    lines_per_plant: budget(200, 'most lines of one plant that nobody has configured'),
    series_per_device: budget(
      2_000,
      'most metrics of one device; those it is configured with, and known ones of a configured device, are not counted',
    ),
    series: budget(100_000, 'most metrics of devices that nobody has configured or registered, all together'),
    events_per_device: budget(
      250_000,
      'most events that one device sends of one day, by UTC; of all that are more than a week old when they come, ten times that on each day of arrival',
    ),
    events_per_plant: budget(
      2_000_000,
      'the same of all configured devices of a plant, and again of all its others; plants that nobody has configured have one room together',
    ),
    lasting_events_per_device: budget(
      10_000,
      `of these, most of types that figures depend on for good: ${LASTING_EVENTS.join(', ')}`,
    ),
    lasting_events_per_plant: budget(50_000, 'the same by plant'),
  })
  .prefault({})

export type Limits = z.output<typeof limitsOptions>
export type BudgetName = keyof Limits
export type EventBudgetName = Extract<BudgetName, `${string}events_per_${string}`>
export type NameBudgetName = Exclude<BudgetName, EventBudgetName>
