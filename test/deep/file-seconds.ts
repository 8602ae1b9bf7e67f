/** Deep files that take longer than all others, seconds beside three others on two cores. */
export const LONG_FILES: Readonly<Record<string, number>> = {
  'test/integration/simulate.test.ts': 400,
  'test/integration/simulate-faults.test.ts': 400,
  'test/cross-check/cross-check.test.ts': 345,
  'test/integration/golden-series.test.ts': 250,
  'test/integration/import.test.ts': 480,
  'test/browser/first-plant.test.ts': 240,
  'test/integration/steel.test.ts': 175,
  'test/faults/removal-kills.test.ts': 160,
  'test/faults/archive.test.ts': 155,
  'test/faults/kill.test.ts': 140,
  'test/faults/start-refused.test.ts': 125,
  'test/faults/influx.test.ts': 115,
  'test/faults/uncaught.test.ts': 115,
  'test/integration/cluster-node.test.ts': 110,
}
const OTHERS = 90

/** The seconds that a file takes beside others on two cores, at most; `others` where it is not one of those that are known to be long. */
export function secondsOf(path: string, others = OTHERS): number {
  return LONG_FILES[path] ?? others
}
