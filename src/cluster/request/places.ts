import { partitionOf } from '../../nats/partition.js'
import { ProblemError } from '../../views/problem.js'
import type { PartitionChoice } from './methods.js'
import type { OwnerClient } from './owner-client.js'

/** Partitions of a cluster by the plants that a question is about. */
export function placesOf(owners: Pick<OwnerClient, 'partitions' | 'statuses'>, partitions: number): PartitionChoice {
  const of = (plant: string) => partitionOf(plant, partitions)
  return {
    of,
    ofAll: (plants) => {
      const [first = 0, ...others] = new Set(plants.map(of))
      if (others.length === 0) return first
      const detail = `The plants ${plants.join(', ')} have different owners; a report is made of plants of one of them: make one report a plant.`
      throw new ProblemError(409, detail)
    },
    only: () => {
      const [only, ...others] = owners.partitions
      if (only !== undefined && others.length === 0) return only
      const detail =
        'Each partition has a ledger and a key of its own: look at one at its owner (`greengauge ledger` on its data).'
      throw new ProblemError(409, detail)
    },
    any: () => owners.statuses()[0]?.partition ?? 0,
  }
}
