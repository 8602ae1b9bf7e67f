/** Key that a fault's chances depend on: seed, plant and device. */
export type Key = readonly (string | number)[]
